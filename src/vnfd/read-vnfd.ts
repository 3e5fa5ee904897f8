/**
 * SOL001 VNFD to `Vnfd`, with findings (ETSI GS NFV-SOL 001 clause 6). Reading goes on past errors, so that an author
 * sees all of them at once; a VNFD with an error is not returned. Nothing here throws on bad input.
 */
import { defined } from '../shared/defined.js';
import { isError, type Finding, type Place } from '../shared/finding.js';
import { checkInputDefaults, checkModifiableValues } from './checks/defaults.js';
import { checkFlavour, checkVnfNode } from './check-flavour.js';
import { found } from './finding-codes.js';
import type { FlavourSource } from './flavour-source.js';
import { isUsableName, readNodeTemplates, type NodeTemplate } from '../tosca/node-templates.js';
import { otherDescriptor } from './other-descriptor.js';
import { isUri, resolvePath } from '../shared/package-path.js';
import { readFlavour, readFlavourSource, type FlavourContext, type SourceReading } from './read-flavour.js';
import { withUniqueImageIds } from './image-ids.js';
import { imageArtifact, imageData } from './read-image.js';
import { readIdentity } from './read-identity.js';
import { inputValuesOf } from './read-inputs.js';
import { unknownKeys } from '../tosca/template-keys.js';
import { loadTemplates, type ServiceTemplate } from '../tosca/service-templates.js';
import { child, entriesOf, textOf } from '../tosca/tree.js';
import { TypeTable } from '../tosca/types.js';
import type { BuiltInTypes, SchemaCheck } from '../tosca/vocabulary.js';
import type { Flavour, Vnfd } from './model.js';
import { withRole } from './roles.js';

export interface VnfdInput {
  /** Text of every YAML file of the package, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Path of the entry definitions. */
  readonly entry: string;
  /** Paths of all files of the package, to tell the two readings of a relative artifact path apart. */
  readonly packagePaths?: ReadonlySet<string>;
  readonly builtInTypes: BuiltInTypes;
  readonly schemaCheck: SchemaCheck;
}

export interface VnfdReading {
  readonly findings: readonly Finding[];
  /** Absent when a finding is an error. */
  readonly vnfd?: Vnfd;
  /** The same, and also of a VNFD that is refused, as far as it can be read; absent without a VNF node. */
  readonly draft?: Vnfd;
  /** Topologies as far as they can be read, also when the VNFD is refused: for reports and for checks of their images. */
  readonly flavours: readonly Flavour[];
  /** Files that the VNFD consists of, the entry first. */
  readonly paths: readonly string[];
  /** Where each software image is declared, by `SwImage.id`. */
  readonly imagePlaces: ReadonlyMap<string, Place>;
}

export function readVnfd(input: VnfdInput): VnfdReading {
  const set = loadTemplates(input.files, input.entry, input.builtInTypes);
  const entry = set.templates[0];
  if (entry === undefined) return { findings: set.findings, flavours: [], paths: set.paths, imagePlaces: new Map() };
  const other = otherDescriptor(entry, set.templates);
  if (other !== undefined) return { findings: [other], flavours: [], paths: set.paths, imagePlaces: new Map() };
  const types = new TypeTable(input.builtInTypes, set.templates);
  const vnfNodes = vnfNodesOf(set.templates, types);
  const topVnf = vnfNodes.find((nodes) => nodes.length > 0)?.[0];
  const context: FlavourContext = {
    types,
    resolveFile: fileResolver(input),
    ...defined({ topVnf }),
  };
  const named = set.templates.filter((each) => isFlavour(each, types));
  const topologies = named.length > 0 ? named : set.templates.filter((each) => hasNodes(each, types));
  const sources = topologies.map((each) => readFlavourSource(each, context));
  const flavours = withUniqueImageIds(sources.map(({ source }) => readFlavour(source, types)));
  const findings = once([
    ...set.findings,
    ...set.templates.flatMap(({ root }) => unknownKeys(root)),
    ...topFindings(entry, topVnf, named.length > 0 ? sources : []),
    ...vnfNodes.flatMap(([, second]) => (second === undefined ? [] : [secondVnf(second)])),
    ...(topVnf === undefined ? [] : checkVnfNode(topVnf, types, input.schemaCheck)),
    ...(topVnf === undefined ? [] : checkModifiableValues(topVnf, types)),
    ...set.templates.flatMap(({ root }) => checkInputDefaults(child(root, 'topology_template'), types)),
    ...sources.flatMap((reading, index) => [
      ...reading.findings,
      ...checkFlavour(reading.source, flavours[index], types, input.schemaCheck),
    ]),
  ]);
  const reading = { findings, flavours, paths: set.paths, imagePlaces: placesOfImages(sources, flavours) };
  if (topVnf === undefined) return reading;
  const draft = readIdentity(topVnf, types, entry.toscaVersion, flavours);
  return findings.some(isError) ? { ...reading, draft } : { ...reading, draft, vnfd: draft };
}

