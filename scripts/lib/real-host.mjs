/**
 * What the suites need of this machine: QEMU, libvirt, PostgreSQL, and the tools to build a guest of Debian's packages. As
 * root they are installed; without root the suites that miss them say so themselves.
 */
import { ensureDebianPackages, PackagesMissing } from './debian.mjs';
import { hostPackages, imagePackages, labPackages, testPackages } from './packages.mjs';

/** False when there was nothing to do. */
export async function prepareRealHost() {
  try {
    return (
      (await ensureDebianPackages({ ...hostPackages, ...imagePackages, ...labPackages, ...testPackages })).length > 0
    );
  } catch (error) {
    if (!(error instanceof PackagesMissing)) throw error;
    console.log(`${error.message}\nGoing on without them: the suites that need them are skipped.`);
    return false;
  }
}
