/** The contract of what is said to a guest, with a real guest: the catalogue's router under TCG. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Engine, EngineEvent } from '../../src/engine/engine.js';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { eventually, failureOf, type Use } from '../contract/engine-contract.js';
import { engineGuestContract } from '../contract/engine-guest-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { type RouterImage, routerDomain, routerImage } from './router-image.js';
import { systemClock } from '../../src/system.js';

jest.setTimeout(300_000);

const missing = missingHypervisor();
const image: RouterImage = missing === undefined ? routerImage() : { missing, folder: '' };

describeUnless(image.missing, 'A guest with an agent', () => {
  const uuid = vnfcId('11111111-2222-4333-8444-00000000a9e0');
  const file = image.missing === undefined ? image.file : '';
  let daemon: PrivateLibvirtd;
  let engine: Engine;
  let events: EngineEvent[] = [];

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    engine = createLibvirtEngine({
      clock: systemClock,
      hostId: hostId('qemu'),
      uri: daemon.uri,
      pool: { name: 'berth', path: `${daemon.folder}/pool` },
      acceleration: 'tcg',
    });
    engine.onEvent((event) => events.push(event));
    await engine.start();
  });
  afterAll(async () => {
    await engine.stop();
    await daemon.stop();
    rmSync(image.folder, { recursive: true, force: true });
  });

  const use: Use = {
    engine: () => engine,
    events: () => events,
    itWith: () => it,
    bench: {
      pool: 'berth',
      imageFile: file,
      guestAnswers: true,
      fresh: () => Promise.resolve(engine),
      clear: () => Promise.resolve(),
      domainXml: (domain) => routerDomain(domain, file),
    },
  };
  engineGuestContract(use);

  describe('that runs', () => {
    const exec = (command: readonly string[], timeoutMs = 10_000) => engine.guestExec(uuid, command, timeoutMs);

    beforeAll(async () => {
      events = [];
      await engine.ensureDomain(routerDomain({ uuid, name: 'berth-agent' }, file));
      await engine.ensureStarted(uuid);
      await eventually(() => events.find((event) => event.type === 'agent' && event.uuid === uuid && event.connected));
      await eventually(async () => ((await failureOf(exec(['true']))) === 'no failure' ? true : undefined));
    });
    afterAll(() => engine.removeDomain(uuid));

    it('gives back what a command printed and how it ended', async () => {
      const said = await exec(['sh', '-c', 'echo out; echo err >&2; exit 3']);
      expect(said).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
    });

    it('is not waited for longer than said', async () => {
      expect(await failureOf(exec(['sleep', '60'], 300))).toBe('Timeout');
    });

    it('ends a program that it does not have with 127, in the agent’s words', async () => {
      const ended = await exec(['/no/such/program']);
      expect(ended).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('/no/such/program') as unknown });
    });

    it('takes a file of several messages, byte for byte', async () => {
      const content = Buffer.alloc(150_000, 'Berth.');
      await engine.guestWriteFile(uuid, '/tmp/berth-test', content);
      const sum = await exec(['sh', '-c', 'wc -c < /tmp/berth-test; tail -c 6 /tmp/berth-test']);
      expect(sum.stdout.trim().split(/\s+/)).toEqual(['150000', content.subarray(-6).toString()]);
      await engine.guestWriteFile(uuid, '/tmp/berth-test', Buffer.from('less'));
      expect((await exec(['cat', '/tmp/berth-test'])).stdout).toBe('less');
    });

    it('is unavailable once it is off, and says so by an event', async () => {
      events = [];
      await engine.ensureStopped(uuid, 0);
      expect(await failureOf(exec(['true']))).toBe('Unavailable');
      await eventually(() => events.find((event) => event.type === 'agent' && event.uuid === uuid && !event.connected));
    });
  });
});
