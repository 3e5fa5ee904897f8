/** Contract of what domains refer to: volumes and networks. */
import { afterEach, beforeEach, describe, expect } from '@jest/globals';
import { EngineError } from '../../src/engine/engine.js';
import { vnfcId } from '../../src/shared/ids.js';
import { failureOf, type Use } from './engine-contract.js';

const uuid = vnfcId('11111111-2222-4333-8444-00000000c0e1');
const name = 'berth-contract-refers';
const MiB = 1024 * 1024;

export function engineReferencesContract({ engine, bench, itWith }: Use): void {
  const volume = { pool: bench.pool, name: 'berth-contract-disk.qcow2' };
  const network = { name: 'berth-contract-used', bridge: 'berth-ct2' };
  const clean = async () => {
    await engine().removeDomain(uuid);
    await engine().removeVolume(volume);
    await engine().removeNetwork(network.name);
  };

  describe('what a domain refers to', () => {
    beforeEach(clean);
    afterEach(clean);

    itWith('references')('is used when it is there, and counted', async () => {
      const disk = await engine().ensureBlank(volume, 8 * MiB);
      await engine().ensureNetwork(network);
      await engine().ensureDomain(bench.domainXml({ uuid, name, disks: [disk.path], networks: [network.name] }));
      await engine().ensureStarted(uuid);
      const stats = (await engine().stats()).find((one) => one.uuid === uuid);
      expect(stats?.vcpus.length).toBeGreaterThan(0);
      expect(stats?.blocks.map(({ capacityBytes }) => capacityBytes)).toEqual([8 * MiB]);
      expect(stats?.interfaces).toHaveLength(1);
      expect(stats?.interfaces[0]?.mac).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    });

    itWith('references')('is missed at the start, in words that name it, until it is there', async () => {
      const disk = await engine().ensureBlank(volume, 8 * MiB);
      await engine().ensureDomain(bench.domainXml({ uuid, name, disks: [disk.path] }));
      await engine().removeVolume(volume);
      const error: unknown = await engine()
        .ensureStarted(uuid)
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(EngineError);
      expect(error).toMatchObject({
        kind: 'Rejected',
        native: { text: expect.stringContaining(volume.name) as unknown },
      });
      expect((await engine().domain(uuid)).state).toBe('shutoff');
      await engine().ensureBlank(volume, 8 * MiB);
      expect((await engine().ensureStarted(uuid)).state).toBe('running');
    });

    itWith('references')('is never one bridge for two networks', async () => {
      await engine().ensureNetwork(network);
      const second = { ...network, name: 'berth-contract-second' };
      expect(await failureOf(engine().ensureNetwork(second))).toBe('Rejected');
      await engine().removeNetwork(second.name);
    });
  });
}
