/**
 * What somebody removed of a stopped VNF is made again by a start: every set of removals, on a VNF with all there is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { isDay0 } from '../../src/lifecycle/day0-volume.js';
import type { LcmOpOcc, VnfInstance, Vnfc, VnfcVolume } from '../../src/lifecycle/model.js';
import type { VnfInstanceId } from '../../src/shared/ids.js';
import { GiB } from '../../src/shared/units.js';
import { newFleet, startBerth, valueOf, type RunningBerth } from '../builders/berth.js';
import { cp, flavour, vdu, vnfd } from '../builders/vnfd.js';
import { instantiate, operate, reach } from '../crash/operations.js';

jest.setTimeout(120_000);

const inside = vnfd({
  flavours: [
    flavour({
      vdus: [vdu({ storageIds: ['data'] })],
      storages: [{ id: 'data', kind: 'block', sizeBytes: GiB, perVnfcInstance: true, requirements: {} }],
      cps: [cp('west', 0), cp('east', 1), cp('inner', 2, { virtualLinkId: 'inside' })],
      virtualLinks: [{ id: 'inside', layerProtocols: ['ipv4'], dhcpEnabled: false }],
    }),
  ],
});

let dir: string;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-restore-'));
  berth = await startBerth({ dir, fleet: newFleet(), vnfd: inside });
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const engine = () => berth.fleet.all()[0]!;

async function only(id: VnfInstanceId): Promise<{ readonly instance: VnfInstance; readonly vnfc: Vnfc }> {
  const instance = (await berth.store.instance(id))!;
  return { instance, vnfc: instance.instantiated!.vnfcs[0]! };
}

const roles: Readonly<Record<'root' | 'day0' | 'data', (volume: VnfcVolume) => boolean>> = {
  root: ({ imageSha256 }) => imageSha256 !== undefined,
  day0: isDay0,
  data: ({ storageDescId }) => storageDescId === 'data',
};

const volumeOf = (vnfc: Vnfc, role: keyof typeof roles): string => vnfc.volumes.find(roles[role])!.name;

async function bases(): Promise<readonly string[]> {
  return (await engine().listVolumes('berth')).map(({ name }) => name).filter((name) => name.startsWith('berth-base-'));
}

const removals = ['domain', 'network', 'root', 'day0', 'base'] as const;

async function remove(id: VnfInstanceId, what: (typeof removals)[number] | 'data'): Promise<void> {
  const { instance, vnfc } = await only(id);
  switch (what) {
    case 'domain':
      return engine().removeDomain(vnfc.id);
    case 'network':
      return engine().removeNetwork(instance.instantiated!.virtualLinks[0]!.network);
    // Nothing removes a base that a disk stands on.
    case 'base':
      await remove(id, 'root');
      for (const name of await bases()) await engine().removeVolume({ pool: 'berth', name });
      return;
    case 'root':
    case 'day0':
    case 'data':
      return engine().removeVolume({ pool: 'berth', name: volumeOf(vnfc, what) });
  }
}

async function start(id: VnfInstanceId, additionalParams?: Record<string, unknown>): Promise<LcmOpOcc> {
  const asked = berth.workflow.lcm.begin('OPERATE', id, {
    changeStateTo: 'STARTED',
    ...(additionalParams !== undefined && { additionalParams }),
  });
  return berth.settled(valueOf(await asked).id);
}

const saidBy = async ({ id }: LcmOpOcc): Promise<string> =>
  JSON.stringify((await berth.store.journal(id)).map(({ output }) => output));

describe('a start', () => {
  it('makes again whatever was removed, as it was, and says so', async () => {
    const id = await reach(berth, [instantiate]);
    const { vnfc } = await only(id);
    const definition = await engine().domainXml(vnfc.id);
    const volumes = (await engine().listVolumes('berth')).map(({ name }) => name).sort();
    const networks = await engine().listNetworks();
    await fc.assert(
      fc.asyncProperty(fc.noShrink(fc.subarray([...removals], { minLength: 1 })), async (removed) => {
        await berth.settled(valueOf(await operate('STOPPED')(berth, id)).id);
        for (const what of removed) await remove(id, what);
        const occ = await start(id);
        expect([occ.operationState, occ.error]).toEqual(['COMPLETED', undefined]);
        expect(await engine().domain(vnfc.id)).toMatchObject({ state: 'running' });
        expect(await engine().domainXml(vnfc.id)).toBe(definition);
        expect((await engine().listVolumes('berth')).map(({ name }) => name).sort()).toEqual(volumes);
        expect(await engine().listNetworks()).toEqual(networks);
        const said = await saidBy(occ);
        expect(said.includes('was recreated from its image')).toBe(
          removed.includes('root') || removed.includes('base'),
        );
        expect(said.includes('was defined again')).toBe(removed.includes('domain'));
      }),
      { numRuns: 12, examples: [[[...removals]]] },
    );
  });

  it('names a data disk that is lost, and recreates it only when asked', async () => {
    const id = await reach(berth, [instantiate, operate('STOPPED')]);
    await remove(id, 'data');
    const { vnfc } = await only(id);
    const refused = await start(id);
    expect(refused).toMatchObject({ operationState: 'FAILED_TEMP', error: { cause: { kind: 'DiskLost' } } });
    for (const part of [volumeOf(vnfc, 'data'), vnfc.id, 'recreateLostDisks'])
      expect(JSON.stringify(refused.error)).toContain(part);
    expect((await engine().listVolumes('berth')).map(({ name }) => name)).not.toContain(volumeOf(vnfc, 'data'));
    valueOf(await berth.workflow.lcm.fail(refused.id));
    const occ = await start(id, { recreateLostDisks: true });
    expect(occ.operationState).toBe('COMPLETED');
    expect(await saidBy(occ)).toContain('was recreated empty');
    expect(await engine().domain(vnfc.id)).toMatchObject({ state: 'running' });
  });

  it('makes no disk in a pool that is not mounted', async () => {
    const id = await reach(berth, [instantiate, operate('STOPPED')]);
    const { vnfc } = await only(id);
    const hand = berth.fleet.control(vnfc.hostId);
    hand.mount('berth', false);
    const refused = await start(id);
    expect(refused).toMatchObject({ operationState: 'FAILED_TEMP', error: { cause: { kind: 'DiskLost' } } });
    expect(JSON.stringify(refused.error)).toContain('may not be mounted');
    expect(await saidBy(refused)).not.toContain('recreated');
    hand.mount('berth', true);
    valueOf(await berth.workflow.lcm.retry(refused.id));
    const occ = await berth.settled(refused.id);
    expect(occ.operationState).toBe('COMPLETED');
    expect(await saidBy(occ)).not.toContain('recreated');
  });

  it('leaves a definition that somebody edited', async () => {
    const id = await reach(berth, [instantiate, operate('STOPPED')]);
    const { vnfc } = await only(id);
    const edited = (await engine().domainXml(vnfc.id)).replace('<title>', '<title>edited ');
    await engine().ensureDomain(edited);
    expect((await start(id)).operationState).toBe('COMPLETED');
    expect(await engine().domainXml(vnfc.id)).toBe(edited);
  });

  it('goes on where the definition was removed while the domain ran', async () => {
    const id = await reach(berth, [instantiate]);
    const { vnfc } = await only(id);
    berth.fleet.control(vnfc.hostId).failNext('ensureStopped', 'NotFound', 'no domain', { afterEffect: true });
    expect((await berth.settled(valueOf(await operate('STOPPED')(berth, id)).id)).operationState).toBe('COMPLETED');
    await remove(id, 'domain');
    expect((await start(id)).operationState).toBe('COMPLETED');
  });
});
