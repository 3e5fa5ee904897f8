/** The engine's contract, on a simulated host. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import { domain, pool, rootDisk, spec, TestClock } from '../engine-simulated/bench.js';
import { createSimulatedEngine } from '../../src/engine/simulated/simulated-engine.js';
import { engineContract } from './engine-contract.js';

describe('the simulated engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-simulated-'));
  const imageFile = join(folder, 'image.raw');
  writeFileSync(imageFile, Buffer.alloc(1024 * 1024));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  engineContract({
    pool,
    imageFile,
    guestAnswers: true,
    fresh: async () => {
      const engine = createSimulatedEngine(spec, { clock: new TestClock(), guestBootMs: 100 });
      await engine.start();
      return engine;
    },
    clear: () => Promise.resolve(),
    domainXml: ({ uuid, name, disks = [], networks = [] }) =>
      domainXml(
        domain(0, {
          uuid,
          name,
          disks: disks.map(rootDisk),
          interfaces: networks.map((network, order) => ({
            cpdId: 'cp',
            mac: `52:54:00:00:01:0${String(order)}`,
            source: { kind: 'network', network },
            model: 'virtio',
            queues: 1,
            order,
          })),
        }),
      ),
  });
});
