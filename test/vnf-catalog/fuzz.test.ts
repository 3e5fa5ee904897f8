/** A short run of the fuzzers of the guest program's parsers; fuzz/build.mjs says how to run one for longer. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { contractExample } from './contract-examples.js';

const seconds = 5;
const folder = mkdtempSync(join(tmpdir(), 'guest-fuzz.'));
const probe = ['-x', 'c', '-fsanitize=fuzzer,address', '-o', join(folder, 'probe'), '-'];
const input = 'int LLVMFuzzerTestOneInput(const unsigned char *d, unsigned long n) { return d && n ? 0 : 0; }';
const isMissing = spawnSync('clang', probe, { input }).status !== 0;
const title = `the guest program’s parsers${isMissing ? ' [skipped: no clang with libFuzzer here]' : ''}`;

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// A volume descriptor, and one message of each kind that the kernel answers with, cut off.
const descriptor = Buffer.from(`\u0001CD001\u0001\u0000${' '.repeat(32)}CIDATA${' '.repeat(26)}`, 'latin1');
const message = (type: number, length: number) => {
  const header = Buffer.alloc(length);
  header.writeUInt32LE(length, 0);
  header.writeUInt16LE(type, 4);
  return header;
};
// Inputs that each reach something which the others do not, found by long runs: one a line, in hexadecimal.
const corpus = (name: string) =>
  readFileSync(`test/vnf-catalog/fuzz/${name}.hex`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line, 'hex'));
const seeds: Readonly<Record<string, readonly (Buffer | string)[]>> = {
  'router-document': [contractExample("The router's document"), contractExample('The network of every document')],
  'firewall-document': [contractExample("The firewall's document"), contractExample('The network of every document')],
  'upf-document': [contractExample("The UPF's document"), contractExample('The network of every document')],
  volume: [descriptor, contractExample('Day 0')],
  netlink: [16, 20, 24].map((type) => message(type, 64)),
  'upf-pfcp': corpus('upf-pfcp'),
  'upf-sdf': corpus('upf-sdf'),
  'upf-gtpu': corpus('upf-gtpu'),
  'upf-sessions': corpus('upf-sessions'),
};

(isMissing ? describe.skip : describe)(title, () => {
  it.each(Object.keys(seeds))(
    '%s takes anything',
    (name) => {
      const inputs = join(folder, `${name}.corpus`);
      mkdirSync(inputs);
      for (const [at, seed] of (seeds[name] ?? []).entries()) writeFileSync(join(inputs, String(at)), seed);
      execFileSync(process.execPath, ['test/vnf-catalog/fuzz/build.mjs', name, folder]);
      const limits = [`-max_total_time=${String(seconds)}`, '-max_len=8192', '-timeout=20', '-rss_limit_mb=3000'];
      // The agent says in its log what it refuses.
      if (name === 'upf-sessions') limits.push('-close_fd_mask=2');
      const files = [`-dict=${join(folder, `${name}.dict`)}`, `-artifact_prefix=${folder}/`, inputs];
      const ran = spawnSync(join(folder, name), [...limits, ...files], {
        encoding: 'utf8',
        env: { ...process.env, ASAN_OPTIONS: `detect_leaks=${name === 'upf-sessions' ? '1' : '0'}` },
        maxBuffer: 64 * 1024 * 1024,
      });
      const found = /ERROR: .*|runtime error: .*/.exec(ran.stderr)?.[0];
      expect([found, ran.status]).toEqual([undefined, 0]);
      expect(ran.stderr).toMatch(/#\d+\s+DONE/);
    },
    180_000,
  );
});
