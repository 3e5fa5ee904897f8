import { expect, it } from '@jest/globals';
import { fleetWide, type Claim } from '../../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { KeptCapacity } from '../../../src/workflow/capacity/kept-capacity.js';

const ipClaim = (key: string): Claim => ({
  ...{ hostId: hostId(fleetWide), kind: 'ip', key, exclusive: true, amount: 1 },
  ...{ allocationId: allocationId('a1'), vnfcId: vnfcId('c1'), vnfInstanceId: vnfInstanceId('v1') },
  opOccId: opOccId('op1'),
});

const noHosts = {
  hosts: () => [],
  host: () => undefined,
  takeChanged: () => new Set<never>(),
  recordMoments: () => undefined,
};

it('forgets addresses that were released, although no plan was lost or refused', async () => {
  const standing = [ipClaim('10.0.0.1')];
  const asked: string[] = [];
  const store = {
    hostPage: () => Promise.resolve([]),
    claimsOn: (ids: readonly string[]): Promise<readonly Claim[]> => {
      asked.push(...ids);
      return Promise.resolve(ids.includes(hostId(fleetWide)) ? standing : []);
    },
  };
  const index = new KeptCapacity(noHosts, store);
  await index.kept();
  let most = 0;
  for (let at = 0; at < 5000; at += 1) {
    // Each is released before the next is made.
    index.committed([ipClaim(`10.1.${String(at >> 8)}.${String(at & 255)}`)], []);
    most = Math.max(most, (await index.kept()).addresses.length);
  }
  expect(most).toBeLessThan(600);
  expect(asked.filter((id) => id === fleetWide).length).toBeLessThan(15);
});
