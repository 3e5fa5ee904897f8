/**
 * From a stored CSAR to a `VnfPackage`: reads the archive and extracts the images. Refuses `package-refused` with all
 * findings.
 */
import type { PackageImage, VnfPackage } from '../package/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { CsarLimits } from './csar-limits.js';
import { openCsar } from './open-csar.js';
import { packageRefused } from './package-refused.js';
import { readArchive } from './read-archive.js';
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
    const { findings, package: contents } = await readArchive(archive, vocabulary, limits);
    if (contents === undefined) return refuse(packageRefused(findings, limits));
    for (const image of contents.softwareImages) {
      await keepImage(image, (toFile) => archive.extract(image.path, toFile));
    }
    return ok(contents);
  } finally {
    archive.close();
  }
}
