/** Parts of the UPF's agent, compiled for this machine with sanitizers: a driver in C and the sources that it needs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

const codec = ['numbers', 'pfcp', 'pfcp-write', 'rules-parse', 'rules-parse-pdr', 'rules-parse-far', 'rules-parse-qos'];

/** What every part of the agent that reads messages is linked with. */
export const codecParts: readonly string[] = [...codec, 'rules-parse-urr', 'sdf'];

/** The program's path; nothing is there without a compiler. */
export function compileAgent(folder: string, drivers: readonly string[], parts: readonly string[]): string {
  const program = join(folder, drivers[0] ?? 'program');
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  const includes = ['agent', 'datapath'].map((name) => `-Ivnf-catalog/upf/${name}`);
  const sources = [
    ...drivers.map((name) => `test/vnf-catalog/${name}.c`),
    ...parts.map((name) => `vnf-catalog/upf/agent/${name}.c`),
    'vnf-catalog/guest/reason.c',
  ];
  const options = [...checks, '-fno-sanitize-recover', '-D_GNU_SOURCE', ...includes, '-Ivnf-catalog/guest'];
  if (hasCompiler) execFileSync('gcc', [...options, '-o', program, ...sources]);
  return program;
}
