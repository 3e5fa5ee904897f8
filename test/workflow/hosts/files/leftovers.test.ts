/**
 * What a VNFC leaves in a pool: all of it goes with the VNFC, or is named as left, keeps its disk space claimed, and goes
 * when the pool is back.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LcmOpOcc, Vnfc } from '../../../../src/lifecycle/model.js';
import { hostId, vnfcId, type VnfInstanceId } from '../../../../src/shared/ids.js';
import { silentLog } from '../../../../src/shared/log.js';
import { retryLeftovers } from '../../../../src/workflow/hosts/files/leftovers.js';
import { instantiateRequest, newFleet, startBerth, valueOf, type RunningBerth } from '../../../builders/berth.js';
import { instantiate, reach, scale, terminate } from '../../../crash/operations.js';
import { everyClaim } from '../../../builders/whole-tables.js';

let dir: string;
let berth: RunningBerth;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-leftovers-'));
  berth = await startBerth({ dir, fleet: newFleet() });
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const hand = () => berth.fleet.control(hostId('sim-1'));
const vnfcsOf = async (id: VnfInstanceId): Promise<readonly Vnfc[]> =>
  (await berth.store.instance(id))?.instantiated?.vnfcs ?? [];

async function files(): Promise<readonly string[]> {
  const [engine] = berth.fleet.all();
  const all = (await engine?.listVolumes('berth')) ?? [];
  return all.map(({ name }) => name).filter((name) => !name.startsWith('berth-base-'));
}

const kinds = async (): Promise<readonly string[]> => (await everyClaim(berth.store)).map((claim) => claim.kind);
const retry = (): Promise<void> => retryLeftovers(berth.fleet, berth.store, silentLog);

/** A stranger's domain with one disk. */
const stranger = (disk: string): string =>
  `<domain type="qemu"><name>other</name><uuid>${crypto.randomUUID()}</uuid><memory unit="MiB">64</memory><vcpu>1</vcpu>` +
  `<os><type arch="x86_64" machine="q35">hvm</type></os><devices><disk type="file" device="disk"><driver name="qemu" type="qcow2"/>` +
  `<source file="${disk}"/><target dev="vda" bus="virtio"/></disk></devices></domain>`;

describe('a VNFC that goes', () => {
  const rotations = (vnfc: Vnfc) => [0, 1, 2].map((n) => `${vnfc.serialLog}.${String(n)}`);
  const rootOf = ({ volumes }: Vnfc): string => volumes.find(({ id }) => id === 'root')?.name ?? '';

  it.each([
    ['terminate', [instantiate], terminate],
    ['scale in', [instantiate, scale('SCALE_OUT')], scale('SCALE_IN')],
  ])('by %s takes along rotated logs, and overlays that snapshots put on its disks', async (_, before, leave) => {
    const id = await reach(berth, before);
    const leaver = (await vnfcsOf(id)).at(-1);
    if (leaver === undefined) throw new Error('no VNFC');
    for (const name of rotations(leaver)) hand().putFile('berth', name);
    hand().putFile('berth', 'first.snap', rootOf(leaver));
    hand().putFile('berth', 'second.snap', 'first.snap');
    hand().putFile('berth', `${leaver.serialLog}.kept`);
    const ended = await berth.settled(valueOf(await leave(berth, id)).id);
    expect(ended.operationState).toBe('COMPLETED');
    const left = (await files()).filter((name) => name.includes(leaver.id) || name.endsWith('.snap'));
    expect(left).toEqual([`${leaver.serialLog}.kept`]);
    expect(await berth.store.leftovers(10)).toEqual([]);
  });

  it('leaves what a domain of somebody else stands on, until that is gone', async () => {
    const id = await reach(berth, [instantiate]);
    const [vnfc] = await vnfcsOf(id);
    if (vnfc === undefined) throw new Error('no VNFC');
    const [engine] = berth.fleet.all();
    hand().putFile('berth', 'clone.qcow2', rootOf(vnfc));
    const clone = (await engine?.listVolumes('berth'))?.find(({ name }) => name === 'clone.qcow2');
    const other = await engine?.ensureDomain(stranger(clone?.path ?? ''));
    expect((await berth.settled(valueOf(await terminate(berth, id)).id)).operationState).toBe('COMPLETED');
    expect((await files()).toSorted()).toEqual([rootOf(vnfc), 'clone.qcow2'].toSorted());
    expect((await berth.store.leftovers(10)).map(({ name, reason }) => [name, reason])).toEqual([
      [rootOf(vnfc), expect.stringMatching(/^domain other .*uses .*clone/)],
    ]);
    expect(await kinds()).toEqual(['disk']);
    await retry();
    expect(await kinds()).toEqual(['disk']);
    if (other !== undefined) await engine?.removeDomain(other.uuid);
    await retry();
    expect([await files(), await kinds(), await berth.store.leftovers(10)]).toEqual([[], [], []]);
  });
});

