/**
 * Berth's volumes are counted by their claims, at their maximum size. Their present allocation is added back to the free
 * space of the pool, or it would be counted twice. Base images are recorded with their allocation: a VNFC on one needs no
 * further space for it.
 */
import type { Engine, VolumeInfo } from '../../../engine/engine.js';
import type { Claim, HostFacts, StoragePool } from '../../../inventory/model.js';
import { isOneRoom } from '../../../inventory/storage.js';
import { installationInNames, isVnfcVolume, readBaseImageName } from '../../../lifecycle/naming.js';
import { vnfcId, type InstallationId, type VnfcId } from '../../../shared/ids.js';
import { MiB } from '../../../shared/units.js';

export interface OwnVolumes {
  readonly installation: InstallationId;
  /** Asked only where there are volumes of VNFCs. */
  readonly claimsOfHost: () => Promise<readonly Claim[]>;
  /** Which of these VNFCs claim anything on any host; asked of storage that hosts share. */
  readonly held: (ids: readonly VnfcId[]) => Promise<ReadonlySet<string>>;
}

/**
 * The facts with `availableMiB` as inventory/model.ts means it. Volumes of VNFCs that claim nothing here, such as those of
 * another installation in the same pool, take their share as others do.
 */
export async function withoutOwnVolumes(engine: Engine, facts: HostFacts, own: OwnVolumes): Promise<HostFacts> {
  const found = await Promise.all(facts.pools.map((pool) => engine.listVolumes(pool.name)));
  const volumes = found.map((all) => all.filter(({ name }) => name.startsWith('berth-')));
  if (volumes.every((some) => some.length === 0)) return facts;
  const owned = await ownersOf(facts.pools, volumes, own);
  const ownIn = facts.pools.map((_, at) => (volumes[at] ?? []).filter((volume) => owned(volume, at)));
  return {
    ...facts,
    pools: facts.pools.map((pool, at) => {
      const sharing = facts.pools.flatMap((other, index) => (isOneRoom(pool, other) ? (ownIn[index] ?? []) : []));
      return withImages(leftByOthers(pool, sharing), volumes[at] ?? [], own.installation);
    }),
  };
}

const vnfcPattern = /^berth-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-/;

const vnfcOf = ({ name }: VolumeInfo): VnfcId | undefined => {
  const id = isVnfcVolume(name) ? vnfcPattern.exec(name)?.[1] : undefined;
  return id === undefined ? undefined : vnfcId(id);
};

/** Storage that hosts share holds volumes of VNFCs on other hosts: their claims are on those. */
async function ownersOf(
  pools: readonly StoragePool[],
  volumes: readonly (readonly VolumeInfo[])[],
  { claimsOfHost, held }: OwnVolumes,
): Promise<(volume: VolumeInfo, at: number) => boolean> {
  const isAcross = (at: number) => pools[at]?.storage?.acrossHosts === true;
  const idsOf = (some: readonly VolumeInfo[]) => new Set(some.flatMap((volume) => vnfcOf(volume) ?? []));
  const here = idsOf(volumes.filter((_, at) => !isAcross(at)).flat());
  const across = idsOf(volumes.filter((_, at) => isAcross(at)).flat());
  const onHost = new Set<string>(here.size === 0 ? [] : (await claimsOfHost()).map((claim) => claim.vnfcId));
  const anywhere = across.size === 0 ? new Set<string>() : await held([...across]);
  return (volume, at) => {
    const id = vnfcOf(volume);
    return id !== undefined && (isAcross(at) ? anywhere : onHost).has(id);
  };
}

/** A file that several pools list is one. */
function leftByOthers(pool: StoragePool, own: readonly VolumeInfo[]): StoragePool {
  const byPath = new Map(own.map(({ path, allocationBytes }) => [path, allocationBytes]));
  const bytes = [...byPath.values()].reduce((sum, allocationBytes) => sum + allocationBytes, 0);
  if (bytes === 0) return pool;
  return { ...pool, availableMiB: Math.min(pool.capacityMiB, pool.availableMiB + Math.floor(bytes / MiB)) };
}

/** Those of other installations are never used. */
function withImages(pool: StoragePool, volumes: readonly VolumeInfo[], installation: InstallationId): StoragePool {
  const mine = installationInNames(installation);
  const images = volumes.flatMap(({ name, allocationBytes }) => {
    const read = readBaseImageName(name);
    return read?.installation === mine ? [[read.sha256, Math.floor(allocationBytes / MiB)] as const] : [];
  });
  return images.length === 0 ? pool : { ...pool, images: Object.fromEntries(images.toSorted()) };
}
