/**
 * Which hosts share processes. A pool has one process for events and some for calls (event-process.ts,
 * call-processes.ts), and at most `hostsPerPool` hosts. A host that was stuck or crashed a process is alone until it has
 * behaved for a while. Libvirt drivers that live inside the process that calls them need one process for both.
 */
import type { Clock } from '../../../shared/clock.js';
import type { HostId } from '../../../shared/ids.js';
import type { EnginePool, EngineProcesses } from '../../engine.js';
import type { Role } from '../protocol.js';
import { CallProcesses } from './call-processes.js';
import { forkedChild, type MakeChild } from './engine-child.js';
import { EventProcess } from './event-process.js';
import type { Member, Seat } from './seat.js';

export interface ProcessPools extends EngineProcesses {
  /** Alone: with no other host. */
  seat(member: Member, alone: boolean): Seat;
}

export const defaultHostsPerPool = 10;
/** Beyond these a host has a process for calls only when it has none. */
const mostCallProcesses = 16;

interface Pool {
  /** The lowest that was free. */
  readonly number: number;
  readonly hosts: Set<HostId>;
  readonly counts: () => EnginePool['processes'];
}

interface SharedPool extends Pool {
  readonly isAlone: boolean;
  readonly calls: CallProcesses;
  readonly events: EventProcess;
}

export interface PoolOptions {
  readonly clock: Clock;
  readonly hostsPerPool?: number;
  readonly makeChild?: MakeChild;
}

interface Making {
  readonly clock: Clock;
  readonly makeChild: MakeChild;
}

export function createProcessPools(options: PoolOptions): ProcessPools {
  const { clock, hostsPerPool = defaultHostsPerPool, makeChild = forkedChild(clock) } = options;
  const making = { clock, makeChild };
  const all = new Map<number, Pool>();
  const shared = new Set<SharedPool>();
  const broken = new Map<Role, number>(roles.map((role) => [role, 0]));
  const broke = (role: Role) => () => void broken.set(role, (broken.get(role) ?? 0) + 1);

  function freeNumber(): number {
    let number = 1;
    while (all.has(number)) number += 1;
    return number;
  }

  /** The first that has room: the fewest processes. */
  function poolFor(alone: boolean): SharedPool {
    const room = [...shared].find(({ isAlone, hosts }) => !isAlone && hosts.size < hostsPerPool);
    if (room !== undefined && !alone) return room;
    const pool = newPool(freeNumber(), alone, making, broke);
    shared.add(pool);
    all.set(pool.number, pool);
    return pool;
  }

  function sharedSeat(member: Member, alone: boolean): Seat {
    const pool = poolFor(alone);
    return seatIn(pool, member, async () => {
      if (pool.hosts.size > 0) return;
      shared.delete(pool);
      all.delete(pool.number);
      await Promise.all([pool.events.end(), pool.calls.end()]);
    });
  }

  /** Its process is a pool of its own. */
  function ownSeat(member: Member): Seat {
    const { calls, seat } = seatOfOneProcess(member, making, broke('both'));
    const number = freeNumber();
    all.set(number, { number, hosts: new Set([member.host]), counts: () => ({ both: calls.count }) });
    return {
      ...seat,
      get isUp() {
        return calls.count > 0;
      },
      leave: () => {
        all.delete(number);
        return calls.end();
      },
    };
  }

  return {
    seat: (member, alone) => (isInsideItsCaller(member.options.uri) ? ownSeat(member) : sharedSeat(member, alone)),
    pools: () =>
      [...all.values()].map(({ number, hosts, counts }) => ({ number, hosts: hosts.size, processes: counts() })),
    broken: () => Object.fromEntries(broken),
  };
}

function newPool(number: number, isAlone: boolean, making: Making, broke: (role: Role) => () => void): SharedPool {
  const calls = new CallProcesses({
    ...{ role: 'calls', most: mostCallProcesses, mayExceed: true, ...making, broke: broke('calls') },
  });
  const events = new EventProcess(making.clock, making.makeChild, broke('events'));
  return {
    ...{ number, isAlone, hosts: new Set(), calls, events },
    counts: () => ({ calls: calls.count, events: events.isUp ? 1 : 0 }),
  };
}

/** `left`: the host has nothing in the pool any more. */
function seatIn(pool: SharedPool, member: Member, left: () => Promise<void>): Seat {
  const { host } = member;
  pool.hosts.add(host);
  pool.events.prepare();
  return {
    isAlone: pool.isAlone,
    get isUp() {
      return pool.events.isUp;
    },
    run: (job) => {
      pool.calls.run(job);
    },
    listen: () => {
      pool.events.listen(member);
    },
    silence: () => {
      pool.events.forget(host);
    },
    endCalls: () => {
      pool.calls.endCalls(host);
    },
    leave: () => {
      pool.hosts.delete(host);
      pool.events.forget(host);
      pool.calls.forget(host);
      return left();
    },
  };
}

const roles: readonly Role[] = ['calls', 'events', 'both'];

/** Only the test driver; all others that Berth can use are reached through a daemon. */
const isInsideItsCaller = (uri: string): boolean => uri.startsWith('test:');

function seatOfOneProcess(member: Member, making: Making, broke: () => void) {
  const { host, options } = member;
  const calls = new CallProcesses({
    ...{ role: 'both', most: 1, mayExceed: false, ...making, broke },
    told: (message) => {
      if (message.type === 'connected') member.connected();
      else if (message.type === 'disconnected') member.disconnected(message.reason);
      else member.notice(message);
    },
    ended: (reason) => {
      member.lost(reason, false);
    },
  });
  const seat: Omit<Seat, 'isUp' | 'leave'> = {
    isAlone: false,
    run: (job) => {
      calls.run(job);
    },
    listen: () => {
      calls.send({ type: 'listen', host, options });
    },
    silence: () => {
      calls.send({ type: 'forget', host });
    },
    endCalls: () => {
      calls.endCalls(host);
    },
  };
  return { calls, seat };
}
