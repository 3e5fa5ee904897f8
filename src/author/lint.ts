/**
 * What Berth would say of a package at onboarding, said to its author before: the same code, no server. A folder is
 * read as the archive that it will be.
 */
import { stat } from 'node:fs/promises';
import { defaultCsarLimits } from '../artifacts/csar-limits.js';
import { openCsar, type CsarArchive } from '../artifacts/open-csar.js';
import { openFolder } from '../artifacts/open-folder.js';
import { readArchive } from '../artifacts/read-archive.js';
import { loadVocabulary } from '../artifacts/schema-check.js';
import type { Flavour } from '../descriptor/vnfd.js';
import { isError, type Finding } from '../shared/finding.js';
import type { Outcome } from '../shared/outcome.js';

export interface LintReport {
  /** Errors first, otherwise in the order of reading. */
  readonly findings: readonly Finding[];
  readonly accepted: boolean;
  /** Topologies as far as they could be read. */
  readonly flavours: readonly Flavour[];
  /** Lines that findings point at, by `file:line`. */
  readonly lines: ReadonlyMap<string, string>;
}

export const lineKey = ({ file, line }: Pick<Finding, 'file' | 'line'>): string => `${file}:${line ?? ''}`;

export async function lintPackage(path: string): Promise<LintReport> {
  const opened = await openPackage(path);
  if (!opened.ok) {
    const findings = (opened.problem['findings'] ?? []) as readonly Finding[];
    return { findings, accepted: false, flavours: [], lines: new Map() };
  }
  const archive = opened.value;
  try {
    const reading = await readArchive(archive, await loadVocabulary(), defaultCsarLimits);
    const { flavours } = reading;
    const errors = reading.findings.filter(isError);
    const findings = [...errors, ...reading.findings.filter((finding) => !isError(finding))];
    return { findings, accepted: reading.package !== undefined, flavours, lines: await linesOf(archive, findings) };
  } finally {
    archive.close();
  }
}

export async function openPackage(path: string): Promise<Outcome<CsarArchive>> {
  return (await stat(path)).isDirectory() ? openFolder(path, defaultCsarLimits) : openCsar(path, defaultCsarLimits);
}

async function linesOf(archive: CsarArchive, findings: readonly Finding[]): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string>();
  const present = new Set(archive.entries.map(({ path }) => path));
  const placed = findings.filter(({ file, line }) => line !== undefined && present.has(file));
  for (const file of new Set(placed.map((finding) => finding.file))) {
    const reading = await archive.text(file);
    const texts = reading.ok ? reading.text.split(/\r\n|\n|\r/) : [];
    for (const finding of placed.filter((each) => each.file === file)) {
      const text = texts[(finding.line ?? 0) - 1];
      if (text !== undefined) lines.set(lineKey(finding), text);
    }
  }
  return lines;
}
