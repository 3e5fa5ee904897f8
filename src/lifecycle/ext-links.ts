/**
 * External virtual links of a request (SOL003 clause 4.4.1.11): checked against the flavour's external CPs, and read
 * into address wishes.
 */
import { defined } from '../shared/defined.js';
import { perhaps } from '../shared/suggest.js';
import { cpdsOfLink, cpOfCpd } from '../vnfd/ext-cps.js';
import type { Flavour, VnicType } from '../vnfd/model.js';
import { canonicalIp, isWithin, parseIp } from '../shared/ip-address.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { hostRange } from './addressing.js';
import { strayVip } from './bind-vips.js';
import type { AddressRequest, ExtCpConfig, ExtVirtualLink, VimConnections } from './model.js';
import { strayConnection } from './vim-connections.js';
import type { CpProtocolData, ExtVirtualLinkData, IpAddressData, VnfExtCpData } from './requests.js';

/** Every external CP connected exactly once, every id known, every address readable. */
export function readExtVirtualLinks(
  flavour: Flavour,
  links: readonly ExtVirtualLinkData[],
  connections: VimConnections = {},
): Outcome<readonly ExtVirtualLink[]> {
  const complaint = unconnected(flavour, links) ?? complaintOf(flavour, links, connections) ?? strayVip(flavour, links);
  if (complaint !== undefined) return refuse(problem('unknown-reference', complaint));
  return ok(links.map(readLink));
}

/** Part of the external CPs: the others stay as they are. */
export function readChangedLinks(
  flavour: Flavour,
  links: readonly ExtVirtualLinkData[],
  connections: VimConnections,
): Outcome<readonly ExtVirtualLink[]> {
  const complaint = complaintOf(flavour, links, connections);
  if (complaint !== undefined) return refuse(problem('unknown-reference', complaint));
  return ok(links.map(readLink));
}

function complaintOf(
  flavour: Flavour,
  links: readonly ExtVirtualLinkData[],
  connections: VimConnections,
): string | undefined {
  return (
    unknownCp(flavour, links) ??
    connectedTwice(links) ??
    sharedLink(flavour, links) ??
    strayConnection(links, connections) ??
    badAddress(links) ??
    badVlan(flavour, links) ??
    badMac(links) ??
    macTwice(links)
  );
}

const cpsOf = (links: readonly ExtVirtualLinkData[]): readonly VnfExtCpData[] => links.flatMap((link) => link.extCps);

const cpdIds = (links: readonly ExtVirtualLinkData[]): readonly string[] => cpsOf(links).map(({ cpdId }) => cpdId);

function unknownCp(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  const known = flavour.extCps.map((cp) => cp.id);
  const stranger = cpdIds(links).find((id) => !known.includes(id));
  if (stranger === undefined) return undefined;
  return `extVirtualLinks names CPD ${stranger}${perhaps(stranger, known)}; flavour ${flavour.id} has the external CPDs ${known.join(', ') || '(none)'}.`;
}

function connectedTwice(links: readonly ExtVirtualLinkData[]): string | undefined {
  const ids = cpdIds(links);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  return twice === undefined ? undefined : `CPD ${twice} is connected twice in extVirtualLinks; connect it once.`;
}

/** An internal link is one network, so it joins one outside. */
function sharedLink(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  const given = cpdIds(links);
  for (const { id } of flavour.virtualLinks) {
    const both = cpdsOfLink(flavour, id).filter((cpdId) => given.includes(cpdId));
    if (both.length > 1)
      return `CPDs ${both.join(', ')} all lead to the internal link ${id}, which Berth joins to one network; connect one of them.`;
  }
  return undefined;
}

function unconnected(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  const given = cpdIds(links);
  const open = flavour.extCps
    .filter((cp) => (cp.vduCpId ?? cp.vipTargets) !== undefined && !given.includes(cp.id))
    .map((cp) => cp.id);
  if (open.length === 0) return undefined;
  return `Flavour ${flavour.id} needs its external CPDs ${open.join(', ')} connected; add them to extVirtualLinks with the network as resourceId.`;
}

const ipData = (cp: VnfExtCpData): readonly IpAddressData[] =>
  Object.values(cp.cpConfig ?? {}).flatMap((config) =>
    (config.cpProtocolData ?? []).flatMap((data) => data.ipOverEthernet?.ipAddresses ?? []),
  );

function badAddress(links: readonly ExtVirtualLinkData[]): string | undefined {
  for (const cp of cpsOf(links)) {
    for (const data of ipData(cp)) {
      const bad = unreadable(data);
      if (bad !== undefined) return `CPD ${cp.cpdId}: ${bad}`;
    }
  }
  return undefined;
}

function unreadable(data: IpAddressData): string | undefined {
  const version = data.type === 'IPV4' ? 4 : 6;
  const range = data.addressRange;
  const texts = [...(data.fixedAddresses ?? []), ...(range === undefined ? [] : [range.minAddress, range.maxAddress])];
  const bad = texts.find((text) => parseIp(text)?.version !== version);
  if (bad !== undefined) return `"${bad}" is not an ${data.type} address.`;
  if (data.subnetId !== undefined && hostRange(data.subnetId) === undefined) {
    return `subnetId "${data.subnetId}" is not in CIDR notation such as 10.1.0.0/24.`;
  }
  const stranger = data.subnetId === undefined ? undefined : texts.find((text) => !isWithin(text, data.subnetId ?? ''));
  if (stranger !== undefined) return `"${stranger}" is not in its subnetId ${String(data.subnetId)}.`;
  if (data.numDynamicAddresses !== undefined && data.subnetId === undefined) {
    return 'numDynamicAddresses needs subnetId in CIDR notation, from which Berth takes the addresses.';
  }
  return undefined;
}

