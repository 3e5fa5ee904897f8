/** The pure parts of the firewall's guest program, compiled for this machine (firewall-guest.c). */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { withCpuSeconds } from './cpu-limit.js';

const common = [
  ...['json', 'reason', 'address', 'files', 'document-checks', 'links', 'network', 'routes', 'netlink'],
  ...['static-routes', 'vlans', 'sha256', 'ha'],
];
const parts = [
  ...['alternatives', 'document', 'nat', 'objects', 'ranges', 'render', 'render-base', 'render-nat', 'render-offload'],
  ...['render-places', 'render-peer', 'rules', 'shadow', 'values'],
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

/** The program of a folder, and the documents that it is asked about. */
export class FirewallProgram {
  #program = '';
  #files = 0;

  constructor(private readonly folder: string) {}

  compile(): void {
    this.#program = compileFirewall(this.folder);
  }

  document(content: unknown): string {
    const path = join(this.folder, `${String(this.#files++)}.json`);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  }

  /** "ok" and the warnings, or why it is refused. */
  check(content: unknown): string {
    return this.#run('check', this.document(content));
  }

  /** The script that makes it so, over the document `before`. */
  render(content: unknown, before?: unknown): string {
    return this.#run('render', this.document(content), ...(before === undefined ? [] : [this.document(before)]));
  }

  rendered(content: unknown): string[] {
    return this.render(content)
      .split('\n')
      .map((line) => line.trim());
  }

  // Nothing is freed on purpose (json.h), so leaks are no finding; a memory error is, and shows on stderr.
  #run(...words: string[]): string {
    const limited = withCpuSeconds(3, this.#program, ...words);
    const { stdout, stderr } = spawnSync(...limited, {
      encoding: 'utf8',
      env: { ASAN_OPTIONS: 'detect_leaks=0' },
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(stderr).toBe('');
    return stdout.trimEnd();
  }
}
