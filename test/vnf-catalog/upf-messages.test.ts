/** Messages that scapy makes, read by the UPF's codec; and messages of the codec, read by scapy. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { codecParts, compileAgent, hasCompiler } from './upf-agent-program.js';

const python = '/usr/bin/python3';
const missing = hasCompiler
  ? spawnSync(python, ['-c', 'import scapy.contrib.pfcp']).status === 0
    ? ''
    : 'scapy is not installed for /usr/bin/python3'
  : 'no gcc here';
const folder = mkdtempSync(join(tmpdir(), 'upf-messages.'));
const program = compileAgent(folder, ['upf-codec', 'upf-codec-print'], [...codecParts, 'gtpu']);
const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const;
const scapy = (args: readonly string[], input = '') =>
  execFileSync(python, ['test/vnf-catalog/upf-messages.py', ...args], { ...options, input })
    .trimEnd()
    .split('\n');

interface Expected {
  readonly head: object;
  readonly rules: readonly object[];
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function readAll(messages: readonly string[]): object[][] {
  const lines = execFileSync(program, ['read'], { ...options, input: `${messages.join('\n')}\n` })
    .trimEnd()
    .split('\n');
  const all: object[][] = [[]];
  for (const line of lines) {
    all.at(-1)?.push(JSON.parse(line) as object);
    if (line.startsWith('{"end"')) all.push([]);
  }
  return all.slice(0, -1);
}

(missing === '' ? describe : describe.skip)(`PFCP beside scapy${missing && ` [skipped: ${missing}]`}`, () => {
  it.each([1, 2])('reads what scapy writes, seed %i', (seed) => {
    const made = scapy(['make', String(seed), '200']).map((line) => {
      const at = line.indexOf(' ');
      return { message: line.slice(0, at), expected: JSON.parse(line.slice(at)) as Expected };
    });
    const read = readAll(made.map(({ message }) => message));
    expect(read).toHaveLength(200);
    for (const [at, { expected }] of made.entries()) {
      const [head, ...ies] = read[at] ?? [];
      expect(head).toMatchObject({ verdict: 'ok', hasSeid: 1, ...expected.head });
      expect(ies.pop()).toEqual({ end: 'good' });
      expect(ies.map((ie) => ('rule' in ie ? ie.rule : ie))).toEqual(expected.rules);
    }
  });

  it('writes what scapy reads', () => {
    const written = execFileSync(program, ['write'], options);
    const [line] = scapy(['decode'], written);
    const tree = JSON.parse(line ?? '') as [number, unknown][];
    expect(line).not.toContain('raw');
    expect(tree.slice(0, 3).map(([, fields]) => fields)).toEqual([
      expect.objectContaining({ id_type: 2, id: 'upf.example.org', extra_data: '' }),
      expect.objectContaining({ id_type: 0, ipv4: '10.4.0.1', extra_data: '' }),
      expect.objectContaining({ id_type: 1, ipv6: '2001:db8::1', extra_data: '' }),
    ]);
    expect(tree).toContainEqual([114, { type: 1, far_id: 0x10002, extra_data: '' }]);
    expect(tree).toContainEqual([40, { type: 2 }]);
    expect(tree).toContainEqual([
      8,
      [
        [56, { id: 1, extra_data: '' }],
        [21, { CHID: 0, CH: 0, V6: 0, V4: 1, TEID: 0x01020304, ipv4: '10.3.0.1', extra_data: '' }],
        [93, { SD: 0, V4: 1, V6: 1, ipv4: '10.60.0.1', ipv6: '2001:db8::', extra_data: '8' }],
      ],
    ]);
  });
});
