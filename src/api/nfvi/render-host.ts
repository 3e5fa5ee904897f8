/**
 * A host on the wire: what it is, what it has per cell, what is claimed and by whom, and how it was found out.
 */
import type { Static } from 'typebox';
import type { FreePages } from '../../engine/engine.js';
import type { Acceleration, Cell, Claim, Host, HostNetwork } from '../../inventory/model.js';
import { holdersOf, hostSummary, type CellSummary, type HostSummary } from '../../inventory/summary.js';
import type { Leftover } from '../../lifecycle/leftover.js';
import type { HostMoment } from '../../store/hosts.js';
import type { host, networkOnHosts } from './schemas.js';

export type HostBody = Static<typeof host>;

/** A host that was never reached, or is not configured any more: all that is known is what was recorded. */
export const renderUnseenHost = (
  { id, zone, adminState }: HostMoment,
  { claims, leftovers = [] }: HostNow,
  isMissing: boolean,
): HostBody => ({
  id,
  zone,
  adminState,
  ...(isMissing && { missing: true }),
  reachable: false,
  cells: [],
  pools: [],
  networks: [],
  pciFunctions: [],
  holders: renderHolders(holdersOf(claims)),
  leftovers: leftovers.map(renderLeftover),
});

/** What may change at every moment, beside what was seen. */
export interface HostNow {
  readonly claims: readonly Claim[];
  readonly freePages?: readonly FreePages[];
  readonly leftovers?: readonly Leftover[];
}

export function renderHost(seen: Host, { claims, freePages = [], leftovers = [] }: HostNow): HostBody {
  const { facts } = seen;
  const summary = hostSummary(seen, claims);
  return {
    id: seen.id,
    zone: seen.zone,
    adminState: seen.adminState,
    reachable: seen.reachable,
    hostname: facts.hostname,
    architecture: facts.architecture,
    cpuModel: facts.cpuModel,
    hypervisor: facts.hypervisor,
    acceleration: renderAcceleration(facts.acceleration),
    cells: summary.cells.map((cell) => renderCell(cell, facts.cells, freePages)),
    sharedVcpus: summary.sharedVcpus,
    pools: summary.pools.map((pool) => ({ ...pool })),
    networks: [...facts.networks],
    ...renderHoldings(summary),
    leftovers: leftovers.map(renderLeftover),
  };
}

const renderLeftover = ({ vnfcId, pool, name, reason, sinceMs }: Leftover) => ({
  ...{ vnfcId, pool, name, reason },
  since: new Date(sinceMs).toISOString(),
});

const renderAcceleration = ({ kind, technology, reason, overridden, probedAtMs }: Acceleration) => ({
  kind,
  technology,
  reason,
  overridden,
  ...(probedAtMs > 0 && { probedAt: new Date(probedAtMs).toISOString() }),
});

function renderCell(summary: CellSummary, cells: readonly Cell[], freePages: readonly FreePages[]) {
  const { id, cpus, memoryMiB } = summary;
  return {
    id,
    cpus: {
      total: cpus.total,
      shared: [...cpus.shared],
      claimed: [...cpus.claimed],
      free: [...cpus.free],
      foreign: cpus.foreign.map((cpu) => ({ ...cpu })),
    },
    cores: coresOf(cells.find((cell) => cell.id === id)),
    pages: summary.pages.map((pool) => {
      const now = freePages.find((each) => each.cell === id && each.pageSizeKiB === pool.pageSizeKiB);
      return { ...pool, ...(now && { freeOnHost: now.free }) };
    }),
    memoryMiB,
  };
}

/** Each group of siblings once. */
function coresOf(cell: Cell | undefined): number[][] {
  const groups = new Map((cell?.cpus ?? []).map((cpu) => [cpu.siblings.join(), [...cpu.siblings]]));
  return [...groups.values()];
}

const renderHoldings = ({ pciFunctions, holders }: HostSummary) => ({
  pciFunctions: pciFunctions.map((each) => ({ ...each })),
  holders: renderHolders(holders),
});

const renderHolders = (holders: HostSummary['holders']) =>
  holders.map((holder) => ({ ...holder, claims: holder.claims.map((claim) => ({ ...claim })) }));

/** Networks by name, with the hosts on which a vNIC can join them. */
export function renderNetworks(hosts: readonly Host[]): Static<typeof networkOnHosts>[] {
  const all = hosts.flatMap((each) => each.facts.networks.map((network) => ({ hostId: each.id, network })));
  const byName = Map.groupBy(all, (each) => each.network.name);
  return [...byName].map(([name, members]) => ({
    name,
    hosts: members.map(({ hostId, network }) => ({ hostId, ...withoutName(network) })),
  }));
}

function withoutName({ name: _, ...rest }: HostNetwork): Omit<HostNetwork, 'name'> {
  return rest;
}
