/**
 * How far a search has come. Two states are the same for what is left to place when as many VNFCs are placed, the same
 * hosts used as much (which CPU of which core does not matter, unless some are named), and the same rules stand on the same hosts: a way that
 * failed from one fails from the other, so alike VNFCs are not tried in every order.
 */
import type { FreeHost } from '../../inventory/free.js';
import { take } from '../../inventory/take.js';
import { withTakenElsewhere } from '../../inventory/resources/disk.js';
import { leftText } from '../../inventory/resources/table.js';
import { sharedUse, sharesStorage, type StorageUse } from '../../inventory/storage.js';
import type { Claim } from '../../inventory/model.js';
import type { HostId } from '../../shared/ids.js';
import type { AffinityDemand, VnfcPlacement } from '../model.js';

export interface SearchState {
  readonly berths: readonly VnfcPlacement[];
  /** Hosts as they are after these berths. */
  readonly touched: ReadonlyMap<HostId, FreeHost>;
  /** What these berths take of storage that hosts share. */
  readonly shared: StorageUse;
}

export const untouched: SearchState = { berths: [], touched: new Map(), shared: new Map() };

/** A host as it is after the berths so far. */
export const nowOf = ({ touched, shared }: Pick<SearchState, 'touched' | 'shared'>, free: FreeHost): FreeHost =>
  touched.get(free.host.id) ?? (shared.size === 0 ? free : withTakenElsewhere(free, shared));

/** The state after one more berth on this host, which is given as it was before. */
export function withBerth(
  state: SearchState,
  free: FreeHost,
  berth: VnfcPlacement,
  claims: readonly Claim[],
): SearchState {
  const after = take(free, claims);
  const touched = new Map(state.touched).set(free.host.id, after);
  const berths = [...state.berths, berth];
  const use = sharesStorage(free.host) ? sharedUse(free.host, free.poolsMiB, after.poolsMiB) : nothing;
  if (use.size === 0) return { berths, touched, shared: state.shared };
  for (const [id, other] of state.touched) if (id !== free.host.id) touched.set(id, withTakenElsewhere(other, use));
  const shared = new Map(state.shared);
  for (const [name, mib] of use) shared.set(name, (shared.get(name) ?? 0) + mib);
  return { berths, touched, shared };
}

const nothing: ReadonlyMap<string, number> = new Map();

export function stateKey(state: SearchState, affinity: readonly AffinityDemand[], cpusMatter: boolean): string {
  const hosts = [...state.touched].map(([id, free]) => `${id} ${leftText(free, cpusMatter)}`).sort();
  const rules = affinity.map((rule) => standing(rule, state.berths).join());
  const shared = [...state.shared].map(([name, mib]) => `${name} ${mib}`).sort();
  return [state.berths.length, ...hosts, ...rules, ...shared].join('|');
}

const standing = (rule: AffinityDemand, berths: readonly VnfcPlacement[]): readonly string[] =>
  [
    ...new Set(berths.filter((berth) => rule.vnfcIds.includes(berth.vnfcId)).map((berth) => String(berth.hostId))),
  ].sort();
