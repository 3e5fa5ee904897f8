/**
 * What identifies a VNFD: properties of its VNF node (SOL001 clause 6.8.1).
 */
import { vnfdId } from '../shared/ids.js';
import type { NodeTemplate } from '../tosca/node-templates.js';
import { assignedIn, declarationsIn } from './read-declared.js';
import { child, entriesOf, plain, textOf, textsOf, type YamlNode } from '../tosca/tree.js';
import type { TypeTable } from '../tosca/types.js';
import type { Flavour, Modifiable, Vnfd } from './model.js';
import { defined } from '../shared/defined.js';

export function readIdentity(
  vnf: NodeTemplate,
  types: TypeTable,
  toscaVersion: string,
  flavours: readonly Flavour[],
): Vnfd {
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
    ...defined({ modifiable: readModifiable(vnf) }),
    ...defined({ configurable: readConfigurable(vnf, types) }),
    ...readModifiableTypes(vnf, types),
    ...defined({ languages: readLanguages(vnf) }),
    flavours,
    defaultFlavourId: flavours.some(({ id }) => id === asked) ? asked : first,
  };
}

/** Undefined when the VNF has none. */
function readModifiable({ properties }: NodeTemplate): Modifiable | undefined {
  const attributes = child(properties, 'modifiable_attributes');
  const found = {
    extensions: plainMap(child(attributes, 'extensions')),
    metadata: plainMap(child(attributes, 'metadata')),
    configurableProperties: plainMap(child(properties, 'configurable_properties')),
  };
  return Object.values(found).every((map) => Object.keys(map).length === 0) ? undefined : found;
}

function readConfigurable(vnf: NodeTemplate, types: TypeTable): Vnfd['configurable'] {
  const members = types.membersOf(vnf.type, 'configurable_properties');
  if (members === undefined) return undefined;
  return declarationsIn([...members], types);
}

/** By a data type of their own, or just by a value. */
function readModifiableTypes(vnf: NodeTemplate, types: TypeTable): Required<Pick<Vnfd, 'extensions' | 'metadata'>> {
  const attributes = types.membersOf(vnf.type, 'modifiable_attributes');
  const declared = (name: 'extensions' | 'metadata') => ({
    ...assignedIn(child(vnf.properties, 'modifiable_attributes', name)),
    ...declarationsIn([...(types.dataMembersOf(textOf(child(attributes?.get(name), 'type')) ?? '') ?? [])], types),
  });
  return { extensions: declared('extensions'), metadata: declared('metadata') };
}

function readLanguages({ properties }: NodeTemplate): Vnfd['languages'] {
  const byDefault = textOf(child(properties, 'default_localization_language'));
  const all = [
    ...textsOf(child(properties, 'localization_languages')),
    ...(byDefault === undefined ? [] : [byDefault]),
  ];
  return all.length === 0 ? undefined : [...new Set(all)];
}

const plainMap = (node: YamlNode | undefined): Readonly<Record<string, unknown>> =>
  Object.fromEntries(entriesOf(node).map(([key, value]) => [key, plain(value)]));
