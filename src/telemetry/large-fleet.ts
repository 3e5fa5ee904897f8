/**
 * Metrics of a fleet that is too large for a page: every host is counted, but only so many have series of their own, at
 * some sixty each. First those that an operator would look for: out of reach or not active, then those that hold most.
 */
import type { Claim, Host } from '../inventory/model.js';
import type { HostId } from '../shared/ids.js';
import type { UnreachableHost } from '../workflow/hosts/fleet-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

/** Hosts with series of their own. */
export const mostHosts = 1000;

export function countHosts(to: Instruments, all: readonly Host[]): void {
  const groups = Map.groupBy(all, (host) =>
    JSON.stringify([host.zone, host.adminState, String(Number(host.reachable))]),
  );
  const samples = [...groups].map(([key, members]) => {
    const [zone, state, up] = JSON.parse(key) as [string, string, string];
    return { labels: { zone, admin_state: state, up }, value: members.length };
  });
  to.replace(catalogue.hosts, samples);
}

/** Characters enough for a sentence of libvirt's. */
const longestReason = 200;

/** One series for each host, whatever it says. */
export function showUnreachable(to: Instruments, all: readonly UnreachableHost[]): void {
  to.replace(
    catalogue.hostUnreachable,
    all.slice(0, mostHosts).map(({ hostId, because = 'not reached yet' }) => ({
      labels: { host: hostId, reason: because.slice(0, longestReason).toWellFormed() },
      value: 1,
    })),
  );
}

export function hostsToShow(all: readonly Host[], claims: ReadonlyMap<HostId, readonly Claim[]>): readonly Host[] {
  if (all.length <= mostHosts) return all;
  const isUnwell = (host: Host) => Number(!host.reachable || host.adminState !== 'active');
  const held = (host: Host) => claims.get(host.id)?.length ?? 0;
  return all.toSorted((a, b) => isUnwell(b) - isUnwell(a) || held(b) - held(a)).slice(0, mostHosts);
}
