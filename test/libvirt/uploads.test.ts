/** Images on their way to a host: nothing half-sent is ever taken for whole. */
import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually, failureOf } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { engineChildren, privateEngine, type PrivateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

jest.setTimeout(90_000);

const sizeBytes = 96 * 1024 * 1024 + 4242;

describeUnless(missingHypervisor(), 'An upload', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-upload-'));
  const file = join(folder, 'image.raw');
  let daemon: PrivateLibvirtd;
  let host: PrivateEngine;

  beforeAll(async () => {
    const block = Buffer.from(Array.from({ length: 1024 * 1024 }, (_, index) => (index * 31) % 251));
    writeFileSync(file, Buffer.concat(Array.from({ length: 97 }, () => block)).subarray(0, sizeBytes));
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
    const outcome = failureOf(host.engine.ensureBaseImage(ref, { file, sizeBytes }));
    await eventually(
      async () => (await daemon.virsh('vol-list', 'berth').catch(() => '')).includes(ref.name) || undefined,
    );
    process.kill(engineChildren()[0] ?? 0, 'SIGKILL');
    expect(await outcome).toBe('Unavailable');
    await eventually(() => host.engine.isConnected() || undefined);
    // libvirtd may still be busy with the stream of the dead child.
    await eventually(async () =>
      (await failureOf(host.engine.ensureBaseImage(ref, { file, sizeBytes }))) === 'no failure' ? true : undefined,
    );
    expect(await digest(`${daemon.folder}/pool/${ref.name}`)).toBe(await digest(file));
  });

  it('of a qcow2 image is known by its virtual size, and overlays stand on it as qcow2', async () => {
    const qcow2 = join(folder, 'image.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', qcow2, '64M']);
    const base = { pool: 'berth', name: 'whole.qcow2' };
    const source = { file: qcow2, sizeBytes: readFileSync(qcow2).length };
    expect(await host.engine.ensureBaseImage(base, source)).toMatchObject({ capacityBytes: 64 * 1024 * 1024 });
    const overlay = await host.engine.ensureOverlay({ pool: 'berth', name: 'over.qcow2' }, base, 128 * 1024 * 1024);
    const info = JSON.parse(execFileSync('qemu-img', ['info', '--output=json', overlay.path], { encoding: 'utf8' }));
    expect(info).toMatchObject({ 'backing-filename-format': 'qcow2', 'virtual-size': 128 * 1024 * 1024 });
    expect(info['backing-filename']).toBe(`${daemon.folder}/pool/whole.qcow2`);
  });

  it('does not keep other calls waiting', async () => {
    const ref = { pool: 'berth', name: 'slow.raw' };
    let done = false;
    const upload = host.engine.ensureBaseImage(ref, { file, sizeBytes }).then(() => (done = true));
    await host.engine.listDomains();
    expect(done).toBe(false);
    await upload;
  });
});

async function digest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
