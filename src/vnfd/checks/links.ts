/**
 * Virtual links have somebody in them, and L3 data of one subnet (SOL001 clause 6.8.8).
 */
import type { Finding, Place } from '../../shared/finding.js';
import { isWithin, parseIp } from '../../shared/ip-address.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { targetsOf, type NodeTemplate } from '../../tosca/node-templates.js';
import { protocolData } from '../read-virtual-link.js';
import { child, itemsOf, textOf, type YamlNode } from '../../tosca/tree.js';
import type { Flavour } from '../model.js';
import { withRole } from '../roles.js';

export function checkLinks(source: FlavourSource, { vdus }: Flavour): readonly Finding[] {
  const used = new Set(
    source.nodes.flatMap((node) =>
      ['virtual_link', 'internal_virtual_link', 'external_virtual_link'].flatMap((name) => targetsOf(node, name)),
    ),
  );
  return withRole(source.nodes, 'virtual-link').flatMap((node) => [
    // Without any VDU the flavour has a finding of its own.
    ...(vdus.length === 0 || used.has(node.id)
      ? []
      : [found('VNFD-LINK-UNUSED', node.at, `No connection point is linked to \`${node.id}\`.`)]),
    ...protocolData(child(node.properties, 'vl_profile', 'virtual_link_protocol_data')).flatMap((data) =>
      checkSubnet(node, child(data, 'l3_protocol_data')),
    ),
  ]);
}

function checkSubnet({ id }: NodeTemplate, l3: YamlNode | undefined): readonly Finding[] {
  const cidr = textOf(child(l3, 'cidr'));
  const at = child(l3, 'cidr')?.at;
  if (cidr === undefined || at === undefined) return [];
  const said = (message: string, place: Place = at): Finding =>
    found('VNFD-LINK-ADDRESSES', place, `${message} of \`${id}\`.`);
  const network = cidr.split('/')[0] ?? '';
  if (!isWithin(network, cidr)) return [said(`\`${cidr}\` is no subnet, the \`cidr\``)];
  const version = textOf(child(l3, 'ip_version'));
  const actual = `ipv${parseIp(network)?.version ?? ''}`;
  return [
    ...(version === undefined || version === actual
      ? []
      : [said(`\`${cidr}\` is ${actual}, not \`${version}\`, the \`ip_version\``)]),
    ...addressesOf(l3).flatMap((address) => {
      const text = textOf(address) ?? '';
      return isWithin(text, cidr) ? [] : [said(`\`${text}\` is no address in \`${cidr}\``, address.at)];
    }),
  ];
}

const addressesOf = (l3: YamlNode | undefined): readonly YamlNode[] =>
  [
    child(l3, 'gateway_ip'),
    ...itemsOf(child(l3, 'ip_allocation_pools')).flatMap((pool) => [
      child(pool, 'start_ip_address'),
      child(pool, 'end_ip_address'),
    ]),
  ].flatMap((address) => (textOf(address) === undefined ? [] : (address ?? [])));
