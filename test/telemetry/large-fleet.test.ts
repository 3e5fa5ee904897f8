import { expect, it } from '@jest/globals';
import type { Claim } from '../../src/inventory/model.js';
import { hostsToShow, mostHosts } from '../../src/telemetry/large-fleet.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { host } from '../builders/placement.js';

it('a large fleet shows hosts in trouble first, then those that hold most, and at most a page of them', () => {
  const sample = host('h');
  const all = Array.from({ length: mostHosts + 500 }, (_, at) => ({ ...sample, id: hostId(`h${String(at)}`) }));
  const draining = { ...sample, id: hostId('draining'), adminState: 'draining' as const };
  const away = { ...sample, id: hostId('away'), reachable: false };
  const owner = {
    allocationId: allocationId('v'),
    vnfcId: vnfcId('v'),
    vnfInstanceId: vnfInstanceId('i'),
    opOccId: opOccId('o'),
  };
  const claim: Claim = { ...owner, hostId: hostId('h1400'), kind: 'cpu', key: '1', exclusive: true, amount: 1 };
  const shown = hostsToShow([...all, draining, away], new Map([[claim.hostId, [claim]]]));
  expect(shown).toHaveLength(mostHosts);
  expect(shown.slice(0, 3).map((each) => each.id)).toEqual(['draining', 'away', 'h1400']);
  expect(hostsToShow(all.slice(0, mostHosts), new Map())).toHaveLength(mostHosts);
});
