/**
 * Which hosts share processes. A pool has one process for events and some for calls (event-process.ts,
 * call-processes.ts), and at most `hostsPerPool` hosts. A host that was stuck or crashed a process is alone until it has
 * behaved for a while. Libvirt drivers that live inside the process that calls them need one process for both.
 */
import type { Clock } from '../../../shared/clock.js';
import type { HostId } from '../../../shared/ids.js';
import { CallProcesses } from './call-processes.js';
import { EventProcess } from './event-process.js';
import type { Member, Seat } from './seat.js';

export interface ProcessPools {
  /** Alone: with no other host. */
  seat(member: Member, alone: boolean): Seat;
}

export const defaultHostsPerPool = 10;
/** Beyond these a host has a process for calls only when it has none. */
const mostCallProcesses = 16;

interface SharedPool {
  readonly isAlone: boolean;
  readonly hosts: Set<HostId>;
  readonly calls: CallProcesses;
  readonly events: EventProcess;
}

export interface PoolSettings {
  readonly clock: Clock;
  readonly hostsPerPool?: number;
}

export function createProcessPools({ clock, hostsPerPool = defaultHostsPerPool }: PoolSettings): ProcessPools {
  const pools = new Set<SharedPool>();

  /** The first that has room: the fewest processes. */
  function poolFor(alone: boolean): SharedPool {
    const room = [...pools].find(({ isAlone, hosts }) => !isAlone && hosts.size < hostsPerPool);
    if (room !== undefined && !alone) return room;
    const pool: SharedPool = {
      isAlone: alone,
      hosts: new Set(),
      calls: new CallProcesses({ clock, role: 'calls', most: mostCallProcesses, mayExceed: true }),
      events: new EventProcess(clock),
    };
    pools.add(pool);
    return pool;
  }

  function sharedSeat(member: Member, alone: boolean): Seat {
    const pool = poolFor(alone);
    const { host } = member;
    pool.hosts.add(host);
    pool.events.prepare();
    return {
      isAlone: alone,
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
      leave: async () => {
        pool.hosts.delete(host);
        pool.events.forget(host);
        pool.calls.forget(host);
        if (pool.hosts.size > 0) return;
        pools.delete(pool);
        await Promise.all([pool.events.end(), pool.calls.end()]);
      },
    };
  }

  return {
    seat: (member, alone) =>
      isInsideItsCaller(member.options.uri) ? seatOfOneProcess(member, clock) : sharedSeat(member, alone),
  };
}

/** Only the test driver; all others that Berth can use are reached through a daemon. */
const isInsideItsCaller = (uri: string): boolean => uri.startsWith('test:');

function seatOfOneProcess(member: Member, clock: Clock): Seat {
  const { host, options } = member;
  const calls = new CallProcesses({
    clock,
    role: 'both',
    most: 1,
    mayExceed: false,
    told: (message) => {
      if (message.type === 'connected') member.connected();
      else if (message.type === 'disconnected') member.disconnected(message.reason);
      else member.notice(message);
    },
    ended: (reason) => {
      member.lost(reason, false);
    },
  });
  return {
    isAlone: false,
    get isUp() {
      return calls.isUp;
    },
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
    leave: () => calls.end(),
  };
}