/** What stands in a type is found again with every flavour; its author hears it once. */
const once = (findings: readonly Finding[]): readonly Finding[] => [
  ...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values(),
];

const placesOfImages = (sources: readonly SourceReading[], flavours: readonly Flavour[]): ReadonlyMap<string, Place> =>
  new Map(
    sources.flatMap(({ source }, index) => {
      const flavour = flavours[index];
      const nodes = flavour === undefined ? [] : [...flavour.vdus, ...flavour.storages];
      return nodes.flatMap(({ id, image }) => {
        const node = source.byId.get(id);
        if (node === undefined || image === undefined) return [];
        return [[image.id, imageArtifact(node)?.at ?? imageData(node)?.at ?? node.at] as const];
      });
    }),
  );

/** VNF nodes of each template, the entry's first. */
const vnfNodesOf = (templates: readonly ServiceTemplate[], types: TypeTable): readonly (readonly NodeTemplate[])[] =>
  templates.map((template) => {
    const topology = child(template.root, 'topology_template');
    return withRole(readNodeTemplates(topology, types, inputValuesOf(topology, undefined)).nodes, 'vnf');
  });

/** A topology is a flavour when it stands in for the VNF or has a VDU of its own. */
function isFlavour(template: ServiceTemplate, types: TypeTable): boolean {
  const substituted = textOf(child(template.root, 'topology_template', 'substitution_mappings', 'node_type'));
  if (substituted !== undefined && types.builtInOf(substituted)?.role === 'vnf') return true;
  return rolesIn(template, types).includes('vdu');
}

/** Without any flavour, what there is (links or connection points alone) is still read, so that its author hears all. */
const hasNodes = (template: ServiceTemplate, types: TypeTable): boolean =>
  rolesIn(template, types).some((role) => role !== undefined && role !== 'vnf');

const rolesIn = ({ root }: ServiceTemplate, types: TypeTable): readonly (string | undefined)[] =>
  entriesOf(child(root, 'topology_template', 'node_templates')).map(
    ([, node]) => types.builtInOf(textOf(child(node, 'type')) ?? '')?.role,
  );

function topFindings(
  entry: ServiceTemplate,
  vnf: NodeTemplate | undefined,
  sources: readonly SourceReading[],
): readonly Finding[] {
  const at = entry.root.at;
  const ids = sources.map(({ source }) => source.id);
  return [
    ...(vnf === undefined ? [found('VNFD-VNF-MISSING', at, 'No node template is a VNF.')] : []),
    ...(sources.length === 0 ? [found('VNFD-FLAVOUR-MISSING', at, 'No topology of the VNFD has a VDU.')] : []),
    ...sources.flatMap(({ source }, index) => [
      ...(ids.indexOf(source.id) === index
        ? []
        : [found('VNFD-FLAVOUR-DUPLICATE', source.at, `The flavour \`${source.id}\` is defined twice.`)]),
      ...(hasVdu(source) ? [] : [found('VNFD-FLAVOUR-EMPTY', source.at, `The flavour \`${source.id}\` has no VDU.`)]),
      ...(isUsableName(source.id) ? [] : [found('VNFD-NAME', source.at, `\`${source.id}\` cannot name a flavour.`)]),
    ]),
  ];
}

/** One that Berth does not run has a finding of its own. */
const hasVdu = ({ nodes }: FlavourSource): boolean =>
  nodes.some(({ builtIn }) => builtIn.role === 'vdu' || builtIn.role === 'refused');

const secondVnf = ({ id, at }: NodeTemplate): Finding =>
  found('VNFD-VNF-SEVERAL', at, `\`${id}\` is a second VNF node of this topology.`);

function fileResolver({ packagePaths, files }: VnfdInput): FlavourContext['resolveFile'] {
  const exists = (path: string): boolean => packagePaths?.has(path) ?? files.has(path);
  return (reference, fromFile) =>
    isUri(reference) ? reference : (resolvePath(reference, fromFile, exists) ?? reference);
}
