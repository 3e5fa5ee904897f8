import { describe, expect, test } from '@jest/globals';
import { catalogue, guestLabels, guestPrefix, type MetricSpec } from '../../src/telemetry/catalogue.js';
import { expectDoc } from '../generated-doc.js';

const all: readonly MetricSpec[] = Object.values(catalogue);

describe('the catalogue', () => {
  test('has each name once', () => {
    const names = all.map((spec) => spec.name);
    expect(names).toEqual([...new Set(names)]);
  });

  test.each(all)('names $name by the rules of Prometheus', ({ name, type, labels, help }) => {
    expect(name).toMatch(/^berth_[a-z][a-z0-9_]*[a-z0-9]$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|mib|kib|percent|count|sum|bucket)(_|$)/);
    for (const label of labels) expect(label).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(help).toMatch(/\.$/);
  });

  test('is what docs/metrics.md says', async () => {
    await expectDoc('docs/metrics.md', metricsDoc());
  });
});

function metricsDoc(): string {
  const rows = all.map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`);
  return `# Metrics

Served at \`/metrics\` in the Prometheus text format. This page is made from \`src/telemetry/catalogue.ts\`; after a change
there, \`UPDATE_GOLDEN=1 npm run jest -- --selectProjects unit --testPathPatterns test/telemetry\` rewrites it.

Counters of VNFCs are the hypervisor's own: they start again at zero when a domain starts, which \`rate()\` understands.
Process metrics of Node.js (\`process_*\`, \`nodejs_*\`) are there as well.

| name | type | labels | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}

## What guests report

A guest that answers the status command of [the guest contract](vnf-guest-contract.md) adds its own numbers: a counter
\`x\` becomes \`${guestPrefix}x_total\`, a gauge \`y\` becomes \`${guestPrefix}y\`, both with the labels ${guestLabels.join(', ')}.
`;
}
