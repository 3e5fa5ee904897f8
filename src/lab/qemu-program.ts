/**
 * A program of the lab's QEMU, started from the folder with its extracted Debian packages by the dynamic loader of that
 * folder, so that it needs neither libraries of this machine nor root.
 */
import { join } from 'node:path';

export interface QemuProgram {
  readonly program: string;
  /** What comes before its own arguments. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export function qemuProgram(part: string, name: 'qemu-system-x86_64' | 'qemu-img'): QemuProgram {
  const tree = join(part, 'tree', 'usr');
  const libraries = join(tree, 'lib', 'x86_64-linux-gnu');
  const firmware = ['qemu', 'seabios'].flatMap((each) => ['-L', join(tree, 'share', each)]);
  return {
    program: join(tree, 'lib64', 'ld-linux-x86-64.so.2'),
    args: [
      ...['--library-path', libraries, join(tree, 'bin', name)],
      ...(name === 'qemu-system-x86_64' ? firmware : []),
    ],
    environment: { QEMU_MODULE_DIR: join(libraries, 'qemu') },
  };
}
