/**
 * Hosts as metrics: made from the same summary that the API shows.
 */
import type { FreePages } from '../engine/engine.js';
import type { UnreachableHost } from '../workflow/hosts/fleet-view.js';
import type { Claim, Host, HostAdminState } from '../inventory/model.js';
import type { Stranded } from '../inventory/cell-room.js';
import { hostSummary, type CellSummary, type HostSummary } from '../inventory/summary.js';
import type { HostId } from '../shared/ids.js';
import { bytesPerMbit, KiB, MiB } from '../shared/units.js';
import { catalogue } from './catalogue.js';
import type { Labels } from './exposition.js';
import type { Instruments, Sample } from './instruments.js';
import type { Steps } from './steps.js';

export interface SeenHost {
  readonly host: Host;
  readonly claims: readonly Claim[];
  readonly freePages: readonly FreePages[];
}

type Series = { readonly [Name in (typeof ofHost)[number]]: readonly Sample<(typeof catalogue)[Name]>[] };

/** Metrics that a host and its claims decide. */
const ofHost = [
  'hostAdminState',
  'hostInfo',
  'hostAcceleration',
  'hostCpus',
  'hostMemory',
  'hostHugepages',
  'hostFreeCores',
  'hostFreeSiblingPairs',
  'hostStrandedCpus',
  'hostStrandedMemory',
  'hostSharedVcpus',
  'hostPool',
  'hostPciFunctions',
  'hostCardUp',
  'hostCardLink',
  'hostCardClaimed',
  'hostClaims',
] as const;

interface Shown {
  readonly claims: readonly Claim[];
  readonly series: Series;
}

/** A host and its claims are the same objects while nothing of them changes. */
const shown = new WeakMap<Host, Shown>();

function seriesOf({ host, claims }: SeenHost): Series {
  const before = shown.get(host);
  if (before?.claims === claims) return before.series;
  const series = newSeries(host, claims);
  shown.set(host, { claims, series });
  return series;
}

/** `unreachable`: of them, those never reached have no facts, and no other series than that they are not up. */
export function* showHosts(to: Instruments, seen: readonly SeenHost[], unreachable: readonly UnreachableHost[]): Steps {
  showUp(to, seen, unreachable);
  const all: Series[] = [];
  for (const each of seen) {
    all.push(seriesOf(each));
    yield;
  }
  for (const name of ofHost) {
    to.fill(catalogue[name], (put: (labels: Labels, value: number) => void) => {
      for (const series of all) for (const { labels, value } of series[name]) put(labels, value);
    });
    yield;
  }
  to.fill(catalogue.hostHugepagesUnused, (put) => {
    for (const { host, freePages } of seen)
      for (const { cell, pageSizeKiB, free } of freePages) put(unusedPages(host.id, cell, pageSizeKiB), free);
  });
}

const adminStates: readonly HostAdminState[] = ['active', 'draining', 'down', 'lost'];
const flag = (on: boolean): number => (on ? 1 : 0);

function showUp(to: Instruments, seen: readonly SeenHost[], unreachable: readonly UnreachableHost[]): void {
  const up = seen.map(({ host }) => ({ labels: { host: host.id, zone: host.zone }, value: flag(host.reachable) }));
  const known = new Set(seen.map(({ host }) => host.id));
  const never = unreachable
    .filter(({ hostId }) => !known.has(hostId))
    .map(({ hostId, zone }) => ({ labels: { host: hostId, zone }, value: 0 }));
  to.replace(catalogue.hostUp, [...up, ...never]);
}

const unusedPages = (host: HostId, cell: number, pageSizeKiB: number) => ({
  host,
  cell: String(cell),
  page_size_bytes: String(pageSizeKiB * KiB),
});

function newSeries(host: Host, claims: readonly Claim[]): Series {
  const summary = hostSummary(host, claims);
  const cells = summary.cells.map((cell) => ({ host: host.id, cell: String(cell.id), summary: cell }));
  return {
    hostAdminState: adminStates.map((state) => ({
      labels: { host: host.id, state },
      value: flag(host.adminState === state),
    })),
    hostInfo: [infoOf(host)],
    hostAcceleration: [accelerationOf(host)],
    hostCpus: cells.flatMap(cpusOf),
    hostMemory: cells.flatMap(memoryOf),
    hostHugepages: cells.flatMap(hugepagesOf),
    hostFreeCores: cells.map(({ summary: { room }, ...labels }) => ({ labels, value: room.freeCores })),
    hostFreeSiblingPairs: cells.map(({ summary: { room }, ...labels }) => ({ labels, value: room.siblingPairs })),
    hostStrandedCpus: cells.flatMap((cell) => strandedOf(cell, ({ cpus }) => cpus)),
    hostStrandedMemory: cells.flatMap((cell) => strandedOf(cell, ({ memoryMiB }) => memoryMiB && memoryMiB * MiB)),
    hostSharedVcpus: (['claimed', 'free'] as const).map((state) => ({
      labels: { host: host.id, state },
      value: summary.sharedVcpus[state],
    })),
    hostPool: summary.pools.flatMap(({ name, claimed, free }) => [
      { labels: { host: host.id, pool: name, state: 'claimed' }, value: claimed * MiB },
      { labels: { host: host.id, pool: name, state: 'free' }, value: free * MiB },
    ]),
    hostPciFunctions: functionsOf(summary),
    ...cardsOf(host, claims),
    hostClaims: claimsOf(host, claims),
  };
}

