/** Contract of volumes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failureOf, type Use } from './engine-contract.js';

const MiB = 1024 * 1024;

export function engineVolumesContract({ engine, bench, itWith }: Use): void {
  const ref = (name: string) => ({ pool: bench.pool, name: `berth-contract-${name}` });
  const base = ref('base.img');
  const digest = (bytes: number): string => {
    const whole = readFileSync(bench.imageFile);
    return createHash('sha256').update(whole.subarray(0, bytes)).digest('hex');
  };
  const source = { file: bench.imageFile, sizeBytes: MiB, sha256: digest(MiB) };
  const named = async (name: string) => (await engine().listVolumes(bench.pool)).filter((one) => one.name === name);

  describe('volumes', () => {
    beforeEach(async () => {
      for (const name of ['root.qcow2', 'base.img', 'data.qcow2', 'day0.iso']) await engine().removeVolume(ref(name));
    });

    itWith('uploads')('of a base image are uploaded once; the same name with another size is a conflict', async () => {
      const first = await engine().ensureBaseImage(base, source);
      expect(first).toMatchObject({ ...base, capacityBytes: MiB });
      expect(await engine().ensureBaseImage(base, source)).toEqual(first);
      expect(await named(base.name)).toHaveLength(1);
      const other = { ...source, sizeBytes: MiB / 2, sha256: digest(MiB / 2) };
      expect(await failureOf(engine().ensureBaseImage(base, other))).toBe('Conflict');
    });

    itWith('uploads')('are not made of a file that is missing or too short, and nothing is left', async () => {
      const missing = { ...source, file: `${bench.imageFile}.missing` };
      expect(await failureOf(engine().ensureBaseImage(base, missing))).toBe('Rejected');
      const short = { ...source, sizeBytes: 1024 * 1024 * MiB };
      expect(await failureOf(engine().ensureBaseImage(base, short))).toBe('Rejected');
      const good = await engine().ensureBaseImage(base, source);
      expect(good.capacityBytes).toBe(MiB);
    });

    itWith('uploads')('stand on their base, once; with another capacity they are a conflict', async () => {
      await engine().ensureBaseImage(base, source);
      const root = ref('root.qcow2');
      const first = await engine().ensureOverlay(root, base, 8 * MiB);
      expect(first).toMatchObject({ ...root, capacityBytes: 8 * MiB });
      const again = await engine().ensureOverlay(root, base, 8 * MiB);
      expect([again.path, again.capacityBytes]).toEqual([first.path, 8 * MiB]);
      expect(await failureOf(engine().ensureOverlay(root, base, 16 * MiB))).toBe('Conflict');
    });

    itWith('uploads')('stay while another stands on them, and say what they stand on', async () => {
      await engine().ensureBaseImage(base, source);
      const { path } = (await named(base.name))[0]!;
      await engine().ensureOverlay(ref('root.qcow2'), base, 8 * MiB);
      expect(await failureOf(engine().removeVolume(base))).toBe('Conflict');
      expect((await named('berth-contract-root.qcow2'))[0]?.backing).toBe(path);
      expect(await named(base.name)).toHaveLength(1);
      await engine().removeVolume(ref('root.qcow2'));
      await engine().removeVolume(base);
      expect(await named(base.name)).toEqual([]);
    });

    itWith('uploads')('of a base image are uploaded once for two who ask at the same time', async () => {
      const [one, two] = await Promise.all([
        engine().ensureBaseImage(base, source),
        engine().ensureBaseImage(base, source),
      ]);
      expect(one).toEqual(two);
      expect(await named(base.name)).toHaveLength(1);
    });

    it('are not made on a base that is not there', async () => {
      expect(await failureOf(engine().ensureOverlay(ref('root.qcow2'), base, 8 * MiB))).toBe('NotFound');
    });

    it('are blank with the capacity asked for', async () => {
      const data = ref('data.qcow2');
      await engine().ensureBlank(data, 4 * MiB);
      expect(await engine().ensureBlank(data, 4 * MiB)).toMatchObject({ ...data, capacityBytes: 4 * MiB });
      expect(await failureOf(engine().ensureBlank(data, 5 * MiB))).toBe('Conflict');
    });

    itWith('uploads')('hold given bytes, and as many as given last', async () => {
      const day0 = ref('day0.iso');
      await engine().ensureContent(day0, new Uint8Array(2 * MiB));
      await engine().ensureContent(day0, new Uint8Array(MiB));
      expect((await engine().ensureContent(day0, new Uint8Array(MiB).fill(7))).capacityBytes).toBe(MiB);
      expect(await named(day0.name)).toHaveLength(1);
    });

    it('are gone when removed, also when they never were', async () => {
      await engine().ensureBlank(ref('data.qcow2'), MiB);
      await engine().removeVolume(ref('data.qcow2'));
      await engine().removeVolume(ref('data.qcow2'));
      expect(await named('berth-contract-data.qcow2')).toEqual([]);
    });

    it('are in a pool that exists', async () => {
      expect(await failureOf(engine().listVolumes('no-such-pool'))).toBe('NotFound');
      expect(await failureOf(engine().ensureBlank({ pool: 'no-such-pool', name: 'a' }, MiB))).toBe('NotFound');
      await engine().removeVolume({ pool: 'no-such-pool', name: 'a' });
    });
  });
}
