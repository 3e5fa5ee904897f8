import { expect, test } from '@jest/globals';
import { showHosts } from '../../src/telemetry/host-metrics.js';
import { inTurns } from '../../src/telemetry/steps.js';
import { card, host } from '../builders/placement.js';
import { instruments } from './shown.js';

test('a function that is gone while a VNFC holds it is neither available nor taken', async () => {
  const before = host('h1', { functions: card(1, 0, 2) });
  const pciFunctions = before.facts.pciFunctions.map((one) =>
    one.address === '0000:01:02.1' ? { ...one, takenBy: 'it is gone', isGone: true as const } : one,
  );
  const now = { ...before, facts: { ...before.facts, pciFunctions } };
  const { to, lines } = instruments();
  await inTurns(showHosts(to, [{ host: now, claims: [], freePages: [] }], []));
  const functions = (await lines('berth_host_pci_functions')).filter((line) => line.includes('"vf"'));
  expect(functions.filter((line) => line.includes('state="gone"'))).toEqual([expect.stringMatching(/ 1$/)]);
});
