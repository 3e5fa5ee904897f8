/**
 * A CSAR from a folder: the manifest with the digest of every file, signed if there is a key, and the archive; by
 * security option 2 inside another with the signature beside it (SOL004 clauses 4, 5). What the folder's own manifest
 * says of the VNF is kept; what it leaves out comes from the VNFD. The folder is not changed. What is written is linted
 * first, as the server would read it. The same folder and key give the same bytes, an ECDSA signature excepted.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { defaultCsarLimits } from '../artifacts/csar-limits.js';
import { partSuffix } from '../artifacts/durable.js';
import type { CsarArchive } from '../artifacts/open-csar.js';
import { openFolder } from '../artifacts/open-folder.js';
import type { SignatureChecks } from '../artifacts/read-archive.js';
import type { CmsSigning } from '../artifacts/signatures/sign.js';
import { writeCsar, type CsarSource } from '../artifacts/write-csar.js';
import { findingsOf, lintPackage, refusedReport, type LintReport } from './lint.js';
import { manifestText } from './manifest-text.js';
import { studyFolder, type Study } from './study.js';

export interface BuildOptions {
  /** RFC 3339; else what the folder's manifest says, `otherwiseMs`, or when its newest file changed. */
  readonly releasedAt?: string;
  /** Milliseconds since the Unix epoch. */
  readonly otherwiseMs?: number;
  /** Of the files, in the manifest; SHA-256 when unsaid. */
  readonly algorithm?: 'sha-256' | 'sha-512';
  readonly signing?: {
    readonly sign: CmsSigning;
    /** Security option of SOL004: 1 signs the manifest, 2 the archive. */
    readonly option: 1 | 2;
    /** Whom to trust when the result is read again. */
    readonly checks: SignatureChecks;
  };
  /** Writes also what Berth would refuse. */
  readonly force?: boolean;
}

export interface Build {
  /** Of what was built, or of what kept it from being built. */
  readonly report: LintReport;
  /** Absent when nothing was written. */
  readonly written?: { readonly files: number; readonly manifestPath: string };
}

/** Throws when the folder cannot be read or the file cannot be written. */
export async function buildPackage(folder: string, toFile: string, options: BuildOptions): Promise<Build> {
  if (!relative(folder, toFile).startsWith('..')) {
    throw new Error(`${toFile} lies in ${folder} and would be a part of itself; choose another place with --out`);
  }
  const opened = await openFolder(folder, defaultCsarLimits);
  if (!opened.ok) return { report: refusedReport(folder, findingsOf(opened)) };
  const study = await studyFolder(opened.value);
  if (study.manifestPath === undefined) return { report: refusedReport(folder, study.findings) };
  const sources = await sourcesOf(folder, opened.value, { ...study, manifestPath: study.manifestPath }, options);
  const part = `${toFile}${partSuffix}`;
  try {
    await write(part, sources, basename(resolve(folder)), options.signing);
    const report = await lintPackage(part, options.signing?.checks);
    if (!report.accepted && options.force !== true) return { report };
    await rename(part, toFile);
    return { report, written: { files: sources.length, manifestPath: study.manifestPath } };
  } finally {
    await rm(part, { force: true });
  }
}

async function sourcesOf(
  folder: string,
  archive: CsarArchive,
  { manifestPath, metadata, manifest }: Study & { readonly manifestPath: string },
  options: BuildOptions,
): Promise<readonly CsarSource[]> {
  const { algorithm = 'sha-256', signing } = options;
  const paths = archive.entries.map(({ path }) => path).filter((path) => path !== manifestPath);
  const digests: (readonly [string, string])[] = [];
  for (const path of paths) digests.push([path, await archive.digest(path, algorithm)]);
  const releasedAt =
    options.releasedAt ?? metadata['vnf_release_date_time'] ?? (await releaseTime(folder, paths, options));
  const text = manifestText({
    metadata: { ...metadata, vnf_release_date_time: releasedAt },
    algorithm,
    digests,
    signatures: manifest?.signatures ?? [],
    nonManoSets: manifest?.nonManoSets ?? new Map<string, string>(),
  });
  const cms = signing?.option === 1 ? await signing.sign([Buffer.from(text)]) : '';
  return [
    ...paths.map((path) => ({ path, file: join(folder, path) })),
    { path: manifestPath, content: Buffer.from(`${text}${cms}`) },
  ];
}

async function releaseTime(folder: string, paths: readonly string[], { otherwiseMs }: BuildOptions): Promise<string> {
  let newestMs = otherwiseMs ?? 0;
  if (otherwiseMs === undefined) {
    for (const path of paths) newestMs = Math.max(newestMs, (await stat(join(folder, path))).mtimeMs);
  }
  return new Date(newestMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

async function write(
  toFile: string,
  sources: readonly CsarSource[],
  name: string,
  signing: BuildOptions['signing'],
): Promise<void> {
  if (signing?.option !== 2) return writeCsar(toFile, sources);
  const scratch = await mkdtemp(join(dirname(toFile), '.berth-build.'));
  try {
    const inner = join(scratch, 'inner');
    await writeCsar(inner, sources);
    const cms = await signing.sign(createReadStream(inner) as AsyncIterable<Uint8Array>);
    await writeCsar(toFile, [
      { path: `${name}.csar`, file: inner },
      { path: `${name}.cms`, content: Buffer.from(cms) },
    ]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
