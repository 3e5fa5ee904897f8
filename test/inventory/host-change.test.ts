import { describe, expect, test } from '@jest/globals';
import { obstacleTo, type HostUse } from '../../src/inventory/host-change.js';
import type { Claim } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card } from '../builders/placement.js';

const first = vnfcId('11111111-1111-4111-8111-111111111111');
const second = vnfcId('22222222-2222-4222-8222-222222222222');

const claim = (kind: Claim['kind'], key: string, owner = first): Claim => ({
  ...{ hostId: hostId('h1'), kind, key, exclusive: kind === 'pci', amount: 1, vnfcId: owner },
  ...{ allocationId: allocationId(owner), vnfInstanceId: vnfInstanceId('vnf-1'), opOccId: opOccId('op-1') },
});

const use: HostUse = {
  hypervisor: 'qemu://h1/system',
  ownPool: { name: 'berth', path: '/pools/berth' },
  pools: ['fast'],
  cards: new Map([['ens1', 'core']]),
  withheld: [],
};
const functions = card(6, 0, 2).map((one) => (one.kind === 'pf' ? { ...one, netdev: 'ens1' } : one));
const virtual = functions.find(({ kind }) => kind === 'vf')?.address ?? '';

const obstacle = (after: Partial<HostUse>, claims: readonly Claim[], known = functions) =>
  obstacleTo(use, { ...use, ...after }, claims, known);

describe('what VNFCs hold of a host stays', () => {
  test('its hypervisor, whatever they hold', () => {
    const claims = [claim('cpu', '1'), claim('cpu', '2'), claim('memory', 'plain', second)];
    const found = obstacle({ hypervisor: 'qemu://h2/system' }, claims);
    expect(found).toEqual({ what: 'The hypervisor', vnfcIds: [first, second] });
  });

  test('a pool with a volume of theirs', () => {
    expect(obstacle({ pools: [] }, [claim('disk', 'fast')])).toEqual({ what: 'The pool fast', vnfcIds: [first] });
    expect(obstacle({ pools: [] }, [claim('disk', 'berth')])).toBeUndefined();
  });

  test('the pool of Berth, by name and by path', () => {
    const disk = claim('disk', 'berth');
    expect(obstacle({ ownPool: { name: 'berth', path: '/pools/other' } }, [disk])?.vnfcIds).toEqual([first]);
    expect(obstacle({ ownPool: { name: 'other', path: '/pools/berth' } }, [disk])?.vnfcIds).toEqual([first]);
    expect(obstacle({ ownPool: { name: 'other', path: '/pools/berth' } }, [claim('cpu', '1')])).toBeUndefined();
  });

  test('a card whose functions they have, also under another physical network', () => {
    const held = claim('pci', virtual);
    for (const cards of [new Map(), new Map([['ens1', 'edge']])])
      expect(obstacle({ cards }, [held])).toEqual({ what: 'The card ens1', vnfcIds: [first] });
    expect(obstacle({ cards: new Map() }, [claim('pci', '0000:ff:00.1')])?.vnfcIds).toEqual([first]);
    expect(obstacle({ cards: new Map() }, [held], [])?.vnfcIds).toEqual([first]);
    const elsewhere = card(7, 0, 1);
    const other = elsewhere.find(({ kind }) => kind === 'vf')?.address ?? '';
    expect(obstacle({ cards: new Map() }, [claim('pci', other)], [...functions, ...elsewhere])).toBeUndefined();
  });

  test('a function of theirs, which cannot be withheld', () => {
    expect(obstacle({ withheld: [virtual] }, [claim('pci', virtual)])?.what).toBe(`The function ${virtual}`);
    expect(obstacle({ withheld: [virtual] }, [claim('cpu', '1')])).toBeUndefined();
  });
});

test('a host on which nothing stands may become any other', () => {
  const after = { hypervisor: 'qemu://h2/system', pools: [], cards: new Map(), withheld: ['ens1'], make: 'x' };
  expect(obstacle(after, [])).toBeUndefined();
});

test('what is added is no obstacle', () => {
  const cards = new Map([...use.cards, ['ens2', 'edge'] as const]);
  expect(obstacle({ cards, pools: ['fast', 'slow'] }, [claim('disk', 'fast'), claim('pci', virtual)])).toBeUndefined();
});
