/**
 * What the builder of a package must know of its folder: where the manifest is to stand, and what it says of the VNF.
 */
import type { CsarArchive } from '../artifacts/open-csar.js';
import { loadVocabulary } from '../artifacts/schema-check.js';
import { normalisePath } from '../shared/package-path.js';
import { readVnfd } from '../vnfd/read-vnfd.js';
import type { Vnfd } from '../vnfd/model.js';
import { findLayout } from '../package/layout.js';
import { readManifest, type Manifest } from '../package/manifest.js';
import { readToscaMeta, toscaMetaPath } from '../package/tosca-meta.js';
import type { Finding } from '../shared/finding.js';

export interface Study {
  /** Why there is no `manifestPath`. */
  readonly findings: readonly Finding[];
  /** Keys and values of the manifest, the release time only if the folder says it. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The folder's own. */
  readonly manifest?: Manifest;
  /** Where the manifest is to stand; absent when the entry definitions cannot be told. */
  readonly manifestPath?: string;
}

export async function studyFolder(archive: CsarArchive): Promise<Study> {
  const packagePaths = new Set(archive.entries.map(({ path }) => path));
  const texts = await readTexts(archive);
  const layout = findLayout(packagePaths, archive.folders, texts);
  const entry = layout.entryDefinitions;
  if (entry === undefined) return { findings: layout.findings, metadata: {} };
  const { draft } = readVnfd({ files: texts, entry, packagePaths, ...(await loadVocabulary()) });
  const manifestPath = plannedManifest(texts.get(toscaMetaPath), entry);
  const text = texts.get(manifestPath);
  const manifest = text === undefined ? undefined : readManifest(manifestPath, text);
  return {
    findings: [],
    manifestPath,
    metadata: { ...(draft && metadataOf(draft)), ...manifest?.metadata },
    ...(manifest && { manifest }),
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

const metadataOf = (vnfd: Vnfd): Readonly<Record<string, string>> => ({
  vnf_product_name: vnfd.productName,
  vnf_provider_id: vnfd.provider,
  vnf_package_version: vnfd.version,
  vnf_software_version: vnfd.softwareVersion,
  vnfd_id: vnfd.id,
  vnfm_info: vnfd.vnfmInfo.join(', '),
});
