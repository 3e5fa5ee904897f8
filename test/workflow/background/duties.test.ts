/** Duties as the driver goes about them; what a database makes of them is in test/contract. */
import { beforeEach, expect, it } from '@jest/globals';
import type { Occupied, Take } from '../../../src/store/lease.js';
import { BackgroundDriver } from '../../../src/workflow/background/driver.js';
import type { DutyPorts } from '../../../src/workflow/background/duties.js';
import { FakeClock, settled } from '../../builders/fake-clock.js';

const leaseMs = 15_000;

/** The rows of duties, in memory; `isAway` is a database that cannot be reached. */
class Rows {
  readonly #rows = new Map<string, { owner: string | undefined; token: number; beat: number }>();
  isAway = false;

  #row(name: string) {
    if (this.isAway) throw new Error('the database is gone');
    const row = this.#rows.get(name) ?? { owner: undefined, token: 0, beat: 0 };
    this.#rows.set(name, row);
    return row;
  }

  occupied = async (): Promise<readonly Occupied[]> => {
    this.#row('');
    return [...this.#rows]
      .filter(([, { owner }]) => owner !== undefined)
      .map(([id, { token, beat }]) => ({ id, token, beat, isTakerGone: false }));
  };

  takeDuty = async (name: string, { owner, lapsed }: Take): Promise<number | undefined> => {
    const row = this.#row(name);
    const isLapsed = lapsed.some(({ id, token, beat }) => id === name && token === row.token && beat === row.beat);
    if (row.owner !== undefined && !isLapsed) return undefined;
    return Object.assign(row, { owner, token: row.token + 1 }).token;
  };

  renewDuty = async (name: string, token: number): Promise<boolean> => {
    const row = this.#row(name);
    if (row.owner === undefined || row.token !== token) return false;
    row.beat += 1;
    return true;
  };

  dropDuty = async (name: string, token: number): Promise<void> => {
    const row = this.#row(name);
    if (row.token === token) row.owner = undefined;
  };
}

let clock: FakeClock;
let rows: Rows;

beforeEach(() => {
  clock = new FakeClock();
  rows = new Rows();
});

/** A replica whose task runs every 10 s, and when it did. */
function replica(owner: string, seen: Partial<DutyPorts['store']> = {}) {
  const logged: string[] = [];
  const ran: number[] = [];
  const told: AbortSignal[] = [];
  const say = (_fields: object, message: string) => void logged.push(message);
  const { occupied, takeDuty, renewDuty, dropDuty } = rows;
  const store = { occupied, takeDuty, renewDuty, dropDuty, ...seen };
  const duties = { store, settings: { owner, leaseMs, goneMs: leaseMs } };
  const driver = new BackgroundDriver({ clock, log: { info: say, warn: say, error: say }, duties });
  driver.add({
    name: 'sweep',
    does: 'sweeping',
    everyMs: 10_000,
    isDuty: true,
    run: (over) => {
      ran.push(clock.elapsedMs());
      told.push(over);
      return clock.sleep(2_000);
    },
  });
  driver.start();
  const isOnDuty = () => driver.states().find(({ name }) => name === 'sweep')?.isOnDuty;
  return { driver, ran, told, logged, isOnDuty };
}

it('a duty is done by one replica, and by the next at once when that stops', async () => {
  const one = replica('one');
  await settled();
  const other = replica('other');
  await clock.advance(31_000);
  expect([one.ran, other.ran]).toEqual([[0, 10_000, 20_000, 30_000], []]);
  const stopped = one.driver.stop();
  await clock.advance(9_000);
  await stopped;
  expect([one.isOnDuty(), other.isOnDuty()]).toEqual([false, true]);
  expect(other.ran).toEqual([35_000]);
});

it('a replica that cannot renew gives its duty up when another may have taken it, and takes it again', async () => {
  const one = replica('one');
  await clock.advance(10_500);
  rows.isAway = true;
  await clock.advance(60_000);
  expect(one.isOnDuty()).toBe(false);
  expect(one.ran.at(-1)).toBe(20_000);
  rows.isAway = false;
  await clock.advance(60_000);
  expect(one.isOnDuty()).toBe(true);
  expect(one.logged).toEqual([
    'sharing out what one replica does for all failed; it is tried again until it works',
    'sharing out what one replica does for all works again',
  ]);
});

it('a run is told to end when its duty is another’s', async () => {
  const one = replica('one', {
    renewDuty: async () => false,
    takeDuty: async () => (one.ran.length > 0 ? undefined : 1),
  });
  await clock.advance(10_000);
  expect([one.isOnDuty(), one.ran]).toEqual([false, [0]]);
});

it('a process without replicas has every duty', async () => {
  const driver = new BackgroundDriver({ clock, log: { info() {}, warn() {}, error() {} } });
  driver.add({ name: 'sweep', does: 'sweeping', everyMs: 1, isDuty: true, run: () => Promise.resolve() });
  expect(driver.states()).toMatchObject([{ name: 'sweep', isDuty: true, isOnDuty: true }]);
});
