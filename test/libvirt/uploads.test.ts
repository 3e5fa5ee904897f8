/** Images on their way to a host: nothing half-sent is ever taken for whole. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EngineError, type VolumeSource } from '../../src/engine/engine.js';
import { eventually, failureOf } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { engineChildren, privateEngine, type PrivateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

const sizeBytes = 96 * 1024 * 1024 + 4242;

describeUnless(missingHypervisor(), 'An upload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-upload-'));
  const file = join(folder, 'image.raw');
  let daemon: PrivateLibvirtd;
  let host: PrivateEngine;
  let source: VolumeSource;

  beforeAll(async () => {
    const block = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, index) => (index * 31) % 251));
    writeFileSync(file, Buffer.concat(Array.from({ length: 97 }, () => block)).subarray(0, sizeBytes));
    source = await sourceOf(file);
    daemon = await startPrivateLibvirtd();
    host = privateEngine(daemon);
    await host.engine.start();
  });
  afterAll(async () => {
    await host.engine.stop();
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('that was killed is no image: the next one is whole', async () => {
    const ref = { pool: 'berth', name: 'killed.raw' };
    const outcome = failureOf(host.engine.ensureBaseImage(ref, source));
    await eventually(
      async () => (await daemon.virsh('vol-list', 'berth').catch(() => '')).includes(ref.name) || undefined,
    );
    process.kill(engineChildren('calls')[0] ?? 0, 'SIGKILL');
    expect(await outcome).toBe('Unavailable');
    await eventually(() => host.engine.isConnected() || undefined);
    // libvirtd may still be busy with the stream of the dead child.
    await eventually(async () =>
      (await failureOf(host.engine.ensureBaseImage(ref, source))) === 'no failure' ? true : undefined,
    );
    expect(await digest(`${daemon.folder}/pool/${ref.name}`)).toBe(await digest(file));
  });

  it('of a qcow2 image is known by its virtual size, and overlays stand on it as qcow2', async () => {
    const qcow2 = join(folder, 'image.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', qcow2, '64M']);
    const base = { pool: 'berth', name: 'whole.qcow2' };
    expect(await host.engine.ensureBaseImage(base, await sourceOf(qcow2))).toMatchObject({
      capacityBytes: 64 * 1024 * 1024,
    });
    const overlay = await host.engine.ensureOverlay({ pool: 'berth', name: 'over.qcow2' }, base, 128 * 1024 * 1024);
    const info = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', overlay.path], { encoding: 'utf8' }));
    expect(info).toMatchObject({ 'backing-filename-format': 'qcow2', 'virtual-size': 128 * 1024 * 1024 });
    expect(info['backing-filename']).toBe(`${daemon.folder}/pool/whole.qcow2`);
  });

  const inPool = (name: string): string => `${daemon.folder}/pool/${name}`;

  it('that was cut short on the host is written again, in place, with its marker there or not', async () => {
    const ref = { pool: 'berth', name: 'cut.raw' };
    await host.engine.ensureBaseImage(ref, source);
    await host.engine.ensureOverlay({ pool: 'berth', name: 'on-cut.qcow2' }, ref, 128 * 1024 * 1024);
    const { ino } = statSync(inPool(ref.name));
    truncateSync(inPool(ref.name), 4096);
    await host.engine.ensureBaseImage(ref, source);
    expect([await digest(inPool(ref.name)), statSync(inPool(ref.name)).ino]).toEqual([source.sha256, ino]);
  });

  it('whose bytes were changed on the host, its size kept, is written again', async () => {
    const ref = { pool: 'berth', name: 'changed.raw' };
    await host.engine.ensureBaseImage(ref, source);
    const handle = openSync(inPool(ref.name), 'r+');
    writeSync(handle, Buffer.alloc(4096), 0, 4096, 1024 * 1024);
    closeSync(handle);
    await host.engine.ensureBaseImage(ref, source);
    expect(await digest(inPool(ref.name))).toBe(source.sha256);
  });

  it('is made again when its file was removed behind libvirt’s back', async () => {
    const ref = { pool: 'berth', name: 'removed.raw' };
    await host.engine.ensureBaseImage(ref, source);
    rmSync(inPool(ref.name));
    await host.engine.ensureBaseImage(ref, source);
    expect(await digest(inPool(ref.name))).toBe(source.sha256);
  });

  it('of two Berths that bring the same image to a host at once disturbs neither', async () => {
    const other = privateEngine(daemon);
    await other.engine.start();
    try {
      for (const name of ['both-1.raw', 'both-2.raw', 'both-3.raw']) {
        const ref = { pool: 'berth', name };
        const [one, two] = await Promise.all([
          patiently(() => host.engine.ensureBaseImage(ref, source)),
          patiently(() => other.engine.ensureBaseImage(ref, source)),
        ]);
        expect(one.path).toBe(two.path);
        expect(await digest(inPool(name))).toBe(source.sha256);
      }
    } finally {
      await other.engine.stop();
    }
  });

  it('stays on the host while something stands on it, be it a stranger’s in another place', async () => {
    const ref = { pool: 'berth', name: 'below.raw' };
    await host.engine.ensureBaseImage(ref, source);
    const above = inPool('by-hand.snap1');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', inPool(ref.name), '-F', 'raw', above]);
    expect(await failureOf(host.engine.removeVolume(ref))).toBe('Conflict');
    rmSync(above);
    await host.engine.removeVolume(ref);
    expect((await host.engine.listVolumes('berth')).map(({ name }) => name)).not.toContain(ref.name);
  });

  it('does not keep other calls waiting', async () => {
    const ref = { pool: 'berth', name: 'slow.raw' };
    let done = false;
    const upload = host.engine.ensureBaseImage(ref, source).then(() => (done = true));
    await host.engine.listDomains();
    expect(done).toBe(false);
    await upload;
  });
});

/** As a step does: a volume that libvirt is still making is asked for again. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind !== 'Busy') throw error;
    return patiently(call);
  }
}

/** Uploads what a file holds. */
const sourceOf = async (path: string) => ({ file: path, sizeBytes: statSync(path).size, sha256: await digest(path) });

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
