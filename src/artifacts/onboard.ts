/**
 * From a stored CSAR to a `VnfPackage`: reads the archive, the one inside it where it is one of security option 2, and
 * extracts the images. Refuses `package-refused` with all findings.
 */
import { rm } from 'node:fs/promises';
import { found } from '../package/finding-codes.js';
import type { PackageImage, VnfPackage } from '../package/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { partSuffix, writeWhole } from './durable.js';
import { openCsar, type CsarArchive } from './open-csar.js';
import { checkOuter, outerArchive, verifyOuter, type OuterArchive } from './outer-archive.js';
import { packageRefused } from './package-refused.js';
import { readArchive, type SignatureChecks } from './read-archive.js';
import type { Vocabulary } from './schema-check.js';

/** Puts one image where images are kept; `extract` writes it to a new file. */
export type KeepImage = (image: PackageImage, extract: (toFile: string) => Promise<void>) => Promise<void>;

/** Where the inner archive of a package of security option 2 is kept: beside the outer one. */
export const innerArchivePath = (file: string): string => `${file}.inner`;

interface Means {
  readonly vocabulary: Vocabulary;
  readonly limits: CsarLimits;
  readonly keepImage: KeepImage;
  readonly signatures: SignatureChecks | undefined;
}

export async function onboardCsar(
  file: string,
  vocabulary: Vocabulary,
  limits: CsarLimits,
  keepImage: KeepImage,
  signatures?: SignatureChecks,
): Promise<Outcome<VnfPackage>> {
  const means = { vocabulary, limits, keepImage, signatures };
  return withArchive(file, limits, (archive) => {
    const outer = outerArchive(archive.entries);
    return outer === undefined ? onboard(archive, means) : onboardInner(archive, outer, innerArchivePath(file), means);
  });
}

async function withArchive(
  file: string,
  limits: CsarLimits,
  work: (archive: CsarArchive) => Promise<Outcome<VnfPackage>>,
): Promise<Outcome<VnfPackage>> {
  const opened = await openCsar(file, limits);
  if (!opened.ok) return opened;
  try {
    return await work(opened.value);
  } finally {
    opened.value.close();
  }
}

async function onboard(
  archive: CsarArchive,
  { vocabulary, limits, keepImage, signatures }: Means,
): Promise<Outcome<VnfPackage>> {
  const { findings, package: contents } = await readArchive(archive, vocabulary, limits, signatures);
  if (contents === undefined) return refuse(packageRefused(findings, limits));
  for (const image of contents.softwareImages) {
    await keepImage(image, (toFile) => archive.extract(image.path, toFile));
  }
  return ok(contents);
}

/** Where signatures are required, an inner archive that is not well signed is never opened. */
async function onboardInner(
  archive: CsarArchive,
  outer: OuterArchive,
  toFile: string,
  means: Means,
): Promise<Outcome<VnfPackage>> {
  const { limits, signatures } = means;
  const nested = checkOuter(archive.entries, outer);
  if (nested.length > 0) return refuse(packageRefused(nested, limits));
  const verdict = signatures && (await verifyOuter(archive, outer, signatures.verify));
  const faults = verdict?.faults ?? [];
  if (signatures?.policy === 'require' && faults.length > 0) {
    const findings = faults.map(({ code, message }) => found(code, { file: outer.inner }, message));
    return refuse(packageRefused(findings, limits));
  }
  await extractInner(archive, outer.inner, toFile);
  const withVerdict = { ...means, signatures: signatures && { ...signatures, ...(verdict && { outer: verdict }) } };
  const outcome = await withArchive(toFile, limits, (inner) => onboardInmost(inner, outer.inner, withVerdict));
  if (!outcome.ok) await rm(toFile, { force: true });
  return outcome;
}

async function extractInner(archive: CsarArchive, inner: string, toFile: string): Promise<void> {
  const part = `${toFile}${partSuffix}`;
  await rm(part, { force: true });
  await writeWhole(part, toFile, () => archive.extract(inner, part));
}

async function onboardInmost(archive: CsarArchive, name: string, means: Means): Promise<Outcome<VnfPackage>> {
  const again = outerArchive(archive.entries);
  if (again === undefined) return onboard(archive, means);
  const message = `\`${name}\` is itself an archive around \`${again.inner}\`.`;
  return refuse(packageRefused([found('CSAR-NESTED', { file: name }, message)], means.limits));
}