const segmentOf = ({ ipOverEthernet }: CpProtocolData): string | undefined => ipOverEthernet?.segmentationId;

/** The card of a virtual function tags frames, or a VLAN device of the host; a whole card is the guest's, a switch not Berth's. */
function badVlan(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  for (const { cpdId, cpConfig } of cpsOf(links)) {
    const ids = Object.values(cpConfig ?? {}).flatMap((config) => (config.cpProtocolData ?? []).flatMap(segmentOf));
    const id = ids.find((text) => text !== undefined);
    if (id === undefined) continue;
    if (!isVlan(id)) return `CPD ${cpdId}: segmentationId "${id}" is not a VLAN ID from 1 to 4094.`;
    const cp = cpOfCpd(flavour, cpdId);
    if (cp !== undefined && tagged.includes(cp.vnicType)) continue;
    return `CPD ${cpdId}: segmentationId is for connection points that are ${tagged.join(', ')}; ${cp?.id ?? cpdId} is ${cp?.vnicType ?? 'none'}. Leave it out, and name a network of that VLAN as resourceId.`;
  }
  return undefined;
}

const tagged: readonly VnicType[] = ['direct', 'virtio', 'macvtap'];

export const highestVlan = 4094;

const isVlan = (text: string): boolean => /^[1-9]\d{0,3}$/.test(text) && Number(text) <= highestVlan;

interface MacWish {
  readonly place: string;
  readonly mac: string;
}

/** Every MAC address asked for; `place` is the cpConfig entry, whose protocol data may well repeat it. */
const macWishes = (links: readonly ExtVirtualLinkData[]): readonly MacWish[] =>
  cpsOf(links).flatMap(({ cpdId, cpConfig }) =>
    Object.entries(cpConfig ?? {}).flatMap(([id, { cpProtocolData = [] }]) =>
      cpProtocolData.flatMap(({ ipOverEthernet }) =>
        ipOverEthernet?.macAddress === undefined
          ? []
          : [{ place: `${cpdId}/${id}`, mac: ipOverEthernet.macAddress.toLowerCase() }],
      ),
    ),
  );

/** The lowest bit of the first byte says multicast; an interface cannot have such an address, nor the zero one. */
function badMac(links: readonly ExtVirtualLinkData[]): string | undefined {
  const bad = macWishes(links).find(({ mac }) => parseInt(mac.slice(0, 2), 16) % 2 === 1 || /^[0:]+$/.test(mac));
  return bad && `cpConfig ${bad.place}: ${bad.mac} is not a unicast MAC address; leave it out or choose another.`;
}

function macTwice(links: readonly ExtVirtualLinkData[]): string | undefined {
  const placeOf = new Map<string, string>();
  for (const { place, mac } of macWishes(links)) {
    const other = placeOf.get(mac) ?? place;
    if (other !== place) return `MAC address ${mac} is asked for by cpConfig ${other} and ${place}; give each its own.`;
    placeOf.set(mac, place);
  }
  return undefined;
}

const readLink = ({ id, resourceId, vimConnectionId, resourceProviderId, extCps }: ExtVirtualLinkData) => ({
  id,
  resourceId,
  ...defined({ vimConnectionId, resourceProviderId }),
  extCps: extCps.map(readCp),
});

function readCp(cp: VnfExtCpData): ExtCpConfig {
  const configs = Object.entries(cp.cpConfig ?? {}).map(([cpConfigId, { cpProtocolData = [] }]) => {
    const vlan = cpProtocolData.map(segmentOf).find((id) => id !== undefined);
    return {
      cpConfigId,
      addresses: cpProtocolData.flatMap(readAddresses),
      ...(vlan === undefined ? {} : { vlan: Number(vlan) }),
    };
  });
  return { cpdId: cp.cpdId, configs };
}

function readAddresses(data: CpProtocolData): readonly AddressRequest[] {
  const ethernet = data.ipOverEthernet;
  const mac = ethernet?.macAddress === undefined ? undefined : { macAddress: ethernet.macAddress.toLowerCase() };
  const wishes = (ethernet?.ipAddresses ?? []).flatMap((address) =>
    new Array<AddressRequest>(address.numDynamicAddresses ?? 1).fill({ ...readAddress(address), ...mac }),
  );
  return wishes.length === 0 && mac !== undefined ? [{ ...noIp, ...mac }] : wishes;
}

/** A wish for a MAC address alone. */
const noIp = { type: 'IPV4', fixed: [], prefixLength: 24 } as const;

function readAddress(data: IpAddressData): AddressRequest {
  const prefixLength = Number(data.subnetId?.split('/')[1] ?? (data.type === 'IPV4' ? 24 : 64));
  const wish = { type: data.type, fixed: (data.fixedAddresses ?? []).map(canonicalIp), prefixLength };
  if (data.addressRange !== undefined) {
    return { ...wish, range: { min: data.addressRange.minAddress, max: data.addressRange.maxAddress } };
  }
  const range = data.fixedAddresses === undefined && data.subnetId !== undefined ? hostRange(data.subnetId) : undefined;
  return range === undefined ? wish : { ...wish, range };
}
