/**
 * From a stored CSAR to a `VnfPackage`: reads the package and extracts its images. Refuses `package-refused` with all
 * findings.
 */
import type { PackageImage, VnfPackage } from '../package/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { withPackage } from './open-package.js';
import { packageRefused } from './package-refused.js';
import { readArchive, type SignatureChecks } from './read-archive.js';
import type { Vocabulary } from './schema-check.js';

/** Puts one image where images are kept; `extract` writes it to a new file. */
export type KeepImage = (image: PackageImage, extract: (toFile: string) => Promise<void>) => Promise<void>;

/** Where the inner archive of a package of security option 2 is kept: beside the outer one. */
export const innerArchivePath = (file: string): string => `${file}.inner`;

export const onboardCsar = (
  file: string,
  vocabulary: Vocabulary,
  limits: CsarLimits,
  keepImage: KeepImage,
  signatures?: SignatureChecks,
): Promise<Outcome<VnfPackage>> =>
  withPackage({ file, innerFile: innerArchivePath(file), limits, signatures }, async (archive, checks) => {
    const { findings, package: contents } = await readArchive(archive, vocabulary, limits, checks);
    if (contents === undefined) return refuse(packageRefused(findings, limits));
    for (const image of contents.softwareImages) {
      await keepImage(image, (toFile) => archive.extract(image.path, toFile));
    }
    return ok(contents);
  });
