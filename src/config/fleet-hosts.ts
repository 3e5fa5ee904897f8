/**
 * The hosts of a fleet to simulate, one by one.
 */
import { hostId } from '../shared/ids.js';
import { ConfigError, type SimulatedHostConfig } from './config.js';
import type { HostGroup } from './fleet-file.js';

const mostHosts = 100_000;

/** As many as the groups say, or `wished` hosts, shared out as the groups are large. Throws ConfigError. */
export function hostsOfGroups(groups: readonly HostGroup[], wished?: number): readonly SimulatedHostConfig[] {
  const sizes = groups.map(({ count = 1 }) => count);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if ((wished ?? total) > mostHosts) {
    throw new ConfigError([`the fleet has ${String(total)} hosts, at most ${String(mostHosts)} can be simulated`]);
  }
  const shares = wished === undefined ? sizes : shared(sizes, total, wished);
  const hosts = groups.flatMap((group, at) => hostsOf(group, shares[at] ?? 0));
  refuseTwins(hosts);
  return hosts;
}

/** Rounded as a running sum, so that the shares add up. */
function shared(sizes: readonly number[], total: number, wished: number): readonly number[] {
  let before = 0;
  let given = 0;
  return sizes.map((size) => {
    before += size;
    const share = Math.round((wished * before) / total) - given;
    given += share;
    return share;
  });
}

function hostsOf({ name, count, ...parts }: HostGroup, share: number): readonly SimulatedHostConfig[] {
  if (count === undefined && share === 1) return [{ ...parts, id: hostId(name) }];
  return Array.from({ length: share }, (_, at) => ({ ...parts, id: hostId(`${name}-${String(at + 1)}`) }));
}

function refuseTwins(hosts: readonly SimulatedHostConfig[]): void {
  const seen = new Set<string>();
  for (const { id } of hosts) {
    if (seen.has(id)) throw new ConfigError([`two hosts of the fleet would be called ${id}; name their groups apart`]);
    seen.add(id);
  }
}
