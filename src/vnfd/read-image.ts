/**
 * Software images of VDUs and storages (SOL001 clauses 6.2.36, 6.6.1): the artifact gives the file; its data stands in
 * the artifact's properties (3.3.1 and later) or in `sw_image_data` of the node (deprecated, common).
 */
import type { FlavourSource } from './flavour-source.js';
import type { Artifact, NodeTemplate } from '../tosca/node-templates.js';
import { parseSize } from '../tosca/scalar-units.js';
import { asMap, child, textOf, type YamlMap } from '../tosca/tree.js';
import type { Checksum, SwImage } from './model.js';
import { defined } from '../shared/defined.js';

export const containerFormats = ['aki', 'ami', 'ari', 'bare', 'docker', 'ova', 'ovf'] as const;
export const diskFormats = ['aki', 'ami', 'ari', 'iso', 'qcow2', 'raw', 'vdi', 'vhd', 'vhdx', 'vmdk'] as const;

/** The artifact that is the image: by type, else by its customary name. */
export const imageArtifact = (node: NodeTemplate): Artifact | undefined =>
  node.artifacts.find(({ type }) => type === 'tosca.artifacts.nfv.SwImage') ??
  node.artifacts.find(({ name }) => name === 'sw_image');

/** The map that holds the image data, wherever this version of SOL001 puts it. */
export function imageData(node: NodeTemplate): YamlMap | undefined {
  const ofArtifact = imageArtifact(node)?.properties;
  if (ofArtifact !== undefined && ofArtifact.entries.size > 0) return ofArtifact;
  return asMap(child(node.properties, 'sw_image_data'));
}

export function readImage(node: NodeTemplate, source: FlavourSource): SwImage | undefined {
  const artifact = imageArtifact(node);
  const data = imageData(node);
  // SOL001 2.5.1 names the file inside the data.
  const reference = artifact?.file ?? textOf(child(data, 'sw_image'));
  if (data === undefined) return undefined;
  const at = artifact?.at.file ?? node.at.file;
  const provider = textOf(child(data, 'provider'));
  const minRamBytes = parseSize(textOf(child(data, 'min_ram')));
  return {
    id: node.id,
    name: textOf(child(data, 'name')) ?? node.id,
    version: textOf(child(data, 'version')) ?? '',
    checksum: readChecksum(data),
    containerFormat: oneOf(containerFormats, textOf(child(data, 'container_format')), 'bare'),
    diskFormat: oneOf(diskFormats, textOf(child(data, 'disk_format')), 'qcow2'),
    minDiskBytes: parseSize(textOf(child(data, 'min_disk'))) ?? 0,
    sizeBytes: parseSize(textOf(child(data, 'size'))) ?? 0,
    ...(reference === undefined ? {} : { file: source.resolveFile(reference, at) }),
    ...defined({ provider, minRamBytes }),
  };
}

/** `{ algorithm, hash }` (2.6.1 and later) or the hash alone, whose length tells the algorithm (2.5.1). */
function readChecksum(data: YamlMap): Checksum {
  const node = child(data, 'checksum');
  const hash = (textOf(child(node, 'hash')) ?? textOf(node) ?? '').trim().toLowerCase();
  const algorithm = normalAlgorithm(textOf(child(node, 'algorithm')) ?? `sha-${hash.length * 4}`);
  return { algorithm, hash };
}

/** `SHA256`, `sha_256` and `SHA-256` are all `sha-256`. */
export const normalAlgorithm = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^sha[-_ ]?(\d+)$/, 'sha-$1');

/** Real VNFDs write `BARE` and `QCOW2`. */
function oneOf<T extends string>(values: readonly T[], text: string | undefined, fallback: T): T {
  const word = text?.trim().toLowerCase();
  return values.find((value) => value === word) ?? fallback;
}
