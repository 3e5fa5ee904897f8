/**
 * Connection points of a new VNFC: which network each joins, its MAC address, its IP addresses.
 */
import type { VduCp, VirtualLink } from '../vnfd/model.js';
import type { VnfcId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { chooseAddress } from './addressing.js';
import { attachmentOf, type Attachment } from './ext-attachment.js';
import { sharedBefore, vipsOf } from './bind-vips.js';
import { highestVlan } from './ext-links.js';
import type { OperationDraft, VnfcDraft } from './draft.js';
import { linkNames } from './link-names.js';
import type {
  AddressRequest,
  ExtCpConfig,
  ExtVirtualLink,
  PlacedVnfc,
  SharedAddress,
  Vnfc,
  VnfcCp,
  VnfInstance,
} from './model.js';
import { macAddress } from './naming.js';

/** What is in use; grows while an operation is bound. */
export interface Addressing {
  /** IP addresses, as `network/address`. */
  readonly taken: Set<string>;
  readonly macs: Set<string>;
  /** Virtual addresses chosen so far, by cpdId. */
  readonly vips: Map<string, SharedAddress>;
}

/** The key under which an address is claimed: two networks may hold the same one. */
const addressKey = (network: string, address: string): string => `${network}/${address}`;

/** The keys under which the addresses that a bound CP has for itself are claimed. */
export const addressKeys = (cp: VnfcCp): readonly string[] => keysOf(cp, cp.addresses);

/** The same of the virtual addresses that it shares. */
const vipKeys = (cp: VnfcCp): readonly string[] =>
  keysOf(
    cp,
    (cp.vips ?? []).flatMap(({ addresses }) => addresses),
  );

/**
 * The keys that each VNFC of an operation claims. The first VNFC that has a virtual address claims it for all, unless one
 * that stands holds it.
 */
export function keysToClaim(
  vnfcs: readonly Vnfc[],
  standing: (key: string) => boolean,
): ReadonlyMap<VnfcId, readonly string[]> {
  const known = new Set<string>();
  return new Map(
    vnfcs.map(({ id, cps }) => {
      const vips = [...new Set(cps.flatMap(vipKeys))].filter((key) => !known.has(key) && !standing(key));
      for (const key of vips) known.add(key);
      return [id, [...cps.flatMap(addressKeys), ...vips]];
    }),
  );
}

const keysOf = (cp: VnfcCp, addresses: readonly string[]): readonly string[] =>
  addresses.map((address) => addressKey(segmentOf(cp), address.split('/')[0] ?? ''));

const segmentOf = ({ network, physicalNetwork, vlan }: VnfcCp): string =>
  segment(network ?? physicalNetwork ?? '', vlan);

/** VLANs of one wire are networks of their own. */
const segment = (network: string, vlan: number | undefined): string =>
  vlan === undefined ? network : `${network}.${String(vlan)}`;

export function bindCps(
  instance: VnfInstance,
  draft: OperationDraft,
  vnfc: VnfcDraft,
  placed: PlacedVnfc,
  addressing: Addressing,
): Outcome<readonly VnfcCp[]> {
  const bound: VnfcCp[] = [];
  for (const [order, cp] of orderedCps(draft.flavour.cps, vnfc.vdu.id).entries()) {
    const attached = attachmentOf(draft.flavour, draft.extVirtualLinks, cp);
    const base = { id: `${vnfc.id}/${cp.id}`, cpdId: cp.id, order };
    const card = placed.pciFunctions.find((each) => each.cpdId === cp.id);
    if (attached === undefined) {
      bound.push({ ...base, mac: card?.ownMac ?? newMac(vnfc, cp, addressing), ...internalCp(instance, draft, cp) });
      continue;
    }
    const external = externalCp(vnfc, cp, attached, card, addressing);
    if (!external.ok) return external;
    const vips = sharedAddresses(draft, vnfc, { ...base, ...external.value }, addressing);
    if (!vips.ok) return vips;
    bound.push({ ...base, ...external.value, ...(vips.value.length === 0 ? {} : { vips: vips.value }) });
  }
  return ok(bound);
}

type Bound = Omit<VnfcCp, 'id' | 'cpdId' | 'order'>;

function newMac(vnfc: VnfcDraft, cp: VduCp, { macs }: Addressing): string {
  const mac = macAddress(vnfc.id, cp.id, macs);
  macs.add(mac);
  return mac;
}

function internalCp(instance: VnfInstance, draft: OperationDraft, cp: VduCp): Omit<Bound, 'mac'> {
  if (cp.virtualLinkId === undefined) return { addresses: [] };
  const link = draft.flavour.virtualLinks.find((each) => each.id === cp.virtualLinkId);
  const mtu = link?.mtu;
  const vlan = cp.vnicType === 'direct' ? vlanOf(link) : undefined;
  return {
    addresses: [],
    virtualLinkDescId: cp.virtualLinkId,
    network: linkNames(instance, cp.virtualLinkId).network,
    ...(mtu === undefined ? {} : { mtu }),
    ...(vlan === undefined ? {} : { vlan }),
  };
}

/** The segment of a link that is a VLAN, or may be one. */
function vlanOf(link: VirtualLink | undefined): number | undefined {
  const id = link?.networkType === 'vxlan' || link?.networkType === 'gre' ? undefined : link?.segmentationId;
  return id !== undefined && id > 0 && id <= highestVlan ? id : undefined;
}

function externalCp(
  vnfc: VnfcDraft,
  cp: VduCp,
  { link, cp: config }: Attachment,
  card: PlacedVnfc['pciFunctions'][number] | undefined,
  addressing: Addressing,
): Outcome<Bound> {
  const entry = config.configs[vnfc.index] ?? config.configs[0];
  const wishes = entry?.addresses ?? [];
  const addresses = chooseAll(
    segment(link.resourceId, entry?.vlan),
    config.configs.length > 1 ? 0 : vnfc.index,
    wishes,
    addressing,
  );
  if (addresses === undefined) return refuse(noAddress(link, config, vnfc));
  // A VNFC beyond the last entry shares the addresses of the first, and not its MAC address.
  const ownsEntry = vnfc.index < config.configs.length;
  const wish = ownsEntry ? wishes.find((each) => each.macAddress !== undefined)?.macAddress : undefined;
  if (card?.ownMac !== undefined && wish !== undefined && wish !== card.ownMac)
    return refuse(macOfCard(config, card, wish));
  return ok({
    mac: card?.ownMac ?? wish ?? newMac(vnfc, cp, addressing),
    addresses,
    extCpId: `${vnfc.id}/${cp.id}/ext`,
    extCpdId: config.cpdId,
    extVirtualLinkId: link.id,
    ...(entry === undefined ? {} : { cpConfigId: entry.cpConfigId }),
    ...(cp.virtualLinkId === undefined ? {} : { virtualLinkDescId: cp.virtualLinkId }),
    ...(card ? { physicalNetwork: link.resourceId } : { network: link.resourceId }),
    ...(entry?.vlan === undefined ? {} : { vlan: entry.vlan }),
  });
}

function sharedAddresses(
  draft: OperationDraft,
  vnfc: VnfcDraft,
  cp: VnfcCp,
  addressing: Addressing,
): Outcome<readonly SharedAddress[]> {
  const shared: SharedAddress[] = [];
  for (const { cpd, link, config } of vipsOf(draft, cp.cpdId)) {
    const before = addressing.vips.get(cpd.id) ?? sharedBefore(draft, cp.cpdId, cpd.id);
    const entry = config.configs[0];
    const addresses = before?.addresses ?? chooseAll(segmentOf(cp), 0, entry?.addresses ?? [], addressing);
    if (addresses === undefined) return refuse(noAddress(link, config, vnfc));
    const vip = before ?? {
      cpdId: cpd.id,
      cpConfigId: entry?.cpConfigId ?? cpd.id,
      extVirtualLinkId: link.id,
      addresses,
    };
    addressing.vips.set(cpd.id, vip);
    shared.push(vip);
  }
  return ok(shared);
}

function chooseAll(
  network: string,
  ordinal: number,
  wishes: readonly AddressRequest[],
  { taken }: Addressing,
): readonly string[] | undefined {
  const prefix = `${network}/`;
  const here = new Set([...taken].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)));
  const chosen: string[] = [];
  for (const wish of wishes.filter((each) => each.fixed.length > 0 || each.range !== undefined)) {
    const address = chooseAddress(wish, ordinal, here);
    if (address === undefined) return undefined;
    here.add(address);
    taken.add(addressKey(network, address));
    chosen.push(`${address}/${String(wish.prefixLength)}`);
  }
  return chosen;
}

