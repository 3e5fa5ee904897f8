import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Claim, HostFacts, PciFunction } from '../../../../src/inventory/model.js';
import { atNewAddresses, movesOf, withKnownMacs, withUnknownCards } from '../../../../src/inventory/renumbering.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../../../src/shared/ids.js';
import { withGoneFunctions } from '../../../../src/workflow/hosts/facts/gone-functions.js';
import { host } from '../../../builders/placement.js';
import { Tried } from '../../../builders/tried.js';

/** A card as it lies on the table: what it is whatever bus it stands on. */
interface Card {
  readonly no: number;
  readonly vfs: number;
  readonly mac: string;
  readonly serial?: string;
}

const macOf = (no: number): string => `0c:42:a1:00:00:${String(no).padStart(2, '0')}`;
const cardNo = (no: number, vfs = 2): Card => ({ no, vfs, mac: macOf(no) });
const twoDigits = (bus: number): string => bus.toString(16).padStart(2, '0');

function functionsAt(bus: number, { vfs, mac, serial }: Card): readonly PciFunction[] {
  const common = { vendorId: '8086', deviceId: '10c9', physicalNetwork: 'n', trustCapable: false, rateCapable: false };
  const address = `0000:${twoDigits(bus)}:00.0`;
  const pf: PciFunction = { ...common, address, kind: 'pf', driver: 'igb', mac, ...(serial && { serial }) };
  const vf = (vfIndex: number): PciFunction => ({
    ...{ ...common, address: `0000:${twoDigits(bus)}:10.${String(vfIndex)}`, kind: 'vf' },
    ...{ parent: address, vfIndex, driver: 'igbvf' },
  });
  return [pf, ...Array.from({ length: vfs }, (_, at) => vf(at))];
}

const facts = (pciFunctions: readonly PciFunction[]): HostFacts => ({ ...host('h1').facts, pciFunctions });
const reading = (...all: readonly (readonly [bus: number, card: Card])[]): HostFacts =>
  facts(all.flatMap(([bus, card]) => functionsAt(bus, card)));

const claim = (key: string, name: string): Claim => ({
  ...{ hostId: hostId('h1'), kind: 'pci', key, exclusive: true, amount: 1, vnfcId: vnfcId(name) },
  ...{ allocationId: allocationId(name), vnfInstanceId: vnfInstanceId('i'), opOccId: opOccId('o') },
});

interface World {
  readonly facts: HostFacts;
  readonly claims: readonly Claim[];
}

/** What a reading makes of the world: as src/workflow/hosts/host-looks.ts does. */
async function after(world: World, read: HostFacts, isSameBoot = false): Promise<World> {
  const moves = movesOf(world.facts, read, isSameBoot);
  const claims = world.claims.map((one) => ({ ...one, key: moves.get(one.key) ?? one.key }));
  const before = atNewAddresses(world.facts, moves);
  expect([...movesOf(before, read, isSameBoot)]).toEqual([]);
  const known = withKnownMacs(await withGoneFunctions(read, before, () => Promise.resolve(claims)), before);
  return { facts: withUnknownCards(known), claims };
}

const ownersIn = ({ claims }: World): ReadonlyMap<string, string> =>
  new Map(claims.map((one) => [one.key, one.vnfcId]));

/** Physical function (card and number) -> owner, of those on the host. */
function owners(world: World, buses: ReadonlyMap<number, number>, cards: readonly Card[]): ReadonlyMap<string, string> {
  const held = ownersIn(world);
  const all = [...buses].flatMap(([no, bus]) => {
    const card = cards[no];
    if (card === undefined) return [];
    return functionsAt(bus, card).flatMap(({ address }, at) => {
      const owner = held.get(address);
      return owner === undefined ? [] : [[`${String(no)}/${String(at)}`, owner] as const];
    });
  });
  return new Map(all);
}

it('each function keeps its owner through any renumbering, and none has two', async () => {
  const most = 4;
  const moved = new Tried('a claim that moved');
  const away = new Tried('a claim whose card was away for a while');
  const steps = fc.array(
    fc.tuple(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: most }), fc.subarray([0, 1, 2, 3], { minLength: 1 })),
    { minLength: 1, maxLength: 5 },
  );
  const serials = fc.array(fc.boolean(), { minLength: most, maxLength: most });
  await fc.assert(
    fc.asyncProperty(steps, serials, fc.infiniteStream(fc.boolean()), async (all, hasSerial, isHeld) => {
      const cards = hasSerial.map((has, no) => ({ ...cardNo(no), ...(has && { serial: `S${String(no)}` }) }));
      const first = reading(...cards.map((card, at) => [at + 1, card] as const));
      const claims = first.pciFunctions.flatMap(({ address, kind }) =>
        kind === 'vf' && isHeld.next().value ? [claim(address, `v-${address}`)] : [],
      );
      let world: World = { facts: first, claims };
      const wanted = owners(world, new Map(cards.map(({ no }, at) => [no, at + 1])), cards);
      for (const [buses, present] of all) {
        const at = new Map(present.map((no, nth) => [no, buses[nth] ?? 0]));
        const before = ownersIn(world);
        world = await after(
          world,
          reading(...[...at].flatMap(([no, bus]) => (cards[no] ? [[bus, cards[no]] as const] : []))),
        );
        const keys = world.claims.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        const found = owners(world, at, cards);
        expect([...found].sort()).toEqual([...wanted].filter(([name]) => at.has(Number(name[0]))).sort());
        moved.is([...ownersIn(world)].some(([key, owner]) => before.get(key) !== owner));
        away.is(found.size < wanted.size && found.size > 0);
        const there = new Set(world.facts.pciFunctions.map(({ address }) => address));
        expect(there.size).toBe(world.facts.pciFunctions.length);
      }
    }),
    { numRuns: 300 },
  );
  moved.expectShare(0.3);
  away.expectShare(0.1);
});

