import { expect, test } from '@jest/globals';
import { Instruments } from '../../src/telemetry/instruments.js';
import { showHosts } from '../../src/telemetry/host-metrics.js';
import { card, host } from '../builders/placement.js';

test('a function that is gone while a VNFC holds it is neither available nor taken', async () => {
  const before = host('h1', { functions: card(1, 0, 2) });
  const pciFunctions = before.facts.pciFunctions.map((one) =>
    one.address === '0000:01:02.1' ? { ...one, takenBy: 'it is gone', isGone: true as const } : one,
  );
  const now = { ...before, facts: { ...before.facts, pciFunctions } };
  const to = new Instruments();
  showHosts(to, [{ host: now, claims: [], freePages: [] }], []);
  const lines = (await to.text()).split('\n').filter((line) => /^berth_host_pci_functions.*"vf"/.test(line));
  expect(lines.filter((line) => line.includes('state="gone"'))).toEqual([expect.stringMatching(/ 1$/)]);
});
