/**
 * What Berth will not run: said at onboarding, not when an instance fails.
 */
import { cpdsOfLink } from '../ext-cps.js';
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import type { NodeTemplate } from '../../tosca/node-templates.js';
import { cellPolicies, cellPolicyText, interfaceTypes, readInterfaceRequirements, vnicTypes } from '../read-cp.js';
import { child, itemsOf, textOf } from '../../tosca/tree.js';
import type { Flavour, VduCp } from '../model.js';
import { withRole } from '../roles.js';

export const checkUnsupported = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...source.nodes.flatMap((node) => checkNodeType(node, flavour)),
  ...withRole(source.nodes, 'cp').flatMap((node) => [
    ...checkVnicType(node),
    ...checkInterfaceType(node),
    ...checkCellPolicy(node),
  ]),
  ...flavour.cps.flatMap((cp) => checkInternalVnic(cp, flavour, source)),
  ...[...withRole(source.nodes, 'cp'), ...withRole(source.nodes, 'virtual-link')].flatMap(checkLayers),
  ...flavour.storages.flatMap((storage) => {
    if (storage.kind === 'block') return [];
    const at = source.byId.get(storage.id)?.at ?? source.at;
    return [found('VNFD-STORAGE-UNSUPPORTED', at, `\`${storage.id}\` is ${storage.kind} storage.`)];
  }),
];

/** A virtual address is carried out where it is an external connection point. */
function checkNodeType({ id, type, at, builtIn }: NodeTemplate, { extCps }: Flavour): readonly Finding[] {
  if (builtIn.role === 'vip-cp' && extCps.some((cp) => cp.id === id)) return [];
  const message = `\`${id}\` has the type ${type}: ${builtIn.reason ?? 'Berth does not run it'}.`;
  if (builtIn.role === 'refused') return [found('VNFD-NODE-UNSUPPORTED', at, message)];
  return builtIn.reason !== undefined ? [found('VNFD-NODE-IGNORED', at, message)] : [];
}

const carried = new Set(['ethernet', 'ipv4', 'ipv6', 'mpls']);

/** Networks carry Ethernet frames, and in them whatever the guests agree on. */
function checkLayers(node: NodeTemplate): readonly Finding[] {
  const protocols =
    child(node.properties, 'connectivity_type', 'layer_protocols') ?? child(node.properties, 'layer_protocols');
  return itemsOf(protocols)
    .filter((item) => !carried.has(textOf(item) ?? ''))
    .map((item) => {
      const message = `\`${node.id}\` carries \`${textOf(item) ?? ''}\`; networks of Berth carry Ethernet frames.`;
      return found('VNFD-LAYER-UNSUPPORTED', item.at, message);
    });
}

function checkVnicType(node: NodeTemplate): readonly Finding[] {
  const value = child(node.properties, 'vnic_type');
  const type = textOf(value);
  if (type === undefined || Object.hasOwn(vnicTypes, type)) return [];
  const message = `\`${node.id}\` asks for a vNIC of type \`${type}\`.`;
  return [found('VNFD-VNIC-UNSUPPORTED', value?.at ?? node.at, message)];
}

/** Internal links are bridges of their own; these kinds of vNIC reach what the host has already. */
function checkInternalVnic(cp: VduCp, flavour: Flavour, source: FlavourSource): readonly Finding[] {
  if (cp.vnicType !== 'macvtap' && cp.vnicType !== 'virtio-forwarder') return [];
  if (cp.virtualLinkId === undefined || cpdsOfLink(flavour, cp.virtualLinkId).length > 0) return [];
  const message = `\`${cp.id}\` is ${cp.vnicType} on the internal link \`${cp.virtualLinkId}\`, which is a bridge; use normal.`;
  return [found('VNFD-VNIC-UNSUPPORTED', source.byId.get(cp.id)?.at ?? source.at, message)];
}

function checkInterfaceType(node: NodeTemplate): readonly Finding[] {
  const type = readInterfaceRequirements(node)['interfaceType'];
  if (type === undefined || Object.hasOwn(interfaceTypes, type.toLowerCase())) return [];
  const at = child(node.properties, 'virtual_network_interface_requirements')?.at ?? node.at;
  return [found('VNFD-INTERFACE-UNSUPPORTED', at, `\`${node.id}\` asks for the interface type \`${type}\`.`)];
}

function checkCellPolicy(node: NodeTemplate): readonly Finding[] {
  const value = cellPolicyText(readInterfaceRequirements(node));
  if (value === undefined || Object.hasOwn(cellPolicies, value.toLowerCase())) return [];
  const at = child(node.properties, 'virtual_network_interface_requirements')?.at ?? node.at;
  const message = `pciDeviceLocalToNumaNode of \`${node.id}\` is \`${value}\`; known are required, preferred, notRequired.`;
  return [found('VNFD-REQUIREMENT-VALUE', at, message)];
}
