/**
 * Opens a package, the one inside the archive where it is of security option 2 (SOL004 clause 5.2). Where signatures are
 * required, an inner archive that is not well signed is never opened.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { found } from '../package/finding-codes.js';
import type { VnfPackage } from '../package/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type { CsarLimits } from './csar-limits.js';
import { partSuffix, writeWhole } from './durable.js';
import { openCsar, type CsarArchive } from './open-csar.js';
import { checkOuter, outerArchive, verifyOuter, type OuterArchive } from './outer-archive.js';
import { packageRefused } from './package-refused.js';
import type { SignatureChecks } from './read-archive.js';

export interface PackageFile {
  readonly file: string;
  /** Where an inner archive is written; it stays there when the work ends well. */
  readonly innerFile: string;
  readonly limits: CsarLimits;
  readonly signatures: SignatureChecks | undefined;
}

/** The open package, how its signatures are looked at (with the verdict on the archive around it), and its form. */
type PackageWork<T> = (
  archive: CsarArchive,
  signatures: SignatureChecks | undefined,
  securityOption: VnfPackage['securityOption'],
) => Promise<Outcome<T>>;

/** Refuses `package-refused` with findings when the archive, or the one around it, cannot be trusted. */
export const withPackage = <T>(from: PackageFile, work: PackageWork<T>): Promise<Outcome<T>> =>
  withArchive(from.file, from.limits, (archive) => {
    const outer = outerArchive(archive.entries);
    return outer === undefined ? work(archive, from.signatures, 'OPTION_1') : withInner(archive, outer, from, work);
  });

/**
 * The inner archive of a package of option 2 that was trusted before, written once more; a backup is without it. Refuses
 * when the archive cannot be opened, or is around none.
 */
export const extractInnerAgain = ({
  file,
  innerFile,
  limits,
}: Omit<PackageFile, 'signatures'>): Promise<Outcome<void>> =>
  withArchive(file, limits, async (archive) => {
    const outer = outerArchive(archive.entries);
    if (outer === undefined)
      return refuse(problem('package-refused', `There is no package inside the archive ${file}.`));
    await extractInner(archive, outer.inner, innerFile);
    return ok(undefined);
  });

async function withArchive<T>(
  file: string,
  limits: CsarLimits,
  work: (archive: CsarArchive) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const opened = await openCsar(file, limits);
  if (!opened.ok) return opened;
  try {
    return await work(opened.value);
  } finally {
    opened.value.close();
  }
}

async function withInner<T>(
  archive: CsarArchive,
  outer: OuterArchive,
  { innerFile, limits, signatures }: PackageFile,
  work: PackageWork<T>,
): Promise<Outcome<T>> {
  const nested = checkOuter(archive.entries, outer);
  if (nested.length > 0) return refuse(packageRefused(nested, limits));
  const verdict = signatures && (await verifyOuter(archive, outer, signatures.verify));
  const faults = verdict?.faults ?? [];
  if (signatures?.policy === 'require' && faults.length > 0) {
    const findings = faults.map(({ code, message }) => found(code, { file: outer.inner }, message));
    return refuse(packageRefused(findings, limits));
  }
  await extractInner(archive, outer.inner, innerFile);
  const checks = signatures && { ...signatures, ...(verdict && { outer: verdict }) };
  const outcome = await withArchive(innerFile, limits, (inner) => {
    const again = outerArchive(inner.entries);
    if (again === undefined) return work(inner, checks, 'OPTION_2');
    const message = `\`${outer.inner}\` is itself an archive around \`${again.inner}\`.`;
    return Promise.resolve(refuse(packageRefused([found('CSAR-NESTED', { file: outer.inner }, message)], limits)));
  });
  if (!outcome.ok) await rm(innerFile, { force: true });
  return outcome;
}

async function extractInner(archive: CsarArchive, inner: string, toFile: string): Promise<void> {
  const part = `${toFile}.${randomUUID()}${partSuffix}`;
  await writeWhole(part, toFile, () => archive.extract(inner, part));
}
