/** The tables of the UPF's agent (vnf-catalog/upf/agent): transactions, TEIDs, pools, GTP-U; the cases are written in C. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { codecParts, compileAgent, hasCompiler } from './upf-agent-program.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-agent.'));
const drivers = ['upf-cases', 'upf-cases-tables', 'upf-cases-transactions', 'upf-cases-gtpu'];
const tables = ['gtpu', 'paths', 'pool', 'teids', 'transactions', 'transactions-answers', 'transactions-tables'];
const program = compileAgent(folder, drivers, [...codecParts, ...tables]);
const sentences = hasCompiler ? execFileSync(program, { encoding: 'utf8' }).trimEnd().split('\n') : ['has cases'];

afterAll(() => {
  rmSync(folder, { recursive: true });
});

(hasCompiler ? describe : describe.skip)(`UPF agent${hasCompiler ? '' : ' [skipped: no gcc here]'}`, () => {
  it.each(sentences.map((sentence, at) => [sentence, at] as const))('%s', (_, at) => {
    const ran = spawnSync(program, [String(at)], { encoding: 'utf8' });
    expect([ran.status, ran.stderr]).toEqual([0, '']);
  });
});
