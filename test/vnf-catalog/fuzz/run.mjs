// Runs one fuzzer for long, from the inputs that are kept beside it: run.mjs NAME RUNS SECONDS, whichever ends first.
// Prints how many inputs it tried; ends with 1 and the input when it found something.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFuzzer, fuzzers } from './build.mjs';

const [, , name = '', runs = '1000000', seconds = '1800'] = process.argv;
if (!(name in fuzzers) || !/^\d+$/.test(runs) || !/^\d+$/.test(seconds)) {
  console.error(`usage: run.mjs ${Object.keys(fuzzers).join('|')} [RUNS [SECONDS]]`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'guest-fuzz.'));
const inputs = join(folder, 'corpus');
mkdirSync(inputs);
const kept = join(import.meta.dirname, `${name}.hex`);
const lines = existsSync(kept) ? readFileSync(kept, 'utf8').trimEnd().split('\n') : [];
for (const [at, line] of lines.entries()) writeFileSync(join(inputs, String(at)), Buffer.from(line, 'hex'));
const program = buildFuzzer(name, folder);
const limits = [`-runs=${runs}`, `-max_total_time=${seconds}`, '-max_len=8192', '-timeout=20', '-rss_limit_mb=3000'];
// The agent says in its log what it refuses.
if (name === 'upf-sessions') limits.push('-close_fd_mask=2');
const files = [`-dict=${join(folder, `${name}.dict`)}`, `-artifact_prefix=${folder}/`, '-print_final_stats=1', inputs];
const env = { ...process.env, ASAN_OPTIONS: `detect_leaks=${name === 'upf-sessions' ? '1' : '0'}` };
const { status, stderr } = spawnSync(program, [...limits, ...files], {
  encoding: 'utf8',
  env,
  maxBuffer: 256 * 1024 * 1024,
});
const found = /ERROR: .*|runtime error: .*/.exec(stderr)?.[0];
const tried = /number_of_executed_units:\s*(\d+)/.exec(stderr)?.[1] ?? '?';
console.log(`${name}: ${tried} inputs from ${String(lines.length)} kept ones, ${found ?? 'no finding'}`);
if (found === undefined && status === 0) rmSync(folder, { recursive: true });
else {
  console.log(`${stderr.slice(-4000)}\nThe input that did it is in ${folder}.`);
  process.exitCode = 1;
}
