/**
 * Software images of the VNFD against their files: present, of the checksum given, of the format said, self-contained,
 * and not larger than the disk they fill.
 */
import { defined } from '../shared/defined.js';
import { isUri } from '../shared/package-path.js';
import type { Flavour, SwImage } from '../vnfd/model.js';
import type { Finding, Place } from '../shared/finding.js';
import { readDiskHead, type DiskHead } from './disk-image.js';
import { found } from './finding-codes.js';
import { asAlgorithm, knownDigest, type PackageEntry, type PackageInput, type Wanted } from './input.js';
import type { PackageImage } from './model.js';

export interface ImageCheck {
  readonly findings: readonly Finding[];
  readonly images: readonly PackageImage[];
  readonly wanted: Wanted;
}

/** An image as a disk of one VDU or storage uses it. */
interface Use {
  readonly image: SwImage;
  /** Size of the disk, where the VNFD says one. */
  readonly diskBytes?: number;
}

export function checkImages(
  input: PackageInput,
  flavours: readonly Flavour[],
  places: ReadonlyMap<string, Place>,
): ImageCheck {
  const entries = new Map(input.entries.map((entry) => [entry.path, entry]));
  const checks = distinct(usesOf(flavours)).map((use) =>
    checkUse(input, use, entries.get(use.image.file ?? ''), places.get(use.image.id) ?? { file: '' }),
  );
  const images = checks.flatMap((check) => check.images);
  return {
    findings: checks.flatMap((check) => check.findings),
    images: [...new Map(images.map((image) => [`${image.id} ${image.path}`, image])).values()],
    wanted: {
      digests: checks.flatMap((check) => check.wanted.digests),
      heads: [...new Set(checks.flatMap((check) => check.wanted.heads))],
    },
  };
}

const usesOf = (flavours: readonly Flavour[]): readonly Use[] =>
  flavours.flatMap(({ vdus, storages }) => [
    ...vdus.flatMap(({ image, localStorageBytes }) => useOf(image, localStorageBytes?.[0])),
    ...storages.flatMap(({ image, sizeBytes }) => useOf(image, sizeBytes)),
  ]);

const useOf = (image: SwImage | undefined, diskBytes: number | undefined): readonly Use[] =>
  image === undefined ? [] : [{ image, ...defined({ diskBytes }) }];

/** Flavours usually share images: the same image on the same disk is checked once. */
const distinct = (uses: readonly Use[]): readonly Use[] => [
  ...new Map(uses.map((use) => [JSON.stringify(use), use])).values(),
];

const nothing = { digests: [], heads: [] };
const refused = (finding: Finding): ImageCheck => ({ findings: [finding], images: [], wanted: nothing });

function checkUse(input: PackageInput, use: Use, entry: PackageEntry | undefined, at: Place): ImageCheck {
  const { image } = use;
  if (image.file === undefined) return refused(found('IMAGE-NOT-INCLUDED', at, notIncluded(image)));
  if (isUri(image.file)) return refused(found('IMAGE-REMOTE', at, `The image of \`${image.id}\` is ${image.file}.`));
  if (entry === undefined) {
    return refused(found('IMAGE-MISSING', at, `The package has no file \`${image.file}\` (image of \`${image.id}\`).`));
  }
  const head = input.heads.get(entry.path);
  const checksum = checkChecksum(input, image, entry, at);
  const wanted = { digests: checksum.wanted, heads: head === undefined ? [entry.path] : [] };
  if (head === undefined) return { findings: checksum.findings, images: [], wanted };
  const content = checkContent(use, entry, readDiskHead(head), at);
  return { findings: [...checksum.findings, ...content.findings], images: content.images, wanted };
}

const notIncluded = ({ id, name, version }: SwImage): string =>
  `\`${id}\` boots from the image \`${name}\` ${version}, which is described and has no file.`;

function checkChecksum(
  input: PackageInput,
  image: SwImage,
  entry: PackageEntry,
  at: Place,
): { readonly findings: readonly Finding[]; readonly wanted: Wanted['digests'] } {
  const algorithm = asAlgorithm(image.checksum.algorithm);
  if (algorithm === undefined) {
    const message = `The checksum of \`${image.id}\` has the algorithm \`${image.checksum.algorithm}\`.`;
    return { findings: [found('IMAGE-CHECKSUM', at, message)], wanted: [] };
  }
  const actual = knownDigest(input, entry, algorithm);
  if (actual === undefined) return { findings: [], wanted: [{ path: entry.path, algorithm }] };
  if (actual === image.checksum.hash) return { findings: [], wanted: [] };
  const message = `\`${entry.path}\` has the ${algorithm} checksum ${actual}; the VNFD gives ${image.checksum.hash}.`;
  return { findings: [found('IMAGE-CHECKSUM', at, message)], wanted: [] };
}

function checkContent(
  { image, diskBytes }: Use,
  entry: PackageEntry,
  head: DiskHead,
  at: Place,
): { readonly findings: readonly Finding[]; readonly images: readonly PackageImage[] } {
  const findings = [...checkFormat(image, entry, head, at), ...checkSelfContained(entry, head, at)];
  const virtualSizeBytes = head.format === 'qcow2' ? head.virtualSizeBytes : entry.sizeBytes;
  if (diskBytes !== undefined && virtualSizeBytes > diskBytes) {
    const message = `\`${entry.path}\` is a disk of ${virtualSizeBytes} bytes; \`${image.id}\` has ${diskBytes}.`;
    findings.push(found('IMAGE-LARGER-THAN-DISK', at, message));
  }
  const { path, sizeBytes, sha256 } = entry;
  return { findings, images: [{ id: image.id, path, sizeBytes, sha256, virtualSizeBytes }] };
}

/** A raw disk has no signature; one that has another format's would be opened as that by a careless reader. */
function checkFormat(image: SwImage, entry: PackageEntry, head: DiskHead, at: Place): readonly Finding[] {
  const actual = formatName(head);
  if (actual === image.diskFormat) return [];
  const message = `\`${entry.path}\` is said to be ${image.diskFormat}; its content is ${actual}.`;
  return [found('IMAGE-FORMAT', at, message)];
}

function formatName(head: DiskHead): string {
  switch (head.format) {
    case 'qcow2':
      return 'qcow2';
    case 'unmarked':
      return 'raw';
    case 'other':
      return head.name;
    case 'broken':
      return `a damaged qcow2: ${head.why}`;
  }
}

function checkSelfContained(entry: PackageEntry, head: DiskHead, at: Place): readonly Finding[] {
  if (head.format !== 'qcow2') return [];
  return [
    ...(head.refersOut ? [found('IMAGE-REFERS-OUT', at, `\`${entry.path}\` refers to another file.`)] : []),
    ...(head.encrypted ? [found('IMAGE-ENCRYPTED', at, `\`${entry.path}\` is encrypted.`)] : []),
  ];
}
