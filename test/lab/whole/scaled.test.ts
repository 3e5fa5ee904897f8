/**
 * Ten times out and in on a host of the lab: after each round trip as many functions and pages are free as before, by the
 * host's word and by Berth's, and nothing is left.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { functionsPerCard } from '../../../src/lab/shape.js';
import { bodyOf, listOf } from '../../api/door.js';
import { expectCompleted, operate, scaleBy, vnfcsOf } from '../../libvirt/berth-life.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { soon } from '../../libvirt/soon.js';
import { berthOnLab, hostLimitMs, type BerthOnLab } from '../berth-on-lab.js';
import { hostSays, type HostSays } from '../host-says.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { onboardTiny, removeTiny, runningTiny } from '../tiny-vnf.js';

const rounds = 10;
jest.setTimeout(rounds * 4 * hostLimitMs);

/** Both cards are on it. */
const wish = { network: 'physnet0', vlans: [100, 101] } as const;

interface Host {
  readonly pciFunctions: readonly { readonly address: string; readonly kind: string; readonly state: string }[];
  readonly cells: readonly {
    readonly id: number;
    readonly pages: readonly { readonly pageSizeKiB: number; readonly claimed: number; readonly freeOnHost: number }[];
  }[];
}

describeUnless(missingLibrary() ?? (await missingLab()), 'scaling out and in on a host of the lab', () => {
  let lab: TestLab;
  let world: BerthOnLab;
  let atFirst: HostSays;
  let id: string;

  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 1, functions: functionsPerCard });
    world = await berthOnLab(lab);
    atFirst = await hostSays(lab);
    id = await runningTiny(world.berth(), await onboardTiny(world.berth()), wish);
  }, labLimitMs);
  afterAll(async () => {
    await world?.end();
    await lab?.down();
  }, labLimitMs);

  /** Functions by their state, and pages of 2 MiB by cell, as Berth says. */
  const byBerth = async () => {
    const host = (await bodyOf(await world.berth().ask('/nfvi/v1/hosts/lab0'))) as unknown as Host;
    const functions = host.pciFunctions.filter(({ kind }) => kind === 'vf');
    const pages = host.cells.map((cell) => cell.pages.find(({ pageSizeKiB }) => pageSizeKiB === 2048));
    return {
      functions: functions.map(({ address, state }) => ({ address, state })),
      pages: pages.map((each) => ({ claimed: each?.claimed, freeOnHost: each?.freeOnHost })),
    };
  };
  const hostOnly = async () => {
    const { functions, freePages, domains } = await hostSays(lab);
    return { functions, freePages, domains: domains.map(({ name }) => name) };
  };
  const scale = async (type: 'SCALE_OUT' | 'SCALE_IN') =>
    expectCompleted(await operate(world.berth(), id, 'scale', scaleBy(type), hostLimitMs));
  /** A reading of the host, which follows the changes of its devices, may still be under way. */
  const settled = <T>(read: () => Promise<T>, wanted: T) =>
    soon(
      async () => ((await asJson(read)) === JSON.stringify(wanted) ? true : undefined),
      `Berth does not say ${JSON.stringify(wanted)} again`,
      hostLimitMs,
      1000,
    );
  const asJson = async (read: () => Promise<unknown>) => JSON.stringify(await read());

  test(`leaves the free functions and pages of the start, ${String(rounds)} times`, async () => {
    const [host, berth] = [await hostOnly(), await byBerth()];
    expect(berth.functions.filter(({ state }) => state === 'claimed')).toHaveLength(2);
    for (let round = 1; round <= rounds; round += 1) {
      await scale('SCALE_OUT');
      expect(await vnfcsOf(world.berth(), id)).toHaveLength(2);
      const out = await byBerth();
      expect(out.functions.filter(({ state }) => state === 'claimed')).toHaveLength(4);
      expect((await hostOnly()).domains).toHaveLength(2);
      await scale('SCALE_IN');
      expect({ round, ...(await hostOnly()) }).toEqual({ round, ...host });
      await settled(byBerth, berth);
    }
  });

  test('leaves nothing that nobody owns, and its end leaves nothing at all', async () => {
    expect(await listOf(await world.berth().ask('/nfvi/v1/audit'))).toEqual([]);
    await removeTiny(world.berth(), id);
    expect(await hostSays(lab)).toEqual(atFirst);
  });
});
