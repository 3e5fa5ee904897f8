/**
 * From a stored CSAR to a `VnfPackage`: reads the package and extracts its images. Refuses `package-refused` with all
 * findings.
 */
import type { PackageImage, VnfPackage } from '../package/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { sizeOf } from './durable.js';
import { extractInnerAgain, withPackage } from './open-package.js';
import type { PackageReader } from './package-reader.js';
import { keptFindings, packageRefused } from './package-refused.js';
import { readArchive, type SignatureChecks } from './read-archive.js';

/** Puts images where they are kept, each once; `extract` writes one to a new file. */
export type KeepImages = (
  images: readonly PackageImage[],
  extract: (image: PackageImage, toFile: string) => Promise<void>,
) => Promise<Outcome<void>>;

/** Where the inner archive of a package of security option 2 is kept: beside the outer one. */
export const innerArchivePath = (file: string): string => `${file}.inner`;

export const onboardCsar = (
  file: string,
  read: PackageReader,
  limits: CsarLimits,
  keepImages: KeepImages,
  signatures?: SignatureChecks,
): Promise<Outcome<VnfPackage>> =>
  withPackage(
    { file, innerFile: innerArchivePath(file), limits, signatures },
    async (archive, checks, securityOption) => {
      const { findings, package: contents } = await readArchive(archive, read, limits, checks);
      if (contents === undefined) return refuse(packageRefused(findings, limits));
      const images = [...new Map(contents.softwareImages.map((image) => [image.sha256, image])).values()];
      const kept = await keepImages(images, ({ path }, toFile) => archive.extract(path, toFile));
      return kept.ok ? ok({ ...contents, securityOption, findings: keptFindings(findings, limits) }) : kept;
    },
  );

/** Extracts the inner archive where a restored backup left it out. Throws a sentence when it cannot. */
export async function settleInner(file: string, limits: CsarLimits): Promise<void> {
  const innerFile = innerArchivePath(file);
  if ((await sizeOf(innerFile)) !== undefined) return;
  const extracted = await extractInnerAgain({ file, innerFile, limits });
  if (!extracted.ok) throw new Error(extracted.problem.detail);
}
