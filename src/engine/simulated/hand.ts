/**
 * The control of one simulated host, bound to it.
 */
import type { VnfcId } from '../../shared/ids.js';
import { pageKey } from './cells.js';
import type { Connection } from './connection.js';
import type { SimulatedControl } from './control.js';
import { changeRunning, findDomain } from './domain-table.js';
import { end, type Ending } from './domains.js';
import { cutVolume, putFile, setMounted } from './volumes.js';
import type { RunningDomain, SimulatedHost, Taken, Traffic } from './host-state.js';

interface Hooks {
  readonly save: () => void;
  readonly came: () => void;
  readonly went: (reason: string) => void;
}

export function handOn(host: SimulatedHost, connection: Connection, hooks: Hooks): SimulatedControl {
  const ending = (uuid: VnfcId, how: Ending): void => {
    end(host, uuid, how);
    hooks.save();
  };
  const change = (uuid: VnfcId, of: (running: RunningDomain) => Partial<RunningDomain>): void => {
    changeRunning(host, uuid, of(runningOf(host, uuid)));
    hooks.save();
  };
  return {
    ...power(host, connection, hooks),
    ...others(host, hooks),
    failNext: (...fault) => {
      connection.failNext(...fault);
    },
    editRunning: (uuid, edit) => {
      change(uuid, ({ xml }) => ({ xml: edit(xml) }));
    },
    movePages: (uuid, from, to) => {
      const moved = (one: Taken['pages'][number]) => (one.cell === from ? { ...one, cell: to } : one);
      change(uuid, ({ taken }) => ({ taken: { ...taken, pages: taken.pages.map(moved) } }));
    },
    crashDomain: (uuid) => {
      ending(uuid, 'crashed');
    },
    powerOffGuest: (uuid) => {
      ending(uuid, 'shutdown');
    },
    changeGuest: (uuid, wanted) => {
      change(uuid, ({ guest }) => ({ guest: { ...guest, ...wanted } }));
    },
    addTraffic: (uuid, traffic, mac) => {
      change(uuid, (running) => ({ traffic: added(running, traffic, mac ?? running.demand.cards[0]?.mac) }));
    },
    holdDomain: (uuid, isHeld) => {
      change(uuid, () => ({ isHeld }));
    },
    mount: (pool, isMounted) => {
      setMounted(host, pool, isMounted);
      hooks.save();
    },
    putFile: (pool, name, backing) => {
      putFile(host, { pool, name }, backing);
      hooks.save();
    },
    cutVolume: (volume, bytes) => {
      cutVolume(host, volume, bytes);
      hooks.save();
    },
    latency: (ms) => {
      connection.latencyMs = ms;
    },
  };
}

type Others = Pick<SimulatedControl, 'useForeignPages' | 'useForeign' | 'leaveFunction'>;

/** What is not Berth's. */
function others({ spec, state, emit }: SimulatedHost, { save }: Hooks): Others {
  return {
    useForeignPages: (cell, pageSizeKiB, pages) => {
      state.foreignPages.set(pageKey(cell, pageSizeKiB), pages);
      save();
    },
    useForeign: (domain, use) => {
      if (Object.keys(use).length === 0) state.foreign.delete(domain);
      else state.foreign.set(domain, use);
      save();
    },
    leaveFunction: (address, left) => {
      if (Object.keys(left).length === 0) state.functions.delete(address);
      else state.functions.set(address, left);
      save();
      emit({ type: 'devices', hostId: spec.id });
    },
  };
}

type Power = Pick<SimulatedControl, 'connect' | 'disconnect' | 'powerCycle'>;

function power({ state }: SimulatedHost, connection: Connection, { save, came, went }: Hooks): Power {
  const disconnect = (reason = 'end of file'): void => {
    if (connection.set({ cut: reason })) went(reason);
  };
  const connect = (): void => {
    if (connection.set({ cut: null })) came();
  };
  const powerCycle = (): void => {
    disconnect('the host is booting');
    for (const [uuid, { running: _lost, ...domain }] of state.domains) {
      state.domains.set(uuid, { ...domain, reason: 'unknown' });
    }
    save();
    connect();
  };
  return { disconnect, connect, powerCycle };
}

function runningOf(host: SimulatedHost, uuid: VnfcId): RunningDomain {
  const { running } = findDomain(host, uuid);
  if (!running) throw new Error(`domain ${uuid} on simulated host ${host.spec.id} does not run`);
  return running;
}

function added(running: RunningDomain, more: Partial<Traffic>, mac: string | undefined): RunningDomain['traffic'] {
  if (mac === undefined || !running.demand.cards.some((card) => card.mac === mac)) {
    throw new Error(`domain ${running.demand.uuid} has no card ${mac ?? 'at all'}`);
  }
  const { rxBytes = 0, rxPackets = 0, txBytes = 0, txPackets = 0 } = running.traffic[mac] ?? {};
  const sum: Traffic = {
    rxBytes: rxBytes + (more.rxBytes ?? 0),
    rxPackets: rxPackets + (more.rxPackets ?? 0),
    txBytes: txBytes + (more.txBytes ?? 0),
    txPackets: txPackets + (more.txPackets ?? 0),
  };
  return { ...running.traffic, [mac]: sum };
}
