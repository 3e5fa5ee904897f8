/** The table of docs/upf.md: which clause is shown by which checks of vnf-catalog/upf/test. */
import { execFileSync, spawnSync } from 'node:child_process';
import { it } from '@jest/globals';
import { expectDocPart } from '../generated-doc.js';
import { describeUnless } from '../libvirt/environment.js';

interface Check {
  readonly name: string;
  readonly feature: string;
  readonly clause: string;
}

const python = '/usr/bin/python3';
const hasScapy = spawnSync(python, ['-c', 'import scapy.all']).status === 0;
const why = hasScapy ? undefined : `scapy is not installed for ${python} (Debian: python3-scapy)`;

function table(checks: readonly Check[]): string {
  const rows = new Map<string, string[]>();
  for (const { feature, clause, name } of checks) {
    const key = `${feature} | ${clause}`;
    rows.set(key, [...(rows.get(key) ?? []), `\`${name}\``]);
  }
  const lines = [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, names]) => `| ${key} | ${names.join(', ')} |`);
  const head = '| feature | clause | checks |\n| --- | --- | --- |';
  const intro = `${checks.length} checks by scapy and tshark; each says what it sends and what it expects with \`vnf-catalog/upf/test/checks.py --list\`.`;
  return `${intro}\n\n${head}\n${lines.join('\n')}`;
}

describeUnless(why, 'the table of the UPF’s checks', () => {
  it('is that of docs/upf.md', async () => {
    const said = execFileSync(python, ['vnf-catalog/upf/test/checks.py', '--list'], { encoding: 'utf8' });
    await expectDocPart('docs/upf.md', 'checks', table(JSON.parse(said) as Check[]));
  });
});
