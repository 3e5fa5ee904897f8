/**
 * Builds the parts of a lab from Debian packages with the scripts of the recipe.
 */
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keysIn, makeKeys } from './keys.js';
import { runProgram } from './program.js';
import { qemuProgram, type QemuProgram } from './qemu-program.js';

const buildLimitMs = 30 * 60_000;

/** `BERTH_DEBIAN_MIRROR`, else the mirror of this machine, else deb.debian.org. */
export async function debianMirror(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const wished = environment['BERTH_DEBIAN_MIRROR'];
  if (wished) return wished;
  for (const text of await aptSources()) {
    const found = mirrorIn(text);
    if (found !== undefined) return found;
  }
  return 'http://deb.debian.org/debian';
}

/** The first mirror of Debian itself in a file of apt's sources, in either of its formats; not one of its security archive. */
export function mirrorIn(sources: string): string | undefined {
  const lines = sources.split('\n').filter((line) => !line.startsWith('#'));
  const urls = lines.flatMap((line) => /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(https?:\S+)/.exec(line)?.[1] ?? []);
  return urls.find((url) => /\/debian\/?$/.test(url));
}

async function aptSources(): Promise<readonly string[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = (await readdir('/etc/apt')).includes('sources.list.d') ? (await readdir(folder)).toSorted() : [];
  const files = [...names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => join(folder, name))];
  if ((await readdir('/etc/apt')).includes('sources.list')) files.push('/etc/apt/sources.list');
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

export async function buildQemu(folder: string, recipe: string, mirror: string): Promise<void> {
  await runProgram('bash', [join(recipe, 'qemu.sh'), folder, mirror], { limitMs: buildLimitMs });
}

export interface ImageWish {
  readonly recipe: string;
  readonly mirror: string;
  readonly qemuImg: QemuProgram;
}

/** The disk, kernel and initramfs of a host, and its keys. */
export async function buildImage(folder: string, { recipe, mirror, qemuImg }: ImageWish): Promise<void> {
  const tree = join(folder, 'tree');
  const options = { limitMs: buildLimitMs };
  await runProgram('bash', [join(recipe, 'host-tree.sh'), tree, mirror, join(recipe, 'overlay')], options);
  await placeKeys(tree, join(folder, 'keys'));
  const words = [qemuImg.program, ...qemuImg.args];
  await runProgram('bash', [join(recipe, 'host-image.sh'), tree, folder, join(recipe, 'init'), ...words], {
    ...options,
    environment: qemuImg.environment,
  });
  await rm(tree, { recursive: true, force: true });
}

async function placeKeys(tree: string, folder: string): Promise<void> {
  await makeKeys(folder);
  const keys = keysIn(folder);
  const put = async (from: string, to: string, mode: number): Promise<void> => {
    await mkdir(join(tree, to, '..'), { recursive: true });
    await copyFile(from, join(tree, to));
    await chmod(join(tree, to), mode);
  };
  await mkdir(join(tree, 'root/.ssh'), { recursive: true, mode: 0o700 });
  await put(`${keys.ssh}.pub`, 'root/.ssh/authorized_keys', 0o600);
  await put(join(keys.client, 'cacert.pem'), 'etc/pki/CA/cacert.pem', 0o644);
  await put(join(keys.server, 'servercert.pem'), 'etc/pki/libvirt/servercert.pem', 0o644);
  await put(join(keys.server, 'serverkey.pem'), 'etc/pki/libvirt/private/serverkey.pem', 0o600);
  const hostKey = await readFile(join(tree, 'etc/ssh/ssh_host_ed25519_key.pub'), 'utf8');
  await writeFile(join(folder, 'ssh', 'host.pub'), hostKey);
}

export const qemuImgOf = (qemu: string): QemuProgram => qemuProgram(qemu, 'qemu-img');