function infoOf({ id, facts }: Host) {
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

function accelerationOf({ id, facts }: Host) {
  const { kind, technology, reason, overridden } = facts.acceleration;
  return { labels: { host: id, kind, technology, reason, overridden: String(overridden) }, value: 1 };
}

interface OneCell {
  readonly host: string;
  readonly cell: string;
  readonly summary: CellSummary;
}

const states = ({ host, cell }: OneCell, counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([state, value]) => ({ labels: { host, cell, state }, value }));

function cpusOf(cell: OneCell) {
  const { shared, claimed, free, foreign } = cell.summary.cpus;
  return states(cell, {
    shared: shared.length,
    claimed: claimed.length,
    free: free.length,
    foreign: foreign.length,
  });
}

function memoryOf(cell: OneCell) {
  const { reserved, claimed, free, foreign } = cell.summary.memoryMiB;
  return states(cell, { reserved: reserved * MiB, claimed: claimed * MiB, free: free * MiB, foreign: foreign * MiB });
}

const hugepagesOf = ({ host, cell, summary }: OneCell) =>
  summary.pages.flatMap(({ pageSizeKiB, claimed, foreign, free }) =>
    Object.entries({ claimed, foreign, free }).map(([state, value]) => ({
      labels: { host, cell, page_size_bytes: String(pageSizeKiB * KiB), state },
      value,
    })),
  );

const strandedOf = ({ host, cell, summary }: OneCell, amount: (what: Stranded) => number | undefined) =>
  summary.room.stranded.flatMap((what) => {
    const value = amount(what);
    return value === undefined ? [] : [{ labels: { host, cell, resource: what.usedUp }, value }];
  });

/** Counted by cell, card, kind, network and state. */
function functionsOf({ id, pciFunctions }: HostSummary) {
  const groups = Map.groupBy(pciFunctions, ({ address, card, cell, kind, physicalNetwork = '', state }) =>
    JSON.stringify([String(cell ?? ''), card ?? (kind === 'pf' ? address : ''), kind, physicalNetwork, state]),
  );
  return [...groups].map(([key, members]) => {
    const [cell, card, kind, network, state] = JSON.parse(key) as [string, string, string, string, string];
    return { labels: { host: id, cell, card, kind, physical_network: network, state }, value: members.length };
  });
}

/** Of cards whose wire somebody named. */
function cardsOf({ id, facts }: Host, claims: readonly Claim[]) {
  const claimed = new Map<string, number>();
  for (const { hostId, kind, key, amount } of claims)
    if (hostId === id && kind === 'bandwidth') claimed.set(key, (claimed.get(key) ?? 0) + amount);
  const cards = facts.pciFunctions.flatMap((one) => {
    const { kind, address, cell, netdev = '', physicalNetwork } = one;
    if (kind !== 'pf' || physicalNetwork === undefined) return [];
    const labels = { host: id, cell: String(cell ?? ''), card: address, device: netdev };
    return [{ ...one, labels: { ...labels, physical_network: physicalNetwork } }];
  });
  return {
    hostCardUp: cards.flatMap(({ labels, isDown, linkMbps }) =>
      isDown === undefined && linkMbps === undefined ? [] : [{ labels, value: flag(isDown !== true) }],
    ),
    hostCardLink: cards.flatMap(({ labels, linkMbps }) =>
      linkMbps === undefined ? [] : [{ labels, value: linkMbps * bytesPerMbit }],
    ),
    hostCardClaimed: cards.flatMap(({ labels, address, linkMbps }) => {
      const mbps = claimed.get(address) ?? (linkMbps === undefined ? undefined : 0);
      return mbps === undefined ? [] : [{ labels, value: mbps * bytesPerMbit }];
    }),
  };
}

function claimsOf({ id }: Host, claims: readonly Claim[]) {
  const own = claims.filter((claim) => claim.hostId === id);
  const groups = Map.groupBy(own, ({ cell, kind }) => `${cell ?? ''}/${kind}`);
  return [...groups].map(([key, members]) => {
    const [cell = '', kind = ''] = key.split('/');
    return { labels: { host: id, cell, kind }, value: members.length };
  });
}
