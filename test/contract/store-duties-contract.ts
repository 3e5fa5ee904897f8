/** What one replica does for all: whose it is, and how it comes to another. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '../../src/shared/log.js';
import { Duties } from '../../src/workflow/background/duties.js';
import { TaskLoop } from '../../src/workflow/background/task-loop.js';
import { FakeClock } from '../builders/fake-clock.js';
import type { StoreBench, UseStore } from './store-contract.js';
import { freeOnly } from './store-samples.js';

const leaseMs = 15_000;

export function storeDutiesContract(use: UseStore, bench: StoreBench): void {
  describe('a duty', () => {
    let clock: FakeClock;
    beforeEach(() => {
      clock = new FakeClock();
    });

    /** One replica with a task that hangs once it runs. */
    const replica = (owner: string, store = use()) => {
      const ports = { clock, log: silentLog };
      const run = () => new Promise<void>(() => undefined);
      const task = new TaskLoop(ports, {
        name: 'sweep',
        does: 'sweeping',
        everyMs: 1,
        limitMs: 60_000,
        isDuty: true,
        run,
      });
      const duties = new Duties(ports, { store, settings: { owner, leaseMs, goneMs: leaseMs } });
      duties.add(task);
      return { duties, task, isOnDuty: () => task.state().isOnDuty };
    };

    /** Looks as often as the driver does, for the time of a lease. */
    const during = async (...all: readonly Duties[]): Promise<void> => {
      for (let look = 0; look < 4; look += 1) {
        for (const each of all) await each.round();
        await clock.advance(leaseMs / 3);
      }
    };

    it('is one replica’s for as long as it renews', async () => {
      const [one, other] = [replica('one'), replica('other')];
      await during(one.duties, other.duties);
      await during(one.duties, other.duties);
      expect([one.isOnDuty(), other.isOnDuty()]).toEqual([true, false]);
    });

    it('is another’s once its holder has not renewed for the time of a lease, and the holder hears of it', async () => {
      const [one, other] = [replica('one'), replica('other')];
      await one.duties.round();
      await during(other.duties);
      expect([one.isOnDuty(), other.isOnDuty()]).toEqual([true, true]);
      await one.duties.round();
      expect([one.isOnDuty(), other.isOnDuty()]).toEqual([false, true]);
    });

    it('is another’s at once when its holder stops', async () => {
      const [one, other] = [replica('one'), replica('other')];
      await one.duties.round();
      await one.duties.leave();
      await other.duties.round();
      expect([one.isOnDuty(), other.isOnDuty()]).toEqual([false, true]);
    });

    it('is given up by a run that hangs, and not taken again while it does', async () => {
      const [one, other] = [replica('one'), replica('other')];
      await one.duties.round();
      one.task.start();
      await clock.advance(60_000);
      await one.duties.round();
      await one.duties.round();
      await other.duties.round();
      expect([one.isOnDuty(), other.isOnDuty()]).toEqual([false, true]);
    });

    it('outlives its holder', async () => {
      await replica('one').duties.round();
      const other = replica('other', await bench.afterCrash());
      await during(other.duties);
      expect(other.isOnDuty()).toBe(true);
    });

    it('is renewed and given up by its own token only', async () => {
      expect(await use().takeDuty('sweep', freeOnly('one'))).toBe(1);
      expect(await use().takeDuty('sweep', freeOnly('other'))).toBeUndefined();
      await use().dropDuty('sweep', 2);
      expect([await use().renewDuty('sweep', 2), await use().renewDuty('sweep', 1)]).toEqual([false, true]);
      await use().dropDuty('sweep', 1);
      expect([await use().renewDuty('sweep', 1), await use().takeDuty('sweep', freeOnly('other'))]).toEqual([false, 2]);
    });
  });
}
