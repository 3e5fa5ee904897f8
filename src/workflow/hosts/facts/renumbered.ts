/**
 * Follows the buses of a host: when a reading shows cards at other addresses, what the database has of their functions gets
 * these addresses before anything is judged by the reading.
 */
import type { HostFacts } from '../../../inventory/model.js';
import { movesOf } from '../../../inventory/renumbering.js';
import type { Log } from '../../../shared/log.js';
import type { HostRecords } from '../../../store/hosts.js';
import type { HostState } from '../host-state.js';
import type { HostStates } from '../host-states.js';

interface Ports {
  readonly store: Pick<HostRecords, 'moveFunctions'>;
  readonly log: Log;
}

/** Moves that one line of the log names. */
const mostNamed = 20;

/** True: the state has the addresses of this reading now, and the host is to be read again by them. */
export async function followedBuses(
  state: HostState,
  read: HostFacts,
  isSameBoot: boolean,
  { store, log }: Ports,
  states: HostStates,
): Promise<boolean> {
  const { facts: before, settings } = state;
  if (before === undefined || movesOf(before, read, isSameBoot).size === 0) return false;
  const found = await store.moveFunctions(settings.id, read, isSameBoot);
  if (found === undefined || !states.isCurrent(state)) return false;
  const { facts: _old, revision: _count, ...record } = found.host;
  states.change(state, { record, facts: found.facts });
  if (found.moves.size === 0) return true;
  const moves = [...found.moves].map(([from, to]) => `${from} -> ${to}`);
  log.warn(
    { hostId: settings.id, moved: moves.slice(0, mostNamed), count: moves.length },
    'PCI functions of the host have other addresses, since its buses were renumbered; claims, records and plans follow',
  );
  return true;
}
