/**
 * All resources. The order is that in which rows are made and in which a commit is judged.
 */
import type { FreeRoom } from '../free.js';
import type { Claim, ClaimKind, ResourceKind, SumKind } from '../model.js';
import type { VnfcId } from '../../shared/ids.js';
import { ip, mac } from './address.js';
import { bandwidth } from './bandwidth.js';
import { cpu } from './cpu.js';
import { disk } from './disk.js';
import type { HeldDemand } from './held.js';
import { image } from './image.js';
import { memory } from './memory.js';
import { networkDevice } from './network-device.js';
import { pages } from './pages.js';
import { pciFunction } from './pci-function.js';
import type { HostResource, Resource } from './resource.js';
import { sharedVcpu } from './shared-vcpu.js';
import type { Asked, SumResource } from './sum.js';

const sums = { bandwidth, network: networkDevice } satisfies Record<SumKind, SumResource>;

/** Those that a host may be short of. */
export const hostResources = {
  cpu,
  'shared-vcpu': sharedVcpu,
  hugepages: pages,
  memory,
  pci: pciFunction,
  ...sums,
  disk,
} satisfies Record<ResourceKind, HostResource>;

const table = { ...hostResources, image, mac, ip } satisfies Record<ClaimKind, Resource>;

export const resources: Readonly<Record<ClaimKind, Resource>> = table;

const keysOf = <K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] => Object.keys(record) as K[];

export const claimKinds: readonly ClaimKind[] = keysOf(table);
export const resourceKinds: readonly ResourceKind[] = keysOf(hostResources);
export const sumResources: readonly SumResource[] = Object.values(sums);

/** One value for each resource that is a sum. */
export const eachSum = <T>(of: (resource: SumResource) => T): Readonly<Record<SumKind, T>> =>
  Object.fromEntries(Object.entries(sums).map(([kind, resource]) => [kind, of(resource)])) as Record<SumKind, T>;

/** What a demand asks of resources that are sums, and what is left of it: where a number says everything. */
export function wantedSums(free: FreeRoom, demand: HeldDemand): readonly WantedSum[] {
  const wanted: WantedSum[] = [];
  for (const resource of sumResources) {
    const { kind, asked } = resource;
    if (asked === undefined) continue;
    for (const { key, amount } of asked.wants(demand)) {
      const has = resource.left(free, key);
      if (has !== Infinity) wanted.push({ kind, key, unit: asked.unit, needs: amount, has });
    }
  }
  return wanted;
}

export interface WantedSum {
  readonly kind: SumKind;
  readonly unit: Asked['unit'];
  readonly key: string;
  readonly needs: number;
  readonly has: number;
}

/** What is left on a host, of all resources: hosts of one shape with the same text take the same VNFCs. */
export const leftText = (free: FreeRoom, cpusMatter: boolean): string =>
  claimKinds.map((kind) => resources[kind].leftText(free, cpusMatter)).join('|');

/** Who holds what of a resource each of whose keys has one holder. */
export const holdersByKey = (kind: ClaimKind, claims: readonly Claim[]): ReadonlyMap<string, VnfcId> =>
  new Map(
    claims.flatMap((claim) => (claim.kind === kind && claim.exclusive ? [[claim.key, claim.vnfcId] as const] : [])),
  );
