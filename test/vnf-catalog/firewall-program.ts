/** The pure parts of the firewall's guest program, compiled for this machine (firewall-guest.c). */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const common = [
  ...['json', 'reason', 'address', 'files', 'document-checks', 'links', 'network', 'routes', 'netlink'],
  ...['static-routes', 'vlans', 'sha256', 'ha'],
];
const parts = [
  ...['alternatives', 'document', 'nat', 'objects', 'ranges', 'render', 'render-base', 'render-nat', 'render-places'],
  ...['render-peer', 'rules', 'shadow', 'values'],
];
const sources = [
  'test/vnf-catalog/firewall-guest.c',
  ...common.map((name) => `vnf-catalog/guest/${name}.c`),
  ...parts.map((name) => `vnf-catalog/firewall/guest/${name}.c`),
];

export const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

/** The program's path; nothing is there without a compiler. */
export function compileFirewall(folder: string): string {
  const program = join(folder, 'firewall-guest');
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  const includes = ['-Ivnf-catalog/guest', '-Ivnf-catalog/firewall/guest'];
  if (hasCompiler) execFileSync('gcc', [...checks, '-fno-sanitize-recover', ...includes, '-o', program, ...sources]);
  return program;
}
