/**
 * What the libvirt suites need of this machine, and in one line why a suite is skipped where it is missing.
 */
import { execFileSync } from 'node:child_process';
import { describe, it } from '@jest/globals';
import { existsSync } from 'node:fs';

const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/lib64'];
const programs = ['libvirtd', 'virsh', 'qemu-system-x86_64', 'qemu-img', 'unshare', 'ip'];

/** Why the library cannot be used; undefined when it can. */
export function missingLibrary(): string | undefined {
  const found = libraryFolders.some((folder) => existsSync(`${folder}/libvirt.so.0`));
  return found ? undefined : 'libvirt.so.0 is not installed (Debian: libvirt0)';
}

/** Why no libvirtd of our own can run QEMU here; undefined when it can. */
export function missingHypervisor(): string | undefined {
  const library = missingLibrary();
  if (library !== undefined) return library;
  if (process.getuid?.() !== 0) return 'not root: a private libvirtd needs namespaces of its own';
  const missing = programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (node scripts/host-prepare.mjs --packages-only)`;
  return canUnshare() ? undefined : 'no namespaces here: unshare --mount --net --pid is refused';
}

/** The suite when nothing is missing, one skipped line when something is. */
export function describeUnless(missing: string | undefined, title: string, suite: () => void): void {
  if (missing === undefined) describe(title, suite);
  else describe(title, () => it.skip(`is skipped: ${missing}`, () => undefined));
}

function isInstalled(program: string): boolean {
  const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}

/** Why no thread can be real-time here; undefined when it can. */
export const missingFifo = (): string | undefined =>
  succeeds('chrt', ['--fifo', '1', 'true']) ? undefined : 'no real-time scheduling here: chrt --fifo 1 is refused';

/** Why libvirt cannot lock a guest's memory here; undefined when it can. */
export const missingLockedMemory = (): string | undefined =>
  succeeds('prlimit', ['--memlock=unlimited', 'true'])
    ? undefined
    : 'no locked memory here: raising the limit needs CAP_SYS_RESOURCE';

const canUnshare = (): boolean => succeeds('unshare', ['--mount', '--net', '--pid', '--fork', 'true']);

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