describe('cards of a host', () => {
  const [a, b] = [cardNo(1), cardNo(2)];
  const start: World = {
    facts: reading([1, a], [2, b]),
    claims: [claim('0000:01:10.0', 'x'), claim('0000:02:10.1', 'y')],
  };
  const keys = ({ claims }: World) => claims.map(({ key, vnfcId: id }) => [key, String(id)]);

  it('that swap their addresses take their claims along', async () => {
    const world = await after(start, reading([1, b], [2, a]));
    expect(keys(world)).toEqual([
      ['0000:02:10.0', 'x'],
      ['0000:01:10.1', 'y'],
    ]);
  });

  it('that are missing leave their addresses to others, and are known when they are back', async () => {
    const away = await after(start, reading([1, b]));
    expect(keys(away)).toEqual([
      [`${a.mac}/vf0`, 'x'],
      ['0000:01:10.1', 'y'],
    ]);
    const gone = away.facts.pciFunctions.filter(({ isGone }) => isGone);
    expect(gone.map(({ address, takenBy }) => [address, takenBy])).toEqual([
      [`${a.mac}/vf0`, 'it is gone from the host, while VNFC x holds it'],
    ]);
    const noVfs = await after(away, reading([1, b], [7, { ...a, vfs: 0 }]));
    expect(keys(await after(noVfs, reading([1, b], [7, a])))[0]).toEqual(['0000:07:10.0', 'x']);
  });

  it('that stand where they did keep their claims when MAC addresses change, and are known by the first one', async () => {
    const bonded = await after(start, reading([1, a], [2, { ...b, mac: a.mac }]));
    expect(keys(bonded)).toEqual(keys(start));
    expect(bonded.facts.pciFunctions.find(({ address }) => address === '0000:02:00.0')?.knownMac).toBe(b.mac);
    expect(keys(await after(bonded, reading([4, b], [5, a])))).toEqual([
      ['0000:05:10.0', 'x'],
      ['0000:04:10.1', 'y'],
    ]);
  });

  it('that swap their MAC addresses while the host runs, as some bonds do, stay where they are', async () => {
    const swapped = reading([1, { ...a, mac: b.mac }], [2, { ...b, mac: a.mac }]);
    expect(keys(await after(start, swapped, true))).toEqual(keys(start));
    const renamed = await after(start, reading([1, { ...a, mac: macOf(9) }], [2, b]), true);
    expect(keys(renamed)).toEqual(keys(start));
    expect(keys(await after(renamed, reading([3, a], [4, b])))[0]).toEqual(['0000:03:10.0', 'x']);
  });

  it('that another was put in the place of do not lend it their claims', async () => {
    expect(keys(await after(start, reading([1, cardNo(9)], [2, b])))[0]).toEqual([`${a.mac}/vf0`, 'x']);
  });

  it('are known by serial number whatever their MAC addresses', async () => {
    const [c, d] = [
      { ...a, serial: 'S1' },
      { ...b, serial: 'S2' },
    ];
    const world: World = { facts: reading([1, c], [2, d]), claims: start.claims };
    const bonded = reading([2, { ...c, mac: macOf(9) }], [3, { ...d, mac: macOf(9) }]);
    expect(keys(await after(world, bonded))).toEqual([
      ['0000:02:10.0', 'x'],
      ['0000:03:10.1', 'y'],
    ]);
  });

  it('of the same MAC address are not told apart by it after a renumbering, and keep nothing', async () => {
    const bonded = reading([2, { ...a, mac: macOf(9) }], [3, { ...b, mac: macOf(9) }]);
    const world = await after(start, bonded);
    const held = ownersIn(world);
    expect(held.get('0000:02:10.1')).toBeUndefined();
    expect(held.get(`${b.mac}/vf1`)).toBe('y');
  });

  it('that tell nothing are given to nobody while one is missing', async () => {
    const [pf] = functionsAt(3, b) as [PciFunction];
    const { mac: _hidden, ...bare } = { ...pf, driver: 'vfio-pci' };
    const world = await after(start, facts([...functionsAt(2, a), bare]));
    expect(ownersIn(world).get(`${b.mac}/vf1`)).toBe('y');
    expect(world.facts.pciFunctions.find(({ address }) => address === bare.address)?.takenBy).toMatch(
      /nobody can tell/,
    );
    const told = await after(world, reading([2, a], [3, b]));
    expect(ownersIn(told).get('0000:03:10.1')).toBe('y');
    expect(told.facts.pciFunctions.filter(({ takenBy }) => takenBy !== undefined)).toEqual([]);
  });
});