describe('a pool whose file system is not mounted', () => {
  const rollBack = async (id: VnfInstanceId): Promise<LcmOpOcc> => {
    hand().failNext('guestExec', 'Rejected', 'no');
    const failed = await berth.settled(valueOf(await instantiate(berth, id)).id);
    expect(failed.operationState).toBe('FAILED_TEMP');
    hand().mount('berth', false);
    return berth.settled(valueOf(await berth.workflow.lcm.rollback(failed.id)).id);
  };

  it.each([
    [
      'terminate',
      async () => {
        const id = await reach(berth, [instantiate]);
        hand().mount('berth', false);
        return berth.settled(valueOf(await terminate(berth, id)).id);
      },
      'COMPLETED',
    ],
    ['rollback', async () => rollBack(await reach(berth, [])), 'ROLLED_BACK'],
  ])(
    'keeps its files and the claim on its space through %s, and loses both when it is mounted',
    async (_, run, end) => {
      expect((await run()).operationState).toBe(end);
      const left = await berth.store.leftovers(20);
      expect(left.map(({ name }) => name.replace(/^.*-/, '')).toSorted()).toEqual([
        'day0.iso',
        'root.qcow2',
        'serial.log',
      ]);
      expect(left[0]?.reason).toMatch(/may not be mounted/);
      expect(await kinds()).toEqual(['disk']);
      await retry();
      expect(await kinds()).toEqual(['disk']);
      hand().mount('berth', true);
      await retry();
      expect([await files(), await kinds(), await berth.store.leftovers(20)]).toEqual([[], [], []]);
    },
  );

  it('is seen again after a restart of Berth', async () => {
    const id = await reach(berth, [instantiate]);
    hand().mount('berth', false);
    await berth.settled(valueOf(await terminate(berth, id)).id);
    await berth.stop();
    berth = await startBerth({ dir, fleet: berth.fleet });
    hand().mount('berth', true);
    await retry();
    expect([await files(), await kinds()]).toEqual([[], []]);
    const again = await berth.settled(
      valueOf(await berth.workflow.lcm.begin('INSTANTIATE', id, instantiateRequest)).id,
    );
    expect(again.operationState).toBe('COMPLETED');
  });
});

it('what is left on a host that is away keeps no other host waiting, however much it is', async () => {
  const left = (name: string, on: string, sinceMs: number) => ({
    ...{ vnfcId: vnfcId('gone'), hostId: hostId(on), pool: 'berth', name, bases: [], reason: 'away', sinceMs },
  });
  const away = Array.from({ length: 600 }, (_, at) => left(`old-${String(at)}`, 'elsewhere', 1));
  const here = Array.from({ length: 250 }, (_, at) => left(`new-${String(at)}`, 'sim-1', 2));
  await berth.store.keepLeftovers([...away, ...here]);
  await retry();
  expect(await berth.store.leftoversOn(hostId('sim-1'), { limit: 9 })).toEqual([]);
  expect(await berth.store.leftovers(999)).toHaveLength(600);
});
