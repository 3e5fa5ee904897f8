/**
 * docs/upf.md has a table of what the UPF does by clause, each line with the checks that show it (vnf-catalog/upf/test). It is
 * made from the checks themselves; UPDATE_GOLDEN=1 writes it again.
 */
import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { expectDocPart } from '../generated-doc.js';
import { describeUnless } from '../libvirt/environment.js';

interface Check {
  readonly name: string;
  readonly feature: string;
  readonly clause: string;
}

const listed = spawnSync('/usr/bin/python3', ['vnf-catalog/upf/test/checks.py', '--list'], { encoding: 'utf8' });
const missing = listed.status === 0 ? undefined : 'scapy is not here (python3-scapy)';
const byClause = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true });

function tableOf(checks: readonly Check[]): string {
  const rows = Map.groupBy(checks, ({ clause, feature }) => `${clause}|${feature}`);
  const lines = [...rows]
    .toSorted(([a], [b]) => byClause(a, b))
    .map(([place, those]) => {
      const [clause = '', feature = ''] = place.split('|');
      const specification = /^\d/.test(clause) ? `TS ${clause}` : clause;
      return `| ${specification} | ${feature} | ${those.map(({ name }) => `\`${name}\``).join(', ')} |`;
    });
  return ['| clause | of | checks |', '| --- | --- | --- |', ...lines].join('\n');
}

describeUnless(missing, 'The table of what the UPF does', () => {
  it('has every check by its clause', async () => {
    const checks = JSON.parse(listed.stdout) as Check[];
    expect(checks.length).toBeGreaterThanOrEqual(150);
    await expectDocPart('docs/upf.md', 'checks', tableOf(checks));
  });
});
