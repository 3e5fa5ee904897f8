import { describe, expect, it } from '@jest/globals';
import { exceeds } from '../../../src/inventory/capacity-conflict.js';
import { claimFor } from '../../../src/inventory/claims.js';
import type { ClaimKind, Host } from '../../../src/inventory/model.js';
import { row } from '../../../src/inventory/resources/resource.js';
import { sumResource } from '../../../src/inventory/resources/sum.js';
import {
  claimKinds,
  hostResources,
  leftText,
  resourceKinds,
  resources,
} from '../../../src/inventory/resources/table.js';
import { freeOf, giveBack, take, unclaimed } from '../../../src/inventory/take.js';
import { constraintNames } from '../../../src/placement/constraints/list.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { card, host, linked } from '../../builders/placement.js';

const plain = host('h1', { pages2MiB: 64, functions: linked(1000, card(1, 0, 2)) });
const on: Host = {
  ...plain,
  facts: { ...plain.facts, networks: [{ name: 'wan', kind: 'physical', devices: 2 }] },
};

const owner = {
  hostId: hostId('h1'),
  allocationId: allocationId('new'),
  vnfcId: vnfcId('new'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
};

/** A row of each kind that fits, and one that does not. */
const samples: Readonly<Record<ClaimKind, readonly [fits: ReturnType<typeof row>, not?: ReturnType<typeof row>]>> = {
  cpu: [row('2', 1, 0), row('0', 1, 0)],
  'shared-vcpu': [row('float', 2, 0), row('float', 99, 0)],
  hugepages: [row('2048', 8, 0), row('2048', 65, 0)],
  memory: [row('plain', 512, 1), row('plain', 99_999, 1)],
  pci: [row('0000:01:02.0', 1), row('0000:09:02.0', 1)],
  bandwidth: [row('0000:01:00.0', 400), row('0000:01:00.0', 1001)],
  network: [row('wan', 2), row('wan', 3)],
  disk: [row('default', 1000), row('default', 100_001)],
  image: [row('sha default', 100)],
  mac: [row('52:54:00:00:00:01', 1)],
  ip: [row('lan/10.0.0.1', 1)],
};

/** Those of the fleet and not of a host. */
const addresses: readonly ClaimKind[] = ['mac', 'ip'];

describe.each(claimKinds)('the resource %s', (kind) => {
  const [fits, tooMuch] = samples[kind];
  const claim = claimFor(kind, fits, owner);

  it('says by its text that something of it is taken, and again that nothing is', () => {
    const whole = unclaimed(on);
    const after = take(whole, [claim]);
    expect(leftText(after, true) !== leftText(whole, true)).toBe(!addresses.includes(kind));
    const again = giveBack(after, [claim]);
    expect({ ...again, images: whole.images }).toEqual(whole);
  });

  it('lets the guard through what fits, and stops what does not', () => {
    expect(exceeds(on, [], [claim])).toBeUndefined();
    if (tooMuch !== undefined) expect(exceeds(on, [], [claimFor(kind, tooMuch, owner)])).toMatch(/^h1: ./);
  });

  it('has one holder for each key, if it is exclusive', () => {
    const refused = exceeds(on, [{ ...claim, vnfcId: vnfcId('old') }], [claim])?.includes('already claimed') === true;
    expect(refused).toBe(resources[kind].isExclusive);
  });
});

describe('the words of resources', () => {
  it('name constraints that there are', () => {
    expect(resourceKinds.filter((kind) => !constraintNames.includes(hostResources[kind].words.constraint))).toEqual([]);
  });

  it('are different for each', () => {
    const words = resourceKinds.map((kind) => hostResources[kind].words);
    expect(new Set(words.map(({ limit }) => limit)).size).toBe(words.length);
    expect(new Set(words.map(({ name }) => name)).size).toBe(words.length);
  });
});

describe('a resource that is a sum', () => {
  const spec = {
    ...hostResources.network,
    placeText: (key: string) => `slots of ${key}`,
    guardUnit: 'slots',
  } as const;
  const named = claimFor('network', row('other', 1), owner);

  it('is endless or not there in a place that the host does not have, as it says', () => {
    const free = freeOf(on, []);
    const [endless, none] = (['endless', 'none'] as const).map((ifAbsent) => sumResource({ ...spec, ifAbsent }));
    expect([endless?.left(free, 'other'), none?.left(free, 'other')]).toEqual([Infinity, 0]);
    expect([endless?.refusal(free, named), none?.refusal(free, named)]).toEqual([
      undefined,
      'slots of other does not exist',
    ]);
  });
});
