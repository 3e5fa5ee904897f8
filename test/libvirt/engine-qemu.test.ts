/** The engine's contract on QEMU under TCG, by a libvirtd of the suite's own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import type { Engine } from '../../src/engine/engine.js';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId } from '../../src/shared/ids.js';
import { engineContract } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { smallDomain } from './small-domain.js';
import { systemClock } from '../../src/system.js';

describeUnless(missingHypervisor(), 'QEMU', () => {
  let daemon: PrivateLibvirtd;
  let engine: Engine;
  const folder = mkdtempSync(join(tmpdir(), 'berth-contract-'));
  const imageFile = join(folder, 'image.raw');
  writeFileSync(imageFile, Buffer.alloc(1024 * 1024, 1));

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    engine = createLibvirtEngine({
      clock: systemClock,
      hostId: hostId('qemu'),
      uri: daemon.uri,
      pool: { name: 'berth', path: `${daemon.folder}/pool` },
      acceleration: 'tcg',
    });
  });
  afterAll(async () => {
    await engine.stop();
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  engineContract({
    pool: 'berth',
    imageFile,
    guestAnswers: false,
    // They have no operating system.
    lacks: ['hot-plug'],
    fresh: async () => {
      await engine.start();
      return engine;
    },
    clear: () => Promise.resolve(),
    domainXml: smallDomain,
  });
});
