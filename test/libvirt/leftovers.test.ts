/** What lies in a pool of a real host is removed, or named as left: rotated logs, snapshots, pools that are away. */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { removeVolumes } from '../../src/workflow/hosts/files/remove-volumes.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { privateEngine, type PrivateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const MiB = 1024 * 1024;
const base = `berth-base-${'ab'.repeat(32)}.img`;
const names = ['berth-x-root.qcow2', 'berth-x-data.qcow2', 'berth-x-day0.iso', 'berth-x-serial.log'];
const removal = { pool: 'berth', names, bases: [base] };

describeUnless(missingHypervisor(), 'What a VNFC left in a pool', () => {
  let daemon: PrivateLibvirtd;
  let host: PrivateEngine;
  let folder: string;
  const scratch = mkdtempSync(join(tmpdir(), 'berth-leftovers-'));
  const image = join(scratch, 'image.raw');
  const own = () => readdirSync(folder).filter((name) => !name.startsWith('berth-base-'));

  beforeAll(async () => {
    writeFileSync(image, Buffer.alloc(MiB, 1));
    daemon = await startPrivateLibvirtd();
    folder = `${daemon.folder}/pool`;
    host = privateEngine(daemon);
    await host.engine.start();
  });
  beforeEach(async () => {
    const ref = (name: string) => ({ pool: 'berth', name });
    const sha256 = createHash('sha256').update(readFileSync(image)).digest('hex');
    await host.engine.ensureBaseImage(ref(base), { file: image, sizeBytes: MiB, sha256 });
    await host.engine.ensureOverlay(ref('berth-x-root.qcow2'), ref(base), 2 * MiB);
    await host.engine.ensureBlank(ref('berth-x-data.qcow2'), MiB);
    await host.engine.ensureContent(ref('berth-x-day0.iso'), new Uint8Array(2048));
    for (const end of ['', '.0', '.1', '.2']) writeFileSync(join(folder, `berth-x-serial.log${end}`), 'secret');
  });
  afterAll(async () => {
    await host.engine.stop();
    await daemon.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('goes with its rotated logs and with overlays that snapshots put on its disks', async () => {
    const overlay = (name: string, on: string) =>
      execFileSync('qemu-img', [
        'create',
        '-q',
        '-f',
        'qcow2',
        '-F',
        'qcow2',
        '-b',
        join(folder, on),
        join(folder, name),
      ]);
    overlay('berth-x-root.first', 'berth-x-root.qcow2');
    overlay('other.second', 'berth-x-root.first');
    expect(await removeVolumes(host.engine, removal)).toEqual([]);
    expect(own()).toEqual([]);
    expect(readdirSync(folder)).toContain(base);
  });

  it('is named as left while its pool is not defined, cannot be read, or is an empty folder; then it goes', async () => {
    const left = async () => (await removeVolumes(host.engine, removal)).map(({ reason }) => reason);
    const xml = join(scratch, 'pool.xml');
    writeFileSync(xml, await daemon.virsh('pool-dumpxml', 'berth'));
    renameSync(folder, `${folder}.away`);
    expect(await left()).toEqual(
      names.map(() => expect.stringMatching(/^pool berth (cannot be read|is not active): .*/)),
    );
    expect(own.bind(undefined)).toThrow();
    await daemon.virsh('pool-undefine', 'berth');
    expect(await left()).toEqual(names.map(() => expect.stringMatching(/berth/)));
    await host.engine.listVolumes('berth');
    expect(readdirSync(folder)).toEqual([]);
    expect(await left()).toEqual(names.map(() => expect.stringMatching(/may not be mounted/)));
    rmSync(folder, { recursive: true });
    renameSync(`${folder}.away`, folder);
    expect(await left()).toEqual([]);
    expect(own()).toEqual([]);
  });
});
