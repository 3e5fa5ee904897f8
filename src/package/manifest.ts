/**
 * The manifest (SOL004 clause 4.3.2): metadata of the VNF, digests of files, sets of non-MANO artifacts, and perhaps a
 * CMS signature over everything before it.
 */
import { defined } from '../shared/defined.js';
import type { Finding } from '../shared/finding.js';
import { DigestGroups, digestPart, type DigestEntry, type FileMention, type FileSignature } from './digest-entry.js';
import { found } from './finding-codes.js';
import { cmsBegin, cmsEnd, isKeyLine, readKeyLines, type KeyLine, type Line } from './key-lines.js';

export interface Manifest {
  readonly path: string;
  readonly findings: readonly Finding[];
  /** Keys in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly digests: readonly DigestEntry[];
  /** Files that are named without a digest, those of non-MANO artifact sets too. */
  readonly mentions: readonly FileMention[];
  /** Path of an artifact -> id of its non-MANO artifact set. */
  readonly nonManoSets: ReadonlyMap<string, string>;
  readonly signed: boolean;
  /** Line where the CMS begins. */
  readonly signedAt?: number;
  /** Signatures of single files. */
  readonly signatures: readonly FileSignature[];
}

const required = ['vnf_product_name', 'vnf_provider_id', 'vnf_package_version', 'vnf_release_date_time'];

const date = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const time = String.raw`([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?`;
const dateTime = new RegExp(String.raw`^${date}[Tt ]${time}([Zz]|[+-]\d{2}:?\d{2})$`);

/** A time of RFC 3339. */
export const isDateTime = (text: string): boolean => dateTime.test(text);

export function readManifest(path: string, text: string): Manifest {
  const lines = readKeyLines(text);
  const sections = new Sections(path);
  for (const line of lines) sections.take(line);
  sections.digests.end();
  const metadata = Object.fromEntries(sections.metadata);
  const raw = text.split(/\r\n|\n|\r/);
  const signedAt = lineOfCms(raw);
  return {
    path,
    metadata,
    digests: sections.digests.entries,
    mentions: sections.digests.mentions,
    nonManoSets: sections.nonManoSets,
    signed: signedAt !== undefined,
    ...defined({ signedAt }),
    signatures: sections.digests.signatures,
    findings: [
      ...sections.findings,
      ...sections.digests.findings,
      ...metadataFindings(path, metadata),
      ...(signedAt === undefined ? [] : afterCms(path, raw, signedAt)),
    ],
  };
}

/** 1-based; undefined when the manifest is not signed. */
function lineOfCms(lines: readonly string[]): number | undefined {
  const index = lines.findIndex((line) => line.startsWith(cmsBegin));
  return index < 0 ? undefined : index + 1;
}

/** The signature is the last thing of a manifest: Berth does not read on, another reader might. */
function afterCms(file: string, lines: readonly string[], signedAt: number): readonly Finding[] {
  const end = lines.findIndex((line, index) => index >= signedAt && line.startsWith(cmsEnd));
  const index = lines.findIndex((line, at) => end >= 0 && at > end && line.trim() !== '');
  if (index < 0) return [];
  const message = `Behind the signature stands: ${(lines[index] ?? '').trim().slice(0, 60)}`;
  return [found('MF-AFTER-SIGNATURE', { file, line: index + 1 }, message)];
}

/** Follows the sections of a manifest line by line. */
class Sections {
  readonly findings: Finding[] = [];
  readonly metadata = new Map<string, string>();
  readonly nonManoSets = new Map<string, string>();
  readonly digests: DigestGroups;
  readonly #file: string;
  #section: 'none' | 'metadata' | 'sets' = 'none';
  #set = '';

  constructor(file: string) {
    this.#file = file;
    this.digests = new DigestGroups(file);
  }

  take(line: Line): void {
    if (isKeyLine(line)) this.#key(line);
    else this.digests.end();
    if (!('bad' in line)) return;
    const message = `This line is not \`Key: value\`: ${line.bad.slice(0, 60)}`;
    this.findings.push(found('META-LINE', { file: this.#file, line: line.line }, message));
  }

  #key(line: KeyLine): void {
    const key = line.key.toLowerCase();
    if (key === 'metadata' && line.value === '') this.#section = 'metadata';
    else if (key === 'non_mano_artifact_sets') this.#section = 'sets';
    else if (digestPart(key) !== undefined) this.#digest(line);
    else if (this.#section === 'metadata') this.metadata.set(key, line.value);
    else if (this.#section === 'sets' && line.value === '') this.#set = line.key;
  }

  /** Inside a set, Source names a member, and may have a digest like any other. */
  #digest(line: KeyLine): void {
    if (this.#section === 'metadata' || line.indent === 0) this.#section = 'none';
    if (this.#section === 'sets' && digestPart(line.key) === 'source') this.nonManoSets.set(line.value, this.#set);
    this.digests.add(line);
  }
}

function metadataFindings(file: string, metadata: Readonly<Record<string, string>>): readonly Finding[] {
  const released = metadata['vnf_release_date_time'];
  return [
    ...required
      .filter((key) => (metadata[key] ?? '') === '')
      .map((key) => found('MF-METADATA-MISSING', { file }, `The manifest has no ${key}.`)),
    ...(released === undefined || isDateTime(released)
      ? []
      : [found('MF-METADATA-VALUE', { file }, `vnf_release_date_time is \`${released}\`.`)]),
  ];
}
