/**
 * Hosts as metrics: made from the same summary that the API shows.
 */
import type { FreePages } from '../engine/engine.js';
import type { UnreachableHost } from '../workflow/fleet-view.js';
import type { Claim, Host, HostAdminState } from '../inventory/model.js';
import type { Stranded } from '../inventory/cell-room.js';
import { hostSummary, type CellSummary, type HostSummary } from '../inventory/summary.js';
import { KiB, MiB } from '../shared/units.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

export interface SeenHost {
  readonly host: Host;
  readonly claims: readonly Claim[];
  readonly freePages: readonly FreePages[];
}

interface Summed extends SeenHost {
  readonly id: string;
  readonly summary: HostSummary;
}

/** `unreachable`: of them, those never reached have no facts, and no other series than that they are not up. */
export function showHosts(to: Instruments, seen: readonly SeenHost[], unreachable: readonly UnreachableHost[]): void {
  const hosts = seen.map((each) => ({ ...each, id: each.host.id, summary: hostSummary(each.host, each.claims) }));
  showIdentity(to, hosts);
  showUp(to, hosts, unreachable);
  showCells(to, hosts);
  showWholeHost(to, hosts);
  showClaims(to, hosts);
}

const adminStates: readonly HostAdminState[] = ['active', 'draining', 'down', 'lost'];
const flag = (on: boolean): number => (on ? 1 : 0);

function showIdentity(to: Instruments, hosts: readonly Summed[]): void {
  const states = hosts.flatMap(({ id, host }) =>
    adminStates.map((state) => ({ labels: { host: id, state }, value: flag(host.adminState === state) })),
  );
  to.replace(catalogue.hostAdminState, states);
  to.replace(catalogue.hostInfo, hosts.map(infoOf));
  to.replace(catalogue.hostAcceleration, hosts.map(accelerationOf));
}

function showUp(to: Instruments, hosts: readonly Summed[], unreachable: readonly UnreachableHost[]): void {
  const up = hosts.map(({ id, host }) => ({ labels: { host: id, zone: host.zone }, value: flag(host.reachable) }));
  const known = new Set(hosts.map(({ id }) => id));
  const never = unreachable
    .filter(({ hostId }) => !known.has(hostId))
    .map(({ hostId, zone }) => ({ labels: { host: hostId, zone }, value: 0 }));
  to.replace(catalogue.hostUp, [...up, ...never]);
}

function infoOf({ id, host: { facts } }: Summed) {
  const { name, version, libvirtVersion, type } = facts.hypervisor;
  return {
    labels: {
      host: id,
      hostname: facts.hostname,
      architecture: facts.architecture,
      cpu_model: facts.cpuModel,
      hypervisor: name,
      version,
      libvirt_version: libvirtVersion,
      type,
    },
    value: 1,
  };
}

function accelerationOf({ id, host: { facts } }: Summed) {
  const { kind, technology, reason, overridden } = facts.acceleration;
  return { labels: { host: id, kind, technology, reason, overridden: String(overridden) }, value: 1 };
}

interface OneCell {
  readonly host: string;
  readonly cell: string;
  readonly summary: CellSummary;
}

function showCells(to: Instruments, hosts: readonly Summed[]): void {
  const cells: OneCell[] = hosts.flatMap(({ id, summary }) =>
    summary.cells.map((cell) => ({ host: id, cell: String(cell.id), summary: cell })),
  );
  const states = (cell: OneCell, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts).map(([state, value]) => ({ labels: { host: cell.host, cell: cell.cell, state }, value }));
  const cpus = cells.flatMap((cell) => {
    const { shared, claimed, free, foreign } = cell.summary.cpus;
    return states(cell, { shared: shared.length, claimed: claimed.length, free: free.length, foreign: foreign.length });
  });
  to.replace(catalogue.hostCpus, cpus);
  const memory = cells.flatMap((cell) => {
    const { reserved, claimed, free, foreign } = cell.summary.memoryMiB;
    return states(cell, { reserved: reserved * MiB, claimed: claimed * MiB, free: free * MiB, foreign: foreign * MiB });
  });
  to.replace(catalogue.hostMemory, memory);
  to.replace(catalogue.hostHugepages, cells.flatMap(hugepagesOf));
  showRoom(to, cells);
  to.replace(catalogue.hostHugepagesUnused, hosts.flatMap(unusedPagesOf));
}

