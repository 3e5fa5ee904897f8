/**
 * The files port on a directory:
 *
 *   packages/<vnfPkgId>/content.csar        the archive as uploaded
 *   packages/<vnfPkgId>/content.csar.inner  the package inside it, where the archive is one of security option 2
 *   images/<sha256>                         software images, shared by packages that hold the same bytes
 *   *.part                                  not whole yet; removed at start
 */
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { VnfPackage } from '../package/model.js';
import { vnfPkgId, type VnfPkgId } from '../shared/ids.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type { PackageFiles } from './artifacts.js';
import type { CsarLimits } from './csar-limits.js';
import { errnoOf, partSuffix, writeWhole } from './durable.js';
import { readEntry, streamEntry } from './entry-content.js';
import { innerArchivePath, onboardCsar, type KeepImage } from './onboard.js';
import type { SignatureChecks } from './read-archive.js';
import { receiveTo } from './receive.js';
import type { Vocabulary } from './schema-check.js';
import { openZipDirectory } from './zip-directory.js';

export class PackageStore implements PackageFiles {
  readonly #packages: string;
  readonly #images: string;
  readonly #vocabulary: Vocabulary;
  readonly #limits: CsarLimits;
  readonly #signatures: SignatureChecks | undefined;

  /** Without `signatures` they are not looked at. */
  constructor(dataDir: string, vocabulary: Vocabulary, limits: CsarLimits, signatures?: SignatureChecks) {
    this.#packages = join(dataDir, 'packages');
    this.#images = join(dataDir, 'images');
    this.#vocabulary = vocabulary;
    this.#limits = limits;
    this.#signatures = signatures;
  }

  async open(): Promise<void> {
    await mkdir(this.#packages, { recursive: true });
    await mkdir(this.#images, { recursive: true });
    for (const folder of [this.#packages, this.#images]) {
      const names = await readdir(folder, { recursive: true });
      const parts = names.filter((name) => name.endsWith(partSuffix));
      for (const name of parts) await rm(join(folder, name), { force: true });
    }
  }

  async stored(): Promise<readonly VnfPkgId[]> {
    return (await readdir(this.#packages)).map(vnfPkgId);
  }

  async receive(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes?: number,
  ): Promise<Outcome<{ readonly sha256: string; readonly sizeBytes: number }>> {
    const limit = this.#limits.archiveBytes;
    if ((expectedBytes ?? 0) > limit) return refuse(tooLarge(id, limit));
    await mkdir(this.#folder(id), { recursive: true });
    try {
      return await this.#receive(id, content, expectedBytes);
    } finally {
      await removeEmpty(this.#folder(id));
    }
  }

  async #receive(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes: number | undefined,
  ): Promise<Outcome<{ readonly sha256: string; readonly sizeBytes: number }>> {
    const limit = this.#limits.archiveBytes;
    const part = `${this.archivePath(id)}${partSuffix}`;
    const received = await receiveTo(part, content, limit);
    if (received.kind === 'busy') return refuse(busy(id));
    if (received.kind === 'too-large') return refuse(tooLarge(id, limit));
    const { sha256, sizeBytes } = received;
    if (expectedBytes !== undefined && sizeBytes !== expectedBytes) {
      await rm(part, { force: true });
      return refuse(broken(id, expectedBytes, sizeBytes));
    }
    await writeWhole(part, this.archivePath(id), () => Promise.resolve());
    return ok({ sha256, sizeBytes });
  }

  onboard(id: VnfPkgId): Promise<Outcome<VnfPackage>> {
    return onboardCsar(this.archivePath(id), this.#vocabulary, this.#limits, this.#keepImage(id), this.#signatures);
  }

  archivePath(id: VnfPkgId): string {
    return join(this.#folder(id), 'content.csar');
  }

  imagePath(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`${JSON.stringify(sha256)} is no SHA-256`);
    return join(this.#images, sha256);
  }

  async read(id: VnfPkgId, path: string): Promise<Uint8Array | undefined> {
    const { zip, entry } = await this.#find(id, path);
    try {
      return entry === undefined ? undefined : await readEntry(zip, entry, entry.uncompressedSize);
    } finally {
      zip.close();
    }
  }

  async stream(id: VnfPkgId, path: string): ReturnType<PackageFiles['stream']> {
    const { zip, entry } = await this.#find(id, path);
    zip.close();
    return entry === undefined ? undefined : { sizeBytes: entry.uncompressedSize, content: this.#streamed(id, path) };
  }

  /** Opened when it is read and not before: what nobody reads holds nothing open. */
  async *#streamed(id: VnfPkgId, path: string): AsyncGenerator<Uint8Array> {
    const { zip, entry } = await this.#find(id, path);
    try {
      if (entry !== undefined) yield* streamEntry(zip, entry);
    } finally {
      zip.close();
    }
  }

  async #find(id: VnfPkgId, path: string) {
    const outer = this.archivePath(id);
    const inner = innerArchivePath(outer);
    const file = (await sizeOf(inner)) === undefined ? outer : inner;
    const { zip, files } = await openZipDirectory(file, this.#limits);
    if (zip === undefined) throw new Error(`the archive of package ${id} is not as it was onboarded`);
    return { zip, entry: files.get(path) };
  }

  async remove(id: VnfPkgId, keepImages: ReadonlySet<string>): Promise<void> {
    await rm(this.#folder(id), { recursive: true, force: true });
    const images = await readdir(this.#images);
    for (const name of images.filter((image) => !keepImages.has(image))) {
      await rm(join(this.#images, name), { force: true });
    }
  }

  /** Extracted once however many packages and VDUs use it. */
  #keepImage(id: VnfPkgId): KeepImage {
    return async ({ sha256, sizeBytes }, extract) => {
      const file = this.imagePath(sha256);
      if ((await sizeOf(file)) === sizeBytes) return;
      const part = `${file}.${id}${partSuffix}`;
      await rm(part, { force: true });
      await writeWhole(part, file, () => extract(part));
    };
  }

  /** Ids are Berth's own; anything else would be a path. */
  #folder(id: VnfPkgId): string {
    if (!/^[0-9A-Za-z-]{1,64}$/.test(id)) throw new Error(`${JSON.stringify(id)} is no package id`);
    return join(this.#packages, id);
  }
}

const tooLarge = (id: VnfPkgId, limit: number) =>
  problem('payload-too-large', `The content of package ${id} is larger than ${limit} bytes, the limit of this server.`);

const busy = (id: VnfPkgId) =>
  problem('wrong-state', `Another upload of package ${id} is under way; wait for it or delete the resource.`);

const broken = (id: VnfPkgId, expected: number, actual: number) =>
  problem('upload-broken', `The upload of package ${id} ended after ${actual} bytes of ${expected}.`);

/** A refused upload leaves no folder; one with an archive in it stays. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOTEMPTY' && errno !== 'ENOENT') throw error;
  }
}

/** Undefined when there is no such file. */
async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
