/**
 * IP addresses of all VNFCs of an operation, chosen together: none takes what is fixed for another. Nothing of it follows
 * from where the VNFCs are placed.
 */
import { vlanName } from '../inventory/vlan-name.js';
import type { VduCp } from '../vnfd/model.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { addressKey, chooseAddresses, type AddressNeed } from './addressing.js';
import { sharedBefore, vipsOf } from './bind-vips.js';
import type { OperationDraft, VnfcDraft } from './draft.js';
import { attachmentOf, type Attachment } from './ext-attachment.js';
import type { AddressRequest, ExtCpConfig, ExtVirtualLink, SharedAddress } from './model.js';

/** With its length of prefix, as it is written into a VNFC. */
export interface ChosenAddresses {
  /** Those that a connection point has for itself. */
  readonly of: (vnfc: VnfcDraft, cp: VduCp) => readonly string[];
  /** By cpdId. */
  readonly vips: ReadonlyMap<string, SharedAddress>;
  /** Fixed addresses that were meant for a VNFC, and that somebody has (`network/address`). */
  readonly held: readonly string[];
}

/** The entry of `cpConfig` that is for a VNFC. */
export const entryOf = ({ configs }: ExtCpConfig, index: number) => configs[index] ?? configs[0];

interface Need extends AddressNeed {
  readonly config: ExtCpConfig;
  readonly link: ExtVirtualLink;
  readonly vnfc: VnfcDraft;
}

interface Wanted {
  /** The CP of a VNFC, or the CPD of a virtual address. */
  readonly name: string;
  readonly needs: readonly Need[];
  readonly vip?: Omit<SharedAddress, 'addresses'>;
}

export function bindAddresses(draft: OperationDraft, taken: ReadonlySet<string>): Outcome<ChosenAddresses> {
  const wanted = wantedOf(draft);
  const needs = wanted.flatMap((one) => one.needs);
  const { addresses, held } = chooseAddresses(needs, taken, namedIn(draft, needs));
  const without = needs[addresses.indexOf(undefined)];
  if (without !== undefined) return refuse(noAddress(without));
  const chosen = new Map<string, readonly string[]>();
  const vips = new Map<string, SharedAddress>();
  let at = 0;
  for (const { name, needs: own, vip } of wanted) {
    const given = own.map(({ wish }, nth) => `${String(addresses[at + nth])}/${String(wish.prefixLength)}`);
    at += own.length;
    if (vip === undefined) chosen.set(name, given);
    else vips.set(vip.cpdId, { ...vip, addresses: given });
  }
  return ok({ of: (vnfc, cp) => chosen.get(nameOf(vnfc, cp)) ?? [], vips, held });
}

const nameOf = (vnfc: VnfcDraft, cp: VduCp): string => `${vnfc.id}/${cp.id}`;

/** In the order in which VNFCs and their connection points come. */
function wantedOf(draft: OperationDraft): readonly Wanted[] {
  const vips = new Set<string>();
  return draft.adds.flatMap((vnfc) =>
    orderedCps(draft.flavour.cps, vnfc.vdu.id).flatMap((cp) => {
      const attached = attachmentOf(draft.flavour, draft.extVirtualLinks, cp);
      if (attached === undefined) return [];
      const fresh = vipsOf(draft, cp.id).filter(({ cpd }) => !vips.has(cpd.id) && !sharedBefore(draft, cpd.id));
      for (const { cpd } of fresh) vips.add(cpd.id);
      return [ownOf(vnfc, cp, attached), ...fresh.map((one) => vipFor(vnfc, networkOf(vnfc, attached), one))];
    }),
  );
}

const networkOf = (vnfc: VnfcDraft, { link, cp }: Attachment): string =>
  vlanName(link.resourceId, entryOf(cp, vnfc.index)?.vlan);

function ownOf(vnfc: VnfcDraft, cp: VduCp, attached: Attachment): Wanted {
  const { link, cp: config } = attached;
  const ordinal = config.configs.length > 1 ? 0 : vnfc.index;
  const common = { network: networkOf(vnfc, attached), ordinal, config, link, vnfc };
  return { name: nameOf(vnfc, cp), needs: needsOf(entryOf(config, vnfc.index)?.addresses, common) };
}

function vipFor(vnfc: VnfcDraft, network: string, { cpd, link, config }: ReturnType<typeof vipsOf>[number]): Wanted {
  const entry = config.configs[0];
  const vip = { cpdId: cpd.id, cpConfigId: entry?.cpConfigId ?? cpd.id, extVirtualLinkId: link.id };
  return { name: cpd.id, vip, needs: needsOf(entry?.addresses, { network, ordinal: 0, config, link, vnfc }) };
}

const needsOf = (wishes: readonly AddressRequest[] = [], common: Omit<Need, 'wish'>): readonly Need[] =>
  wishes.filter((each) => each.fixed.length > 0 || each.range !== undefined).map((wish) => ({ ...common, wish }));

/** Fixed addresses of the whole request, also those of VNFCs that are still to come. */
function namedIn({ extVirtualLinks }: OperationDraft, needs: readonly Need[]): ReadonlySet<string> {
  const of = (network: string, wishes: readonly AddressRequest[]) =>
    wishes.flatMap(({ fixed }) => fixed.map((address) => addressKey(network, address)));
  const asked = extVirtualLinks.flatMap(({ resourceId, extCps }) =>
    extCps.flatMap(({ configs }) => configs.flatMap((one) => of(vlanName(resourceId, one.vlan), one.addresses))),
  );
  return new Set([...asked, ...needs.flatMap(({ network, wish }) => of(network, [wish]))]);
}

const noAddress = ({ link, config, vnfc }: Need): ReturnType<typeof problem> =>
  problem(
    'unprocessable',
    `No free address is left for CPD ${config.cpdId} of ${vnfc.vdu.id} number ${String(vnfc.index)} on network ${link.resourceId}: those of cpConfig are all in use. Give a wider addressRange, more fixedAddresses, or another cpConfig entry.`,
  );

/** CPs of a VDU in NIC order: by `order`, ties by name (SOL001 clause 6.8.7). */
export const orderedCps = (cps: readonly VduCp[], vduId: string): readonly VduCp[] =>
  cps
    .filter((cp) => cp.vduId === vduId)
    .sort(
      (a, b) => (a.order ?? Number.MAX_SAFE_INTEGER) - (b.order ?? Number.MAX_SAFE_INTEGER) || (a.id < b.id ? -1 : 1),
    );