const noAddress = (link: ExtVirtualLink, config: ExtCpConfig, vnfc: VnfcDraft): ReturnType<typeof problem> =>
  problem(
    'unprocessable',
    `No free address is left for CPD ${config.cpdId} of ${vnfc.vdu.id} number ${String(vnfc.index)} on network ${link.resourceId}: those of cpConfig are all in use. Give a wider addressRange, more fixedAddresses, or another cpConfig entry.`,
  );

const macOfCard = (
  { cpdId }: ExtCpConfig,
  card: { readonly address: string; readonly ownMac?: string },
  wish: string,
) =>
  problem(
    'unprocessable',
    `CPD ${cpdId} asks for the MAC address ${wish} and gets the physical function ${card.address}, which keeps its own, ${String(card.ownMac)}. Leave macAddress out.`,
  );

/** CPs of a VDU in NIC order: by `order`, ties by name (SOL001 clause 6.8.7). */
export const orderedCps = (cps: readonly VduCp[], vduId: string): readonly VduCp[] =>
  cps
    .filter((cp) => cp.vduId === vduId)
    .sort(
      (a, b) => (a.order ?? Number.MAX_SAFE_INTEGER) - (b.order ?? Number.MAX_SAFE_INTEGER) || (a.id < b.id ? -1 : 1),
    );
