/**
 * A CSAR from a folder: the manifest with the digest of every file, and the archive. What the folder's own manifest says
 * of the VNF is kept; what it leaves out comes from the VNFD. The folder is not changed.
 */
import { join } from 'node:path';
import { openFolder } from '../artifacts/open-folder.js';
import { defaultCsarLimits } from '../artifacts/csar-limits.js';
import type { CsarArchive } from '../artifacts/open-csar.js';
import { loadVocabulary } from '../artifacts/schema-check.js';
import { writeCsar, type CsarSource } from '../artifacts/write-csar.js';
import { readVnfd } from '../descriptor/read-vnfd.js';
import type { Vnfd } from '../descriptor/vnfd.js';
import { normalisePath } from '../descriptor/package-path.js';
import { findLayout } from '../package/layout.js';
import { readManifest, type Manifest } from '../package/manifest.js';
import { readToscaMeta, toscaMetaPath } from '../package/tosca-meta.js';
import type { Finding } from '../shared/finding.js';
import { manifestText } from './manifest-text.js';

export interface BuildOptions {
  /** RFC 3339; the folder's manifest may say its own. */
  readonly releasedAt: string;
  /** Gives what is to follow the manifest: a CMS over its bytes. */
  readonly sign?: (manifest: Uint8Array) => Promise<string>;
}

/** `manifestPath` is absent when nothing was written: the findings say why. */
export interface Build {
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly manifestPath?: string;
}

export async function buildPackage(folder: string, toFile: string, options: BuildOptions): Promise<Build> {
  const opened = await openFolder(folder, defaultCsarLimits);
  if (!opened.ok) return { findings: (opened.problem['findings'] ?? []) as readonly Finding[], files: 0 };
  const { vnfd, manifest, manifestPath, findings } = await study(opened.value);
  if (vnfd === undefined || manifestPath === undefined) return { findings, files: 0 };
  const entries = opened.value.entries.filter(({ path }) => path !== manifestPath);
  const text = manifestText({
    metadata: metadataOf(vnfd, manifest, options.releasedAt),
    sha256: entries.map(({ path, sha256 }) => [path, sha256]),
    nonManoSets: manifest?.nonManoSets ?? new Map<string, string>(),
  });
  const bytes = Buffer.from(text);
  const signature = (await options.sign?.(bytes)) ?? '';
  const sources: readonly CsarSource[] = [
    ...entries.map(({ path }) => ({ path, file: join(folder, path) })),
    { path: manifestPath, content: Buffer.concat([bytes, Buffer.from(signature)]) },
  ];
  await writeCsar(toFile, sources);
  return { findings: [], files: sources.length, manifestPath };
}

interface Study {
  readonly findings: readonly Finding[];
  readonly vnfd?: Vnfd;
  /** The folder's own. */
  readonly manifest?: Manifest;
  /** Where the manifest is to stand. */
  readonly manifestPath?: string;
}

async function study(archive: CsarArchive): Promise<Study> {
  const packagePaths = new Set(archive.entries.map(({ path }) => path));
  const texts = await readTexts(archive);
  const layout = findLayout(packagePaths, texts);
  const entry = layout.entryDefinitions;
  if (entry === undefined) return { findings: layout.findings };
  const { vnfd, findings } = readVnfd({ files: texts, entry, packagePaths, ...(await loadVocabulary()) });
  const manifestPath = plannedManifest(texts.get(toscaMetaPath), entry);
  const text = texts.get(manifestPath);
  return {
    findings,
    manifestPath,
    ...(vnfd === undefined ? {} : { vnfd }),
    ...(text === undefined ? {} : { manifest: readManifest(manifestPath, text) }),
  };
}

/** Where TOSCA.meta says, else beside the entry definitions (SOL004 clause 4.3.1). */
function plannedManifest(meta: string | undefined, entry: string): string {
  const named = meta === undefined ? undefined : readToscaMeta(meta).entries.get('manifest')?.path;
  return (named === undefined ? undefined : normalisePath(named)) ?? entry.replace(/\.[^./]+$/, '.mf');
}

async function readTexts(archive: CsarArchive): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const { path } of archive.entries.filter((each) => /\.(ya?ml|meta|mf)$/i.test(each.path))) {
    const reading = await archive.text(path);
    if (reading.ok) texts.set(path, reading.text);
  }
  return texts;
}

function metadataOf(
  vnfd: Vnfd,
  manifest: Manifest | undefined,
  releasedAt: string,
): readonly (readonly [string, string])[] {
  const derived = {
    vnf_product_name: vnfd.productName,
    vnf_provider_id: vnfd.provider,
    vnf_package_version: vnfd.version,
    vnf_release_date_time: releasedAt,
    vnf_software_version: vnfd.softwareVersion,
    vnfd_id: vnfd.id,
    vnfm_info: vnfd.vnfmInfo.join(', '),
  };
  return Object.entries<string>({ ...derived, ...manifest?.metadata }).map(([key, value]) => [key, oneLine(value)]);
}

const oneLine = (text: string): string => text.replace(/[\r\n]+/g, ' ').trim();
