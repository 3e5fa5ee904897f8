/**
 * From a placed draft to VNFCs in which every name, address and volume is fixed.
 */
import { storagesOf } from '../vnfd/storages-of.js';
import type { SwImage } from '../vnfd/model.js';
import { defined } from '../shared/defined.js';
import { allocationId, type HostId, type VnfcId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { MiB } from '../shared/units.js';
import type { ChosenAddresses } from './bind-addresses.js';
import { bindCps, type Addressing } from './bind-cps.js';
import type { BindContext, OperationDraft, PlanContext, VnfcDraft } from './draft.js';
import { linkNames } from './link-names.js';
import type { InternalLink } from './internal-link.js';
import type { GuestContract, PlacedVnfc, Vnfc, VnfcVolume } from './model.js';
import { baseImageName, domainName, freeName, hostName, volumeName } from './naming.js';

/** Placement's answer for one VNFC, as far as lifecycle needs it. */
export interface Berth {
  readonly hostId: HostId;
  readonly pool: string;
  readonly placed: PlacedVnfc;
}

/** What the VNFCs of an operation find when they come. */
export interface Arrival {
  readonly berths: ReadonlyMap<VnfcId, Berth>;
  readonly chosen: ChosenAddresses;
  /** MAC addresses that are in use. */
  readonly macs: Iterable<string>;
}

/** The VNFCs to add, complete. Refuses a MAC address that two of their connection points would have. */
export function bindVnfcs(
  context: BindContext,
  draft: OperationDraft,
  { berths, chosen, macs }: Arrival,
): Outcome<readonly Vnfc[]> {
  const bound: Vnfc[] = [];
  const addressing: Addressing = { chosen, macs: new Set([...macs, ...wishedMacs(draft)]) };
  for (const vnfc of draft.adds) {
    const berth = berths.get(vnfc.id);
    if (berth === undefined) throw new Error(`placement answered without VNFC ${vnfc.id}`);
    const cps = bindCps(context.instance, draft, vnfc, berth.placed, addressing);
    if (!cps.ok) return cps;
    const { hostId, pool, placed } = berth;
    bound.push({
      ...identity(context, vnfc),
      ...contents(context, draft, vnfc),
      hostId,
      allocations: { place: allocationId(context.ids.uuid()), addresses: allocationId(context.ids.uuid()) },
      pool,
      cps: cps.value,
      placement: placed,
    });
  }
  const twice = macTwice(bound);
  return twice === undefined ? ok(bound) : refuse(problem('unprocessable', twice));
}

/** One that is asked for, whoever gets it. */
const wishedMacs = ({ extVirtualLinks }: OperationDraft): readonly string[] =>
  extVirtualLinks.flatMap(({ extCps }) =>
    extCps.flatMap(({ configs }) =>
      configs.flatMap((config) => config.addresses.flatMap((one) => one.macAddress ?? [])),
    ),
  );

/** A physical function has the address that was asked for elsewhere, or that of another one. */
function macTwice(vnfcs: readonly Vnfc[]): string | undefined {
  const known = new Map<string, string>();
  for (const { cpdId, mac } of vnfcs.flatMap(({ cps }) => cps)) {
    const other = known.get(mac);
    if (other !== undefined)
      return `MAC address ${mac} would be that of CP ${cpdId} and of CP ${other}: a physical function keeps its own; ask for another macAddress.`;
    known.set(mac, cpdId);
  }
  return undefined;
}

function identity(
  { instance }: PlanContext,
  { id, vdu, index }: VnfcDraft,
): Pick<Vnfc, 'id' | 'vduId' | 'index' | 'domainName' | 'hostname' | 'state'> {
  return {
    id,
    vduId: vdu.id,
    index,
    domainName: domainName(instance.id, vdu.id, index),
    hostname: hostName(instance.vnfInstanceName, instance.id, vdu.id, index),
    state: 'STARTED',
  };
}

function contents(
  context: BindContext,
  draft: OperationDraft,
  vnfc: VnfcDraft,
): Pick<Vnfc, 'volumes' | 'serialLog' | 'guest'> {
  return {
    volumes: volumesOf(context, draft, vnfc),
    serialLog: volumeName(vnfc.id, 'serial', 'log'),
    guest: guestContract(vnfc.vdu.metadata),
  };
}

/** Root disk first, then the VDU's storages in order, then day-0. A storage keeps its id; Berth's own two give way. */
function volumesOf(context: BindContext, draft: OperationDraft, vnfc: VnfcDraft): readonly VnfcVolume[] {
  const { vdu } = vnfc;
  const storages = storagesOf(draft.flavour, vdu);
  const rootId = freeName('root', vdu.storageIds);
  const root =
    vdu.image === undefined ? [] : [imageVolume(context, vnfc.id, rootId, vdu.image, vdu.localStorageBytes?.[0] ?? 0)];
  const blocks = storages.map((storage) =>
    storage.image === undefined
      ? blankVolume(vnfc.id, storage.id, storage.sizeBytes)
      : { ...imageVolume(context, vnfc.id, storage.id, storage.image, storage.sizeBytes), storageDescId: storage.id },
  );
  return [...root, ...blocks, day0Volume(vnfc.id, freeName('day0', vdu.storageIds))];
}

function imageVolume(
  { images, installation }: BindContext,
  id: VnfcId,
  volume: string,
  image: SwImage,
  atLeastBytes: number,
): VnfcVolume {
  const file = images.find((each) => each.id === image.id);
  if (file === undefined) throw new Error(`the package holds no file for software image ${image.id}`);
  return {
    id: volume,
    name: volumeName(id, volume, 'qcow2'),
    format: 'qcow2',
    capacityBytes: Math.max(file.virtualSizeBytes, image.minDiskBytes, atLeastBytes),
    imageSha256: file.sha256,
    imageBytes: file.sizeBytes,
    baseFormat: image.diskFormat,
    baseName: baseImageName(installation, file.sha256, image.diskFormat),
  };
}

const blankVolume = (id: VnfcId, storage: string, capacityBytes: number): VnfcVolume => ({
  id: storage,
  name: volumeName(id, storage, 'qcow2'),
  format: 'qcow2',
  capacityBytes,
  storageDescId: storage,
});

const day0Volume = (id: VnfcId, volume: string): VnfcVolume => ({
  id: volume,
  name: volumeName(id, volume, 'iso'),
  format: 'raw',
  capacityBytes: MiB,
});

/** docs/vnf-guest-contract.md: keys of the VDU's node metadata. */
function guestContract(metadata: Readonly<Record<string, string>>): GuestContract {
  const words = (text: string | undefined): readonly string[] | undefined => text?.split(/\s+/).filter(Boolean);
  const status = words(metadata['berth.vnf-status']);
  const configure = words(metadata['berth.vnf-configure']);
  return {
    agent: metadata['berth.guest-agent'] === 'qemu',
    ...defined({ statusCommand: status, configureCommand: configure }),
  };
}

/** Internal links that the new VNFCs need on their hosts and that are not there yet. */
export function linksToAdd(
  context: PlanContext,
  draft: OperationDraft,
  vnfcs: readonly Vnfc[],
  present: readonly InternalLink[],
): readonly InternalLink[] {
  const wanted = new Map<string, InternalLink>();
  for (const vnfc of vnfcs) {
    for (const cp of vnfc.cps) {
      if (cp.virtualLinkDescId === undefined || cp.extVirtualLinkId !== undefined) continue;
      const link = internalLink(context, draft, cp.virtualLinkDescId, vnfc.hostId);
      wanted.set(link.id, link);
    }
  }
  return [...wanted.values()].filter((link) => !present.some((each) => each.id === link.id));
}

function internalLink({ instance }: PlanContext, draft: OperationDraft, vl: string, hostId: HostId): InternalLink {
  const descriptor = draft.flavour.virtualLinks.find((each) => each.id === vl);
  return {
    id: `${vl}@${hostId}`,
    virtualLinkDescId: vl,
    hostId,
    ...linkNames(instance, vl),
    ...(descriptor?.mtu === undefined ? {} : { mtu: descriptor.mtu }),
  };
}
