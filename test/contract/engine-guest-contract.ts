/** Contract of what is said to a guest, for benches whose guest answers. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { vnfcId } from '../../src/shared/ids.js';
import { eventually, failureOf, type Use } from './engine-contract.js';

const uuid = vnfcId('11111111-2222-4333-8444-00000000c0e0');

export function engineGuestContract({ engine, bench, events }: Use): void {
  const answered = () =>
    eventually(async () => ((await failureOf(exec(['true']))) === 'no failure' ? true : undefined));
  const exec = (command: readonly string[]) => engine().guestExec(uuid, command, 5000);

  describe('a guest', () => {
    beforeEach(async () => {
      await engine().removeDomain(uuid);
      await engine().ensureDomain(bench.domainXml({ uuid, name: 'berth-contract-guest' }));
    });
    afterEach(async () => {
      if (engine().isConnected()) await engine().removeDomain(uuid);
    });

    it('is out of reach while its domain does not run', async () => {
      expect(await failureOf(exec(['true']))).toBe('Unavailable');
      expect(await failureOf(engine().guestWriteFile(uuid, '/run/a', new Uint8Array(1)))).toBe('Unavailable');
    });

    it('answers once it has booted, which an event tells', async () => {
      await engine().ensureStarted(uuid);
      await answered();
      expect(await exec(['true'])).toMatchObject({ exitCode: 0 });
      const told = () => events().find((one) => one.type === 'agent' && one.uuid === uuid && one.connected);
      expect(await eventually(told)).toMatchObject({ hostId: engine().hostId });
    });

    it('says which operating system it runs, once it has booted', async () => {
      expect(await failureOf(engine().guestOs(uuid))).toBe('Unavailable');
      await engine().ensureStarted(uuid);
      await answered();
      expect((await engine().guestOs(uuid)).id).toMatch(/^[a-z]+$/);
    });

    it('says of a command that fails how it failed', async () => {
      await engine().ensureStarted(uuid);
      await answered();
      expect((await exec(['/no/such/command'])).exitCode).not.toBe(0);
    });

    it('shuts down when asked, in time', async () => {
      await engine().ensureStarted(uuid);
      await answered();
      expect(await engine().ensureStopped(uuid, 60_000)).toMatchObject({ state: 'shutoff', reason: 'shutdown' });
    });
  });
}