function showRoom(to: Instruments, cells: readonly OneCell[]): void {
  const each = (value: (cell: CellSummary) => number) =>
    cells.map(({ host, cell, summary }) => ({ labels: { host, cell }, value: value(summary) }));
  to.replace(
    catalogue.hostFreeCores,
    each(({ room }) => room.freeCores),
  );
  to.replace(
    catalogue.hostFreeSiblingPairs,
    each(({ room }) => room.siblingPairs),
  );
  const stranded = (amount: (what: Stranded) => number | undefined) =>
    cells.flatMap(({ host, cell, summary }) =>
      summary.room.stranded.flatMap((what) => {
        const value = amount(what);
        return value === undefined ? [] : [{ labels: { host, cell, resource: what.usedUp }, value }];
      }),
    );
  to.replace(
    catalogue.hostStrandedCpus,
    stranded(({ cpus }) => cpus),
  );
  to.replace(
    catalogue.hostStrandedMemory,
    stranded(({ memoryMiB }) => memoryMiB && memoryMiB * MiB),
  );
}

const hugepagesOf = ({ host, cell, summary }: OneCell) =>
  summary.pages.flatMap(({ pageSizeKiB, claimed, foreign, free }) =>
    Object.entries({ claimed, foreign, free }).map(([state, value]) => ({
      labels: { host, cell, page_size_bytes: String(pageSizeKiB * KiB), state },
      value,
    })),
  );

const unusedPagesOf = ({ id, freePages }: Summed) =>
  freePages.map(({ cell, pageSizeKiB, free }) => ({
    labels: { host: id, cell: String(cell), page_size_bytes: String(pageSizeKiB * KiB) },
    value: free,
  }));

function showWholeHost(to: Instruments, hosts: readonly Summed[]): void {
  const vcpus = hosts.flatMap(({ id, summary: { sharedVcpus } }) => [
    { labels: { host: id, state: 'claimed' }, value: sharedVcpus.claimed },
    { labels: { host: id, state: 'free' }, value: sharedVcpus.free },
  ]);
  to.replace(catalogue.hostSharedVcpus, vcpus);
  const pools = hosts.flatMap(({ id, summary }) =>
    summary.pools.flatMap(({ name, claimed, free }) => [
      { labels: { host: id, pool: name, state: 'claimed' }, value: claimed * MiB },
      { labels: { host: id, pool: name, state: 'free' }, value: free * MiB },
    ]),
  );
  to.replace(catalogue.hostPool, pools);
  to.replace(catalogue.hostPciFunctions, hosts.flatMap(functionsOf));
}

/** Counted by cell, kind, network and state. */
function functionsOf({ id, host, summary }: Summed) {
  const gone = new Set(host.facts.pciFunctions.flatMap((one) => (one.isGone === true ? [one.address] : [])));
  const groups = Map.groupBy(summary.pciFunctions, ({ address, cell, kind, physicalNetwork = '', available }) => {
    const state = gone.has(address) ? 'gone' : available ? 'available' : 'taken';
    return JSON.stringify([String(cell ?? ''), kind, physicalNetwork, state]);
  });
  return [...groups].map(([key, members]) => {
    const [cell, kind, network, state] = JSON.parse(key) as [string, string, string, string];
    return { labels: { host: id, cell, kind, physical_network: network, state }, value: members.length };
  });
}

function showClaims(to: Instruments, hosts: readonly Summed[]): void {
  const samples = hosts.flatMap(({ id, claims }) => {
    const own = claims.filter((claim) => claim.hostId === id);
    const groups = Map.groupBy(own, ({ cell, kind }) => `${cell ?? ''}/${kind}`);
    return [...groups].map(([key, members]) => {
      const [cell = '', kind = ''] = key.split('/');
      return { labels: { host: id, cell, kind }, value: members.length };
    });
  });
  to.replace(catalogue.hostClaims, samples);
}
