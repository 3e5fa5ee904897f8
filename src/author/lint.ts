/**
 * What Berth would say of a package at onboarding, said to its author before: the same code, no server. A folder is
 * read as the archive that it will be; a YAML file by itself as a VNFD, with what it imports from its own folder.
 */
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { defaultCsarLimits } from '../artifacts/csar-limits.js';
import { textReading, type CsarArchive, type TextReading } from '../artifacts/open-csar.js';
import { openFolder } from '../artifacts/open-folder.js';
import { withPackage } from '../artifacts/open-package.js';
import { readerBy } from '../artifacts/package-reader.js';
import { readArchive, type SignatureChecks } from '../artifacts/read-archive.js';
import { loadVocabulary } from '../artifacts/schema-check.js';
import { readVnfd } from '../vnfd/read-vnfd.js';
import type { Flavour } from '../vnfd/model.js';
import { isError, type Finding } from '../shared/finding.js';
import { ok, type Outcome } from '../shared/outcome.js';

export interface LintReport {
  readonly what: 'package' | 'VNFD';
  /** Errors first, otherwise in the order of reading. */
  readonly findings: readonly Finding[];
  readonly accepted: boolean;
  /** Topologies as far as they could be read. */
  readonly flavours: readonly Flavour[];
  /** Lines that findings point at, by `file:line`. */
  readonly lines: ReadonlyMap<string, string>;
  /** What was read, seen from here, with slashes. */
  readonly path: string;
  /** Where the files that findings name lie, seen from here, with slashes; empty for files inside an archive. */
  readonly folder: string;
}

export const lineKey = ({ file, line }: Pick<Finding, 'file' | 'line'>): string => `${file}:${line ?? ''}`;

/** `signatures` absent: they are not verified. Throws when the path cannot be read. */
export async function lintPackage(path: string, signatures?: SignatureChecks): Promise<LintReport> {
  if ((await stat(path)).isDirectory()) return lintFolder(path, signatures);
  return /\.ya?ml$/i.test(path) ? lintVnfd(path) : lintCsar(path, signatures);
}

/** The report on what could not even be opened. */
export const refusedReport = (path: string, findings: readonly Finding[]): LintReport => ({
  what: 'package',
  findings,
  accepted: false,
  flavours: [],
  lines: new Map(),
  path: seenFromHere(path),
  folder: '',
});

export const findingsOf = (outcome: Outcome<unknown>): readonly Finding[] =>
  outcome.ok ? [] : ((outcome.problem['findings'] ?? []) as readonly Finding[]);

async function lintFolder(path: string, signatures: SignatureChecks | undefined): Promise<LintReport> {
  const opened = await openFolder(path, defaultCsarLimits);
  const folder = seenFromHere(path);
  if (!opened.ok) return { ...refusedReport(path, findingsOf(opened)), folder };
  return { ...(await lintArchive(path, opened.value, signatures)), folder };
}

async function lintCsar(path: string, signatures: SignatureChecks | undefined): Promise<LintReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'berth-lint.'));
  try {
    const from = { file: path, innerFile: join(scratch, 'inner'), limits: defaultCsarLimits, signatures };
    const outcome = await withPackage(from, async (archive, checks) => ok(await lintArchive(path, archive, checks)));
    return outcome.ok ? outcome.value : refusedReport(path, findingsOf(outcome));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function lintArchive(
  path: string,
  archive: CsarArchive,
  signatures: SignatureChecks | undefined,
): Promise<LintReport> {
  const reading = await readArchive(archive, readerBy(await loadVocabulary()), defaultCsarLimits, signatures);
  const findings = errorsFirst(reading.findings);
  const present = new Set(archive.entries.map((entry) => entry.path));
  return {
    ...refusedReport(path, findings),
    accepted: reading.package !== undefined,
    flavours: reading.flavours,
    lines: await linesOf(findings, async (file) => (present.has(file) ? archive.text(file) : undefined)),
  };
}

async function lintVnfd(path: string): Promise<LintReport> {
  const folder = dirname(path);
  const readings = new Map<string, TextReading>();
  for (const name of new Set([basename(path), ...(await readdir(folder)).filter((each) => /\.ya?ml$/i.test(each))])) {
    const { size } = await stat(join(folder, name));
    readings.set(name, await textReading(name, size, defaultCsarLimits, () => readFile(join(folder, name))));
  }
  const files = new Map(
    [...readings].flatMap(([name, reading]) => (reading.ok ? [[name, reading.text] as const] : [])),
  );
  const entry = readings.get(basename(path));
  const { findings, vnfd, flavours } =
    entry?.ok === false
      ? { findings: [entry.finding], flavours: [] }
      : readVnfd({ files, entry: basename(path), ...(await loadVocabulary()) });
  return {
    ...refusedReport(path, errorsFirst(findings)),
    what: 'VNFD',
    accepted: vnfd !== undefined,
    flavours,
    lines: await linesOf(findings, (file) => Promise.resolve(readings.get(file))),
    folder: seenFromHere(folder),
  };
}

const errorsFirst = (findings: readonly Finding[]): readonly Finding[] => [
  ...findings.filter(isError),
  ...findings.filter((finding) => !isError(finding)),
];

/** From the working directory. */
function seenFromHere(path: string): string {
  return relative(process.cwd(), path).split(sep).join('/');
}

async function linesOf(
  findings: readonly Finding[],
  read: (file: string) => Promise<TextReading | undefined>,
): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string>();
  const placed = findings.filter(({ line }) => line !== undefined);
  for (const file of new Set(placed.map((finding) => finding.file))) {
    const reading = await read(file);
    const texts = reading?.ok === true ? reading.text.split(/\r\n|\n|\r/) : [];
    for (const finding of placed.filter((each) => each.file === file)) {
      const text = texts[(finding.line ?? 0) - 1];
      if (text !== undefined) lines.set(lineKey(finding), text);
    }
  }
  return lines;
}
