import { expect, test } from '@jest/globals';
import type { Claim, HostFacts } from '../../../../src/inventory/model.js';
import { allocationId, opOccId, vnfcId, vnfInstanceId } from '../../../../src/shared/ids.js';
import { withGoneFunctions } from '../../../../src/workflow/hosts/facts/gone-functions.js';
import { card, host } from '../../../builders/placement.js';

const before = host('h1', { functions: card(1, 0, 2) });
const now: HostFacts = { ...before.facts, pciFunctions: before.facts.pciFunctions.slice(0, 1) };
const claimed: Claim = {
  hostId: before.id,
  kind: 'pci',
  key: '0000:01:02.1',
  exclusive: true,
  amount: 1,
  allocationId: allocationId('a'),
  vnfcId: vnfcId('a'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
};

test('functions that are gone stay in the facts while they are claimed, and are not assigned', async () => {
  const { pciFunctions } = await withGoneFunctions(now, before.facts, () => Promise.resolve([claimed]));
  expect(pciFunctions.map(({ address, takenBy, isGone }) => [address, takenBy, isGone])).toEqual([
    ['0000:01:00.0', undefined, undefined],
    ['0000:01:02.1', 'it is gone from the host, while VNFC a holds it', true],
  ]);
});

test('functions that nobody claims go', async () => {
  expect(await withGoneFunctions(now, before.facts, () => Promise.resolve([]))).toEqual(now);
});

test('the store is not asked while all functions are there', async () => {
  const never = () => Promise.reject(new Error('asked'));
  expect(await withGoneFunctions(before.facts, before.facts, never)).toBe(before.facts);
  expect(await withGoneFunctions(before.facts, undefined, never)).toBe(before.facts);
});

test('functions that come back are as they are', async () => {
  const gone = await withGoneFunctions(now, before.facts, () => Promise.resolve([claimed]));
  expect(await withGoneFunctions(before.facts, gone, () => Promise.resolve([claimed]))).toEqual(before.facts);
});
