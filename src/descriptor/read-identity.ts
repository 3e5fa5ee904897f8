/**
 * What identifies a VNFD: properties of its VNF node (SOL001 clause 6.8.1).
 */
import { vnfdId } from '../shared/ids.js';
import type { NodeTemplate } from './node-templates.js';
import { textOf, textsOf } from './tree.js';
import type { Flavour, Vnfd } from './vnfd.js';

export function readIdentity(vnf: NodeTemplate, toscaVersion: string, flavours: readonly Flavour[]): Vnfd {
  const property = (name: string): string => textOf(vnf.properties.entries.get(name)) ?? '';
  const asked = property('flavour_id');
  const first = flavours[0]?.id ?? asked;
  return {
    id: vnfdId(property('descriptor_id')),
    version: property('descriptor_version'),
    provider: property('provider'),
    productName: property('product_name'),
    softwareVersion: property('software_version'),
    vnfmInfo: textsOf(vnf.properties.entries.get('vnfm_info')),
    toscaVersion,
    flavours,
    defaultFlavourId: flavours.some(({ id }) => id === asked) ? asked : first,
  };
}
