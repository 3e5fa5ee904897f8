/**
 * What the libvirt suites need of this machine, and a libvirtd of their own: in its own mount and network namespace,
 * with its own configuration, state and socket, so that no test touches the user's daemon, bridges or images.
 */
import { describe, it } from '@jest/globals';
import { existsSync } from 'node:fs';

const libraryFolders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/lib64'];

/** Why the library cannot be used; undefined when it can. */
export function missingLibrary(): string | undefined {
  const found = libraryFolders.some((folder) => existsSync(`${folder}/libvirt.so.0`));
  return found ? undefined : 'libvirt.so.0 is not installed (Debian: libvirt0)';
}

/** One line instead of a suite. */
export function skipSuite(title: string, reason: string): void {
  describe(title, () => {
    it.skip(`is skipped: ${reason}`, () => undefined);
  });
}
