/** The pure parts of the UPF's guest program, compiled for this machine (upf-guest.c). */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { hasCompiler } from './firewall-program.js';

const named = (folder: string, names: readonly string[]) => names.map((name) => `vnf-catalog/${folder}/${name}.c`);
const sources = [
  'test/vnf-catalog/upf-guest.c',
  ...named('guest', ['json', 'reason', 'address', 'files', 'document-checks', 'links', 'network', 'routes', 'netlink']),
  ...named('guest', ['static-routes', 'vlans']),
  ...named('frr', ['routing', 'bgp-document', 'frr-render', 'render-bgp', 'render-ospf', 'frr-difference']),
  ...named('upf/guest', ['document', 'n4-document', 'interfaces-document', 'restart', 'bgp']),
];

/** The program's path; nothing is there without a compiler. */
export function compileUpfGuest(folder: string): string {
  const program = join(folder, 'upf-guest');
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  const includes = ['-Ivnf-catalog/guest', '-Ivnf-catalog/frr', '-Ivnf-catalog/upf/guest'];
  if (hasCompiler) execFileSync('gcc', [...checks, '-fno-sanitize-recover', ...includes, '-o', program, ...sources]);
  return program;
}
