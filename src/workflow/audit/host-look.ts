/**
 * Reads a host: every object on it with a name of Berth's, and its owner. The database is queried by ids, so
 * the cost depends on the objects of the host and not on the size of the database.
 */
import type { DomainInfo, Engine, VolumeInfo } from '../../engine/engine.js';
import { installationInNames, readBaseImageName } from '../../lifecycle/naming.js';
import { readDomain } from '../../libvirt-xml/read-domain.js';
import { vnfcId, type InstallationId, type VnfcId } from '../../shared/ids.js';
import type { Ownership, Standing } from '../../store/ownership.js';
import type { AuditEntry } from './audit-view.js';

export interface Sighting extends Pick<
  AuditEntry,
  'kind' | 'name' | 'pool' | 'sizeBytes' | 'whose' | 'installationId'
> {
  /** Of a domain. */
  readonly vnfcId?: VnfcId;
  /** The database has recorded that it ended: it came back, or was left. */
  readonly hasEnded: boolean;
}

interface LookPorts {
  readonly engine: Engine;
  readonly pools: readonly string[];
  readonly store: Pick<Ownership, 'imageStanding' | 'networkStanding' | 'vnfcStanding'>;
  readonly installation: InstallationId;
}

type Owner = Pick<Sighting, 'whose' | 'installationId'>;

/** All that is not held. */
export async function lookAt(ports: LookPorts): Promise<readonly Sighting[]> {
  const { engine, pools } = ports;
  const domains = (await engine.listDomains()).filter(({ name }) => isNamedByBerth(name));
  const volumes = (await Promise.all(pools.map((pool) => engine.listVolumes(pool)))).flat();
  const named = volumes.filter(({ name }) => isNamedByBerth(name));
  const ids = [...domains.map(({ uuid }) => uuid), ...named.flatMap(({ name }) => vnfcOfVolume(name) ?? [])];
  const standing = await ports.store.vnfcStanding([...new Set(ids)]);
  const owners = await ownersOf(ports, domains, standing);
  return [
    ...domainSightings(domains, standing, owners),
    ...vnfcVolumeSightings(named, standing, owners),
    ...(await baseSightings(ports, named)),
    ...(await networkSightings(ports, ownersOfInstances(domains, owners))),
  ];
}

const isNamedByBerth = (name: string): boolean => name.startsWith('berth-') && !name.startsWith('berth-probe');

const vnfcPattern = /^berth-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-/;

function vnfcOfVolume(name: string): VnfcId | undefined {
  const id = vnfcPattern.exec(name)?.[1];
  return id === undefined ? undefined : vnfcId(id);
}

/** Who defined each domain that is not held. */
async function ownersOf(
  { engine, installation }: LookPorts,
  domains: readonly DomainInfo[],
  standing: ReadonlyMap<VnfcId, Standing>,
): Promise<ReadonlyMap<VnfcId, Owner>> {
  const owners = new Map<VnfcId, Owner>();
  for (const { uuid } of domains.filter((domain) => standing.get(domain.uuid) !== 'held')) {
    const id = readDomain(await engine.domainXml(uuid)).owner?.installationId;
    owners.set(uuid, ownerOf(id, installation));
  }
  return owners;
}

function ownerOf(id: string | undefined, installation: InstallationId): Owner {
  if (id === undefined) return { whose: 'unknown' };
  return id === installation ? { whose: 'this' } : { whose: 'other', installationId: id };
}

/** An id that this database ended was ours, unless the object carries the id of another installation. */
const ended = (owner: Owner, standing: Standing | undefined): Owner & { readonly hasEnded: boolean } =>
  standing === 'ended' && owner.whose !== 'other' ? { whose: 'this', hasEnded: true } : { ...owner, hasEnded: false };

const domainSightings = (
  domains: readonly DomainInfo[],
  standing: ReadonlyMap<VnfcId, Standing>,
  owners: ReadonlyMap<VnfcId, Owner>,
): readonly Sighting[] =>
  domains.flatMap(({ uuid, name }) => {
    const owner = owners.get(uuid);
    return owner === undefined
      ? []
      : [{ kind: 'domain' as const, name, vnfcId: uuid, ...ended(owner, standing.get(uuid)) }];
  });

/** A volume carries no owner; the domain that uses it does, if there is one. */
const vnfcVolumeSightings = (
  volumes: readonly VolumeInfo[],
  standing: ReadonlyMap<VnfcId, Standing>,
  owners: ReadonlyMap<VnfcId, Owner>,
): readonly Sighting[] =>
  volumes.flatMap(({ name, pool, allocationBytes }) => {
    if (readBaseImageName(name) !== undefined) return [];
    const id = vnfcOfVolume(name);
    const is = id === undefined ? undefined : standing.get(id);
    if (is === 'held') return [];
    const owner: Owner = (id === undefined ? undefined : owners.get(id)) ?? { whose: 'unknown' };
    return [{ kind: 'volume' as const, name, pool, sizeBytes: allocationBytes, ...ended(owner, is) }];
  });

/** Base images without an installation in their name were made before installations had ids. */
async function baseSightings(
  { store, installation }: LookPorts,
  volumes: readonly VolumeInfo[],
): Promise<readonly Sighting[]> {
  const bases = volumes.flatMap((volume) => {
    const read = readBaseImageName(volume.name);
    return read === undefined ? [] : [{ ...volume, ...read }];
  });
  const standing = await store.imageStanding(bases.map(({ sha256 }) => sha256));
  const mine = installationInNames(installation);
  return bases.flatMap((base): readonly Sighting[] => {
    const isMine = base.installation === mine;
    const is = standing.get(base.sha256);
    if (is === 'held' && (isMine || base.installation === undefined)) return [];
    const thing = { kind: 'volume' as const, name: base.name, pool: base.pool, sizeBytes: base.allocationBytes };
    if (isMine) return [{ ...thing, whose: 'this' as const, hasEnded: is === 'ended' }];
    if (base.installation === undefined) return [{ ...thing, whose: 'unknown' as const, hasEnded: false }];
    return [{ ...thing, whose: 'other' as const, installationId: base.installation, hasEnded: false }];
  });
}

/** By the prefix that names of an instance's domains and networks share. */
const ownersOfInstances = (
  domains: readonly DomainInfo[],
  owners: ReadonlyMap<VnfcId, Owner>,
): ReadonlyMap<string, Owner> =>
  new Map(
    domains.flatMap(({ uuid, name }) => {
      const [start] = instancePattern.exec(name) ?? [];
      const owner = owners.get(uuid);
      return start === undefined || owner === undefined ? [] : [[start, owner]];
    }),
  );

const instancePattern = /^berth-([0-9a-f]{8})([0-9a-f]{4})-/;

/** A network carries no owner; domains of its instance do, if there are any. */
async function networkSightings(
  { engine, store }: LookPorts,
  owners: ReadonlyMap<string, Owner>,
): Promise<readonly Sighting[]> {
  const met = (await engine.listNetworks()).flatMap(({ name }) => {
    const [, first, second] = instancePattern.exec(name) ?? [];
    if (first === undefined || second === undefined) return [];
    return [{ hostId: engine.hostId, network: name, instancePrefix: `${first}-${second}` }];
  });
  const standing = await store.networkStanding(met);
  return met.flatMap(({ network }) => {
    const is = standing.get(network);
    if (is === 'held') return [];
    const [start = ''] = instancePattern.exec(network) ?? [];
    const owner: Owner = is === undefined ? (owners.get(start) ?? { whose: 'unknown' }) : { whose: 'this' };
    return [{ kind: 'network' as const, name: network, ...owner, hasEnded: is === 'ended' }];
  });
}
