/** The pure parts of the router's guest program, compiled for this machine (router-guest.c). */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const sources = [
  'test/vnf-catalog/router-guest.c',
  ...[
    ...['json', 'reason', 'address', 'files', 'document-checks', 'links', 'network', 'routes', 'netlink'],
    ...['static-routes', 'vlans', 'ha'],
  ].map((name) => `vnf-catalog/guest/${name}.c`),
  'vnf-catalog/router/guest/document.c',
  ...[
    ...['routing', 'bgp-document', 'ospf-document', 'policy-document'],
    ...['frr-render', 'render-bgp', 'render-ospf', 'frr-difference'],
  ].map((name) => `vnf-catalog/frr/${name}.c`),
];

export const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

/** The program's path; nothing is there without a compiler. */
export function compileRouter(folder: string): string {
  const program = join(folder, 'router-guest');
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  const includes = ['-Ivnf-catalog/guest', '-Ivnf-catalog/frr', '-Ivnf-catalog/router/guest'];
  if (hasCompiler) execFileSync('gcc', [...checks, '-fno-sanitize-recover', ...includes, '-o', program, ...sources]);
  return program;
}

/** Nothing is freed on purpose (json.h), so leaks are no finding; a memory error is, and shows on stderr. */
export const sanitized = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' };
