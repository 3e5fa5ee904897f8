/**
 * VduCp (SOL001 clause 6.8.7): one network card of a VDU. `vnic_type` says how it reaches the network, `interfaceType`
 * of the interface requirements which card the guest sees.
 */
import type { FlavourSource } from './flavour-source.js';
import { targetOf, type NodeTemplate } from '../tosca/node-templates.js';
import { unwrap } from './requirements.js';
import { boolOf, child, intOf, itemsOf, textMapOf, textOf, textsOf, type YamlNode } from '../tosca/tree.js';
import type { CellPolicy, Vdu, VduCp, VnicType } from './model.js';
import { withRole } from './roles.js';
import { defined } from '../shared/defined.js';

/** Kinds that Berth gives; `normal` and `virtio` are the paravirtualised card on a bridge. */
export const vnicTypes: Readonly<Record<string, VnicType>> = {
  normal: 'virtio',
  virtio: 'virtio',
  macvtap: 'macvtap',
  direct: 'direct',
  'direct-physical': 'direct-physical',
  'virtio-forwarder': 'virtio-forwarder',
};

/** Values of `interfaceType` (HPA registry): a card model, or another kind of vNIC. */
export const interfaceTypes: Readonly<Record<string, { readonly model?: VduCp['model']; readonly vnic?: VnicType }>> = {
  virtio: { model: 'virtio' },
  e1000: { model: 'e1000e' },
  e1000e: { model: 'e1000e' },
  rtl8139: { model: 'rtl8139' },
  'sr-iov': { vnic: 'direct' },
  'pci-passthrough': { vnic: 'direct-physical' },
};

/** Values of `pciDeviceLocalToNumaNode` (HPA registry: required, notRequired) and of Nova's affinity policy. */
export const cellPolicies: Readonly<Record<string, CellPolicy>> = {
  required: 'required',
  preferred: 'preferred',
  legacy: 'preferred',
  notrequired: 'none',
  none: 'none',
};

/** Its place beside the guest, as an interface's requirements say it. */
export const cellPolicyText = (wishes: Readonly<Record<string, string>>): string | undefined =>
  wishes['pciDeviceLocalToNumaNode'] ?? wishes['cellPolicy'];

/** `vdus` are those of the same flavour: a VDU that runs unmodified guests gets emulated cards. */
export const readCps = (source: FlavourSource, vdus: readonly Vdu[]): readonly VduCp[] =>
  withRole(source.nodes, 'cp').map((node) => {
    const vduId = targetOf(node, 'virtual_binding') ?? '';
    return readCp(node, vduId, vdus.find(({ id }) => id === vduId)?.virtualisation === 'full');
  });

function readCp(node: NodeTemplate, vduId: string, full: boolean): VduCp {
  const { properties } = node;
  const interfaceRequirements = readInterfaceRequirements(node);
  const asked = interfaceTypes[(interfaceRequirements['interfaceType'] ?? '').toLowerCase()] ?? {};
  const virtualLinkId = targetOf(node, 'virtual_link');
  const order = intOf(child(properties, 'order'));
  const bitrateBps = intOf(child(properties, 'bitrate_requirement'));
  return {
    id: node.id,
    vduId,
    vnicType: asked.vnic ?? vnicTypes[textOf(child(properties, 'vnic_type')) ?? 'normal'] ?? 'virtio',
    model: asked.model ?? (full ? 'e1000e' : 'virtio'),
    layerProtocols: textsOf(child(properties, 'layer_protocols')),
    ipAssignment: itemsOf(child(properties, 'protocol')).some(assignsAddress),
    trunk: boolOf(child(properties, 'trunk_mode')) ?? false,
    interfaceRequirements,
    ...defined({ cellPolicy: cellPolicies[cellPolicyText(interfaceRequirements)?.toLowerCase() ?? ''] }),
    ...defined({ virtualLinkId, order, bitrateBps }),
  };
}

/** All requirements of the card as one map, I/O requirements included; the last of equal keys wins. */
export function readInterfaceRequirements(node: NodeTemplate): Readonly<Record<string, string>> {
  const items = itemsOf(child(node.properties, 'virtual_network_interface_requirements'));
  const pairs = items.flatMap((item) => [
    ...Object.entries(textMapOf(child(item, 'network_interface_requirements'))),
    ...Object.entries(textMapOf(child(item, 'nic_io_requirements', 'logical_node_requirements'))),
  ]);
  return Object.fromEntries(pairs.map(([key, value]) => [key, unwrap(value)]));
}

const assignsAddress = (protocol: YamlNode): boolean =>
  itemsOf(child(protocol, 'address_data')).some(
    (address) => boolOf(child(address, 'l3_address_data', 'ip_address_assignment')) === true,
  );
