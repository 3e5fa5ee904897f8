/**
 * External virtual links of a request (SOL003 clause 4.4.1.11): checked against the flavour's external CPs, and read
 * into address wishes.
 */
import type { Flavour } from '../descriptor/vnfd.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import { hostRange, parseIp } from './addressing.js';
import type { AddressRequest, ExtCpConfig, ExtVirtualLink } from './model.js';
import type { CpProtocolData, ExtVirtualLinkData, IpAddressData, VnfExtCpData } from './requests.js';

/** Every external CP connected exactly once, every id known, every address readable. */
export function readExtVirtualLinks(
  flavour: Flavour,
  links: readonly ExtVirtualLinkData[],
): Outcome<readonly ExtVirtualLink[]> {
  const complaint =
    unknownCp(flavour, links) ?? connectedTwice(links) ?? unconnected(flavour, links) ?? badAddress(links);
  if (complaint !== undefined) return refuse(problem('unknown-reference', complaint));
  return ok(links.map((link) => ({ id: link.id, resourceId: link.resourceId, extCps: link.extCps.map(readCp) })));
}

const cpdIds = (links: readonly ExtVirtualLinkData[]): readonly string[] =>
  links.flatMap((link) => link.extCps.map((cp) => cp.cpdId));

function unknownCp(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  const known = flavour.extCps.map((cp) => cp.id);
  const stranger = cpdIds(links).find((id) => !known.includes(id));
  if (stranger === undefined) return undefined;
  return `extVirtualLinks names CPD ${stranger}; flavour ${flavour.id} has the external CPDs ${known.join(', ') || '(none)'}.`;
}

function connectedTwice(links: readonly ExtVirtualLinkData[]): string | undefined {
  const ids = cpdIds(links);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  return twice === undefined ? undefined : `CPD ${twice} is connected twice in extVirtualLinks; connect it once.`;
}

function unconnected(flavour: Flavour, links: readonly ExtVirtualLinkData[]): string | undefined {
  const given = cpdIds(links);
  const open = flavour.extCps.filter((cp) => cp.vduCpId !== undefined && !given.includes(cp.id)).map((cp) => cp.id);
  if (open.length === 0) return undefined;
  return `Flavour ${flavour.id} needs its external CPDs ${open.join(', ')} connected; add them to extVirtualLinks with the network as resourceId.`;
}

const ipData = (cp: VnfExtCpData): readonly IpAddressData[] =>
  Object.values(cp.cpConfig ?? {}).flatMap((config) =>
    (config.cpProtocolData ?? []).flatMap((data) => data.ipOverEthernet?.ipAddresses ?? []),
  );

function badAddress(links: readonly ExtVirtualLinkData[]): string | undefined {
  for (const cp of links.flatMap((link) => link.extCps)) {
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
  if (data.numDynamicAddresses !== undefined && data.subnetId === undefined) {
    return 'numDynamicAddresses needs subnetId in CIDR notation, from which Berth takes the addresses.';
  }
  return undefined;
}

function readCp(cp: VnfExtCpData): ExtCpConfig {
  const configs = Object.entries(cp.cpConfig ?? {}).map(([cpConfigId, config]) => ({
    cpConfigId,
    addresses: (config.cpProtocolData ?? []).flatMap(readAddresses),
  }));
  return { cpdId: cp.cpdId, configs };
}

function readAddresses(data: CpProtocolData): readonly AddressRequest[] {
  const ethernet = data.ipOverEthernet;
  const mac = ethernet?.macAddress === undefined ? {} : { macAddress: ethernet.macAddress.toLowerCase() };
  return (ethernet?.ipAddresses ?? []).map((address) => ({ ...readAddress(address), ...mac }));
}

function readAddress(data: IpAddressData): AddressRequest {
  const prefixLength = Number(data.subnetId?.split('/')[1] ?? (data.type === 'IPV4' ? 24 : 64));
  const wish = { type: data.type, fixed: data.fixedAddresses ?? [], prefixLength };
  if (data.addressRange !== undefined) {
    return { ...wish, range: { min: data.addressRange.minAddress, max: data.addressRange.maxAddress } };
  }
  const range = data.fixedAddresses === undefined && data.subnetId !== undefined ? hostRange(data.subnetId) : undefined;
  return range === undefined ? wish : { ...wish, range };
}
