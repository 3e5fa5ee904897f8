/**
 * From a stored CSAR to a `VnfPackage`: reads the archive, gives the pure package reader what it asks for, extracts the
 * images. Refuses `package-refused` with all findings.
 */
import { diskHeadBytes } from '../package/disk-image.js';
import { found } from '../package/finding-codes.js';
import { digestKey, type PackageInput, type Wanted } from '../package/input.js';
import type { PackageImage, VnfPackage } from '../package/model.js';
import { readPackage, type PackageReading } from '../package/read-package.js';
import type { Finding } from '../shared/finding.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { openCsar, type CsarArchive } from './open-csar.js';
import { packageRefused } from './package-refused.js';
import type { Vocabulary } from './schema-check.js';

/** Puts one image where images are kept; `extract` writes it to a new file. */
export type KeepImage = (image: PackageImage, extract: (toFile: string) => Promise<void>) => Promise<void>;

export async function onboardCsar(
  file: string,
  vocabulary: Vocabulary,
  limits: CsarLimits,
  keepImage: KeepImage,
): Promise<Outcome<VnfPackage>> {
  const opened = await openCsar(file, limits);
  if (!opened.ok) return opened;
  const archive = opened.value;
  try {
    const texts = await readTexts(archive, limits);
    const reading = await readWithAnswers(archive, { ...vocabulary, entries: archive.entries, texts: texts.texts });
    const contents = reading.package;
    if (contents === undefined || texts.findings.length > 0) {
      return refuse(packageRefused([...texts.findings, ...reading.findings], limits));
    }
    for (const image of contents.softwareImages) {
      await keepImage(image, (toFile) => archive.extract(image.path, toFile));
    }
    return ok(contents);
  } finally {
    archive.close();
  }
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
