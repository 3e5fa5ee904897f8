/**
 * A VNF package read whole (SOL004): layout, manifest, digests, VNFD, images, and whether they agree. Pure: where it
 * needs digests or image heads that it was not given, it says so in `wanted` and is to be called again with them.
 */
import { readVnfd, type VnfdReading } from '../vnfd/read-vnfd.js';
import type { Flavour } from '../vnfd/model.js';
import { defined } from '../shared/defined.js';
import { isError, type Finding } from '../shared/finding.js';
import { additionalArtifacts } from './additional-artifacts.js';
import { checkAgreement } from './check-agreement.js';
import { checkDigests, checkListed, checkMentions } from './check-digests.js';
import { checkImages, type ImageCheck } from './check-images.js';
import { checkSignatures, owedUnderPolicy, type SignatureCheck } from './check-signatures.js';
import type { PackageInput, Wanted } from './input.js';
import { findLayout, type Layout } from './layout.js';
import { readManifest, type Manifest } from './manifest.js';
import type { VnfPackage } from './model.js';
import { readSboms } from './sbom/read-sboms.js';
import { signatureFiles } from './security-files.js';
import { toscaMetaPath } from './tosca-meta.js';

export interface PackageReading {
  readonly findings: readonly Finding[];
  /** Empty when everything needed was there. */
  readonly wanted: Wanted;
  /** Topologies as far as they can be read, also of a package that is refused. */
  readonly flavours: readonly Flavour[];
  /** Absent when a finding is an error or something is wanted. */
  readonly package?: PackageContents;
}

/** All but the security option, which whoever opened the archive knows. */
type PackageContents = Omit<VnfPackage, 'securityOption'>;

export function readPackage(input: PackageInput): PackageReading {
  const paths = new Set(input.entries.map(({ path }) => path));
  const layout = findLayout(paths, input.folders, input.texts);
  const manifest = manifestOf(input, layout);
  const digests = checkDigests(input, [...layout.digests, ...(manifest?.digests ?? [])]);
  const mentions = checkMentions(input, [...layout.mentions, ...(manifest?.mentions ?? [])]);
  const reading = vnfdOf(input, layout, paths);
  const images: ImageCheck =
    reading === undefined
      ? { findings: [], images: [], wanted: { digests: [], heads: [] } }
      : checkImages(input, reading.flavours, reading.imagePlaces);
  const signatures = checkSignatures(input, layout, manifest);
  const ofLayout = [...layout.findings, ...(manifest?.findings ?? []), ...unlisted(input, layout, manifest)];
  const findings = [
    ...owedUnderPolicy(ofLayout, input.signatures?.policy),
    ...signatures.findings,
    ...digests.findings,
    ...mentions,
    ...(reading?.findings ?? []),
    ...(manifest === undefined || reading?.vnfd === undefined ? [] : checkAgreement(manifest, reading.vnfd)),
    ...images.findings,
  ];
  const flavours = reading?.flavours ?? [];
  const wanted = {
    digests: [...digests.wanted, ...images.wanted.digests],
    heads: images.wanted.heads,
    signatures: signatures.wanted,
  };
  const complete = Object.values(wanted).every((wishes) => wishes.length === 0);
  if (reading === undefined || !complete || findings.some(isError)) return { findings, wanted, flavours };
  const sboms = readSboms(input, images.images, flavours);
  if (sboms.wanted.length > 0) return { findings, wanted: { ...wanted, sboms: sboms.wanted }, flavours };
  const contents = contentsOf(input, layout, manifest, reading, images, signatures);
  const all = [...findings, ...sboms.findings];
  if (contents === undefined) return { findings: all, wanted, flavours };
  return { findings: all, wanted, flavours, package: { ...contents, sboms: sboms.sboms, findings: all } };
}

function manifestOf(input: PackageInput, layout: Layout): Manifest | undefined {
  const text = layout.manifestPath === undefined ? undefined : input.texts.get(layout.manifestPath);
  return layout.manifestPath === undefined || text === undefined ? undefined : readManifest(layout.manifestPath, text);
}

function vnfdOf(input: PackageInput, layout: Layout, paths: ReadonlySet<string>): VnfdReading | undefined {
  if (layout.entryDefinitions === undefined) return undefined;
  const { texts, builtInTypes, schemaCheck } = input;
  return readVnfd({ files: texts, entry: layout.entryDefinitions, packagePaths: paths, builtInTypes, schemaCheck });
}

/** Of a signed manifest the check of signatures says it. */
function unlisted(input: PackageInput, layout: Layout, manifest: Manifest | undefined): readonly Finding[] {
  if (manifest === undefined || (manifest.signed && input.signatures !== undefined)) return [];
  const paths = new Set(input.entries.map(({ path }) => path));
  return checkListed(paths, manifest.digests, unlistable(paths, layout, manifest), manifest.path);
}

const unlistable = (paths: ReadonlySet<string>, layout: Layout, manifest: Manifest | undefined): ReadonlySet<string> =>
  new Set([toscaMetaPath, layout.manifestPath ?? '', ...signatureFiles(layout, manifest, paths)]);

function contentsOf(
  input: PackageInput,
  layout: Layout,
  manifest: Manifest | undefined,
  reading: VnfdReading,
  images: ImageCheck,
  signatures: SignatureCheck,
): Omit<PackageContents, 'findings'> | undefined {
  const { vnfd, paths: vnfdFiles } = reading;
  if (vnfd === undefined || layout.entryDefinitions === undefined) return undefined;
  const paths = new Set(input.entries.map(({ path }) => path));
  const own = unlistable(paths, layout, manifest);
  const taken = new Set([...vnfdFiles, ...images.images.map(({ path }) => path), ...own]);
  return {
    vnfd,
    entryDefinitions: layout.entryDefinitions,
    vnfdFiles,
    metadata: manifest?.metadata ?? {},
    compatibleSpecificationVersions: splitVersions(manifest?.metadata['compatible_specification_versions']),
    ...defined({ signingCertificate: signatures.certificate }),
    softwareImages: images.images,
    additionalArtifacts: additionalArtifacts(input.entries, layout, manifest, taken),
    ...(manifest === undefined ? {} : { manifestPath: manifest.path }),
  };
}

const splitVersions = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/[\s,]+/).filter((version) => version !== '');
