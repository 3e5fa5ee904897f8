/**
 * An open package, wherever its files lie, read whole: gives the pure package reader what it asks for. Onboarding and
 * `berth package lint` are both this.
 */
import { diskHeadBytes } from '../package/disk-image.js';
import { found } from '../package/finding-codes.js';
import { digestKey, type PackageInput, type Wanted } from '../package/input.js';
import { readPackage, type PackageReading } from '../package/read-package.js';
import type { Finding } from '../shared/finding.js';
import type { CsarLimits } from './csar-limits.js';
import type { CsarArchive } from './open-csar.js';
import type { Vocabulary } from './schema-check.js';

/** Without `package` when anything is an error, unreadable texts included. */
export async function readArchive(
  archive: CsarArchive,
  vocabulary: Vocabulary,
  limits: CsarLimits,
): Promise<Pick<PackageReading, 'findings' | 'package' | 'flavours'>> {
  const texts = await readTexts(archive, limits);
  const reading = await readWithAnswers(archive, { ...vocabulary, entries: archive.entries, texts: texts.texts });
  const { package: contents, flavours } = reading;
  const findings = [...texts.findings, ...reading.findings];
  return contents === undefined || texts.findings.length > 0
    ? { findings, flavours }
    : { findings, flavours, package: contents };
}

const isText = (path: string): boolean => /\.(ya?ml|meta|mf)$/i.test(path);

async function readTexts(
  archive: CsarArchive,
  limits: CsarLimits,
): Promise<{ readonly texts: ReadonlyMap<string, string>; readonly findings: readonly Finding[] }> {
  const texts = new Map<string, string>();
  const findings: Finding[] = [];
  let left = limits.allTextBytes;
  for (const { path, sizeBytes } of archive.entries.filter((entry) => isText(entry.path))) {
    left -= sizeBytes;
    if (left < 0) {
      const message = `Text files of the package have more than ${limits.allTextBytes} bytes together.`;
      return { texts, findings: [...findings, found('CSAR-TEXT-TOO-LARGE', { file: path }, message)] };
    }
    const reading = await archive.text(path);
    if (reading.ok) texts.set(path, reading.text);
    else findings.push(reading.finding);
  }
  return { texts, findings };
}

/** Each round answers what the last one wanted; there is nothing new to want after two. */
async function readWithAnswers(
  archive: CsarArchive,
  input: Omit<PackageInput, 'digests' | 'heads'>,
): Promise<PackageReading> {
  const digests = new Map<string, string>();
  const heads = new Map<string, Uint8Array>();
  let reading = readPackage({ ...input, digests, heads });
  for (let round = 0; round < 2 && isWanting(reading.wanted); round += 1) {
    for (const { path, algorithm } of reading.wanted.digests) {
      const key = digestKey(path, algorithm);
      if (!digests.has(key)) digests.set(key, await archive.digest(path, algorithm));
    }
    for (const path of reading.wanted.heads) heads.set(path, await archive.head(path, diskHeadBytes));
    reading = readPackage({ ...input, digests, heads });
  }
  return reading;
}

const isWanting = ({ digests, heads }: Wanted): boolean => digests.length > 0 || heads.length > 0;
