/**
 * The UPF's data path without a guest, for `npm run bench -- upf --native`: eBPF programs of this machine's own kernel between veth
 * links, beside links between which that kernel only routes. What is taken is the processor time of the one thread that sends and forwards.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTop } from '../scripts/lib/paths.mjs';
import { onFirstCore } from './guest-lab.mjs';

const rounds = 7;
const limitMs = 900_000;
const lab = inTop('test', 'vnf-catalog', 'upf-datapath');
const datapath = inTop('vnf-catalog', 'upf', 'datapath');
const guest = inTop('vnf-catalog', 'guest');

function compile(folder) {
  const sources = [
    ...['rate.c', 'lab.c', 'frames.c'].map((file) => join(lab, file)),
    ...readdirSync(datapath)
      .filter((file) => file.endsWith('.c'))
      .map((file) => join(datapath, file)),
    ...['netlink', 'reason', 'sha256'].map((name) => join(guest, `${name}.c`)),
  ];
  execFileSync(join(datapath, 'build.sh'), [join(folder, 'upf.bpf.o')]);
  const includes = [guest, datapath].map((path) => `-I${path}`);
  execFileSync('gcc', ['-std=gnu11', '-O2', ...includes, '-o', join(folder, 'rate'), ...sources, '-lbpf', '-pthread']);
}

/** Of each case the ns of processor time per packet in each round: { sessions, way, bytes, ns }. */
export function measureNative(counts) {
  const folder = mkdtempSync(join(tmpdir(), 'upf-native.'));
  try {
    compile(folder);
    const [program, ...args] = onFirstCore(join(folder, 'rate'), join(folder, 'upf.bpf.o'), String(rounds));
    const options = { encoding: 'utf8', timeout: limitMs, stdio: ['ignore', 'pipe', 'inherit'] };
    return JSON.parse(execFileSync(program, [...args, ...counts.map(String)], options));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
