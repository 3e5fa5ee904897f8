/**
 * Connection points of a new VNFC: which network each joins, its MAC address, its IP addresses.
 */
import { vlanName } from '../inventory/vlan-name.js';
import type { VduCp, VirtualLink } from '../vnfd/model.js';
import { defined } from '../shared/defined.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { entryOf, orderedCps, type ChosenAddresses } from './bind-addresses.js';
import { attachmentOf, type Attachment } from './ext-attachment.js';
import { sharedBefore, vipsOf } from './bind-vips.js';
import { highestVlan } from './ext-links.js';
import type { OperationDraft, VnfcDraft } from './draft.js';
import { linkNames } from './link-names.js';
import type { ExtCpConfig, PlacedVnfc, VnfcCp, VnfInstance } from './model.js';
import { macAddress } from './naming.js';

export interface Addressing {
  readonly chosen: ChosenAddresses;
  /** MAC addresses that are in use or asked for; grow while an operation is bound. */
  readonly macs: Set<string>;
}

export function bindCps(
  instance: VnfInstance,
  draft: OperationDraft,
  vnfc: VnfcDraft,
  placed: PlacedVnfc,
  { macs, chosen }: Addressing,
): Outcome<readonly VnfcCp[]> {
  const bound: VnfcCp[] = [];
  for (const [order, cp] of orderedCps(draft.flavour.cps, vnfc.vdu.id).entries()) {
    const attached = attachmentOf(draft.flavour, draft.extVirtualLinks, cp);
    const base = { id: `${vnfc.id}/${cp.id}`, cpdId: cp.id, order };
    const card = placed.pciFunctions.find((each) => each.cpdId === cp.id);
    if (attached === undefined) {
      bound.push({ ...base, mac: card?.ownMac ?? newMac(vnfc, cp, macs), ...internalCp(instance, draft, cp) });
      continue;
    }
    const external = externalCp(vnfc, cp, attached, card, { macs, addresses: chosen.of(vnfc, cp) });
    if (!external.ok) return external;
    const vips = vipsOf(draft, cp.id).flatMap(
      ({ cpd }) => chosen.vips.get(cpd.id) ?? sharedBefore(draft, cpd.id) ?? [],
    );
    bound.push({ ...base, ...external.value, ...(vips.length === 0 ? {} : { vips }) });
  }
  return ok(bound);
}

type Bound = Omit<VnfcCp, 'id' | 'cpdId' | 'order'>;

function newMac(vnfc: VnfcDraft, cp: VduCp, macs: Set<string>): string {
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
    ...defined({ mtu, vlan }),
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
  { macs, addresses }: Pick<Addressing, 'macs'> & { readonly addresses: readonly string[] },
): Outcome<Bound> {
  const entry = entryOf(config, vnfc.index);
  // A VNFC beyond the last entry shares the addresses of the first, and not its MAC address.
  const ownsEntry = vnfc.index < config.configs.length;
  const wish = ownsEntry ? entry?.addresses.find((each) => each.macAddress !== undefined)?.macAddress : undefined;
  if (card?.ownMac !== undefined && wish !== undefined && wish !== card.ownMac)
    return refuse(macOfCard(config, card, wish));
  return ok({
    mac: card?.ownMac ?? wish ?? newMac(vnfc, cp, macs),
    addresses,
    extCpId: `${vnfc.id}/${cp.id}/ext`,
    extCpdId: config.cpdId,
    extVirtualLinkId: link.id,
    ...(entry === undefined ? {} : { cpConfigId: entry.cpConfigId }),
    ...defined({ virtualLinkDescId: cp.virtualLinkId }),
    ...networkOf(link.resourceId, entry?.vlan, card !== undefined),
  });
}

/** A virtio port in a VLAN joins the network that stands for it on the host. */
const networkOf = (resourceId: string, vlan: number | undefined, isFunction: boolean) => ({
  ...(isFunction ? {} : { network: vlanName(resourceId, vlan) }),
  ...(isFunction || vlan !== undefined ? { physicalNetwork: resourceId } : {}),
  ...defined({ vlan }),
});

const macOfCard = (
  { cpdId }: ExtCpConfig,
  card: { readonly address: string; readonly ownMac?: string },
  wish: string,
) =>
  problem(
    'unprocessable',
    `CPD ${cpdId} asks for the MAC address ${wish} and gets the physical function ${card.address}, which keeps its own, ${String(card.ownMac)}. Leave macAddress out.`,
  );
