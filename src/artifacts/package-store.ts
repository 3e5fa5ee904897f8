/**
 * The files port on a directory:
 *
 *   packages/<vnfPkgId>/content.csar        the archive as uploaded
 *   packages/<vnfPkgId>/content.csar.inner  the package inside it, where the archive is one of security option 2
 *   packages/<vnfPkgId>/images/<sha256>     its software images
 *   *.part                                  not whole yet
 *
 * A package shares no file with another, so that replicas read and remove packages without minding each other.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { VnfPackage } from '../package/model.js';
import type { SecurityFiles } from '../package/security-files.js';
import { defined } from '../shared/defined.js';
import { errorText } from '../shared/error-text.js';
import { vnfPkgId, type VnfPkgId } from '../shared/ids.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type {
  PackageFiles,
  PackageSource,
  ReadingPace,
  SettledContents,
  StoredFile,
  UnsettledPackage,
} from './artifacts.js';
import type { CsarLimits } from './csar-limits.js';
import { partSuffix, sizeOf, writeWhole } from './durable.js';
import { errnoOf } from '../shared/errno.js';
import { inRoom, roomWatch } from './disk-room.js';
import { defaultFetchRules, fetchArchive, type FetchRules } from './fetch-archive.js';
import { innerArchivePath, onboardCsar, settleInner, type KeepImages } from './onboard.js';
import type { PackageReader } from './package-reader.js';
import type { SignatureChecks } from './read-archive.js';
import { receiveTo } from './receive.js';
import { leaveShared, settleImages } from './settle-images.js';
import { fileOnDisk, StoredArchive } from './stored-file.js';

export class PackageStore implements PackageFiles {
  readonly #packages: string;
  /** Of the first builds. */
  readonly #sharedImages: string;
  readonly #read: PackageReader;
  readonly #limits: CsarLimits;
  readonly #signatures: SignatureChecks | undefined;
  readonly #fetchRules: FetchRules;

  /** Without `signatures` they are not looked at. */
  constructor(
    dataDir: string,
    read: PackageReader,
    limits: CsarLimits,
    signatures?: SignatureChecks,
    fetchRules: FetchRules = defaultFetchRules,
  ) {
    this.#fetchRules = fetchRules;
    this.#packages = join(dataDir, 'packages');
    this.#sharedImages = join(dataDir, 'images');
    this.#read = read;
    this.#limits = limits;
    this.#signatures = signatures;
  }

  async open(): Promise<void> {
    await mkdir(this.#packages, { recursive: true });
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
    const what = `The archive of package ${id}`;
    const need = this.#need(what, this.#folder(id), expectedBytes);
    try {
      return await inRoom(need, () => this.#receive(id, content, expectedBytes));
    } finally {
      await removeEmpty(this.#folder(id));
    }
  }

  async fetch(id: VnfPkgId, source: PackageSource, lost: AbortSignal): ReturnType<PackageFiles['receive']> {
    const fetched = await fetchArchive(source, this.#fetchRules, lost);
    if (!fetched.ok) return fetched;
    const { content, expectedBytes } = fetched.value;
    return this.receive(id, content, expectedBytes).finally(() => fetched.value.close());
  }

  async #receive(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes: number | undefined,
  ): Promise<Outcome<{ readonly sha256: string; readonly sizeBytes: number }>> {
    const limit = this.#limits.archiveBytes;
    const part = `${this.#archivePath(id)}${partSuffix}`;
    const roomFor = roomWatch(this.#folder(id), this.#limits.keptFreeBytes);
    const received = await receiveTo(part, content, limit, roomFor);
    if (received.kind === 'busy') return refuse(busy(id));
    if (received.kind === 'too-large') return refuse(tooLarge(id, limit));
    const { sha256, sizeBytes } = received;
    if (expectedBytes !== undefined && sizeBytes !== expectedBytes) {
      await rm(part, { force: true });
      return refuse(broken(id, expectedBytes, sizeBytes));
    }
    await writeWhole(part, this.#archivePath(id), () => Promise.resolve());
    return ok({ sha256, sizeBytes });
  }

  async settle(packages: AsyncIterable<readonly [VnfPkgId, SettledContents]>): Promise<readonly UnsettledPackage[]> {
    const unsettled: UnsettledPackage[] = [];
    const settled = new Set<string>();
    for await (const [id, contents] of packages) {
      try {
        await this.#settle(id, contents);
        contents.softwareImages.forEach(({ sha256 }) => settled.add(sha256));
      } catch (error) {
        unsettled.push({ id, archive: this.#archivePath(id), why: errorText(error) });
      }
    }
    await leaveShared(this.#sharedImages, settled);
    return unsettled;
  }

  async #settle(id: VnfPkgId, { softwareImages, securityOption }: SettledContents): Promise<void> {
    const outer = this.#archivePath(id);
    if ((await sizeOf(outer)) === undefined) throw new Error('there is no such file');
    // First, for the images are in it.
    if (securityOption === 'OPTION_2') await settleInner(outer, this.#limits);
    await settleImages(softwareImages, {
      placeOf: (sha256) => this.imagePath(id, sha256),
      sharedFolder: this.#sharedImages,
      extract: async (path, toFile) => (await this.#stored(id)).extract(path, toFile),
    });
  }

  async onboard(id: VnfPkgId, pace: ReadingPace = 'patient'): Promise<Outcome<VnfPackage>> {
    const file = this.#archivePath(id);
    if ((await sizeOf(file)) === undefined) return refuse(missing(id, file));
    await this.#removeRead(id);
    return inRoom(this.#need(`Package ${id}, unpacked,`, this.#folder(id)), () =>
      onboardCsar(file, (input) => this.#read(input, pace), this.#limits, this.#keepImages(id), this.#signatures),
    );
  }

  async archive(id: VnfPkgId): Promise<StoredFile> {
    return fileOnDisk(this.#archivePath(id));
  }

  async file(id: VnfPkgId, path: string): Promise<StoredFile | undefined> {
    return (await this.#stored(id)).file(path);
  }

  async zip(id: VnfPkgId, paths: readonly string[]): Promise<StoredFile> {
    return (await this.#stored(id)).zip(paths);
  }

  async securityFiles(id: VnfPkgId): Promise<SecurityFiles> {
    return (await this.#stored(id)).securityFiles();
  }

  async image(id: VnfPkgId, sha256: string): Promise<StoredFile> {
    return fileOnDisk(this.imagePath(id, sha256));
  }

  imagePath(id: VnfPkgId, sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new Error(`${JSON.stringify(sha256)} is no SHA-256`);
    return join(this.#imageFolder(id), sha256);
  }

  /** The package itself, out of the archive around it where there is one. */
  async #stored(id: VnfPkgId): Promise<StoredArchive> {
    const outer = this.#archivePath(id);
    const inner = innerArchivePath(outer);
    return new StoredArchive((await sizeOf(inner)) === undefined ? outer : inner, this.#limits);
  }

  async remove(id: VnfPkgId): Promise<void> {
    await rm(this.#folder(id), { recursive: true, force: true });
  }

  /** Each once, however many VDUs use it. */
  #keepImages(id: VnfPkgId): KeepImages {
    return async (images, extract) => {
      const folder = this.#imageFolder(id);
      await mkdir(folder, { recursive: true });
      const bytes = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      return inRoom(this.#need(`The software images of package ${id}`, folder, bytes), async () => {
        for (const image of images) {
          const file = this.imagePath(id, image.sha256);
          const part = `${file}.${randomUUID()}${partSuffix}`;
          await writeWhole(part, file, () => extract(image, part));
        }
        return ok(undefined);
      });
    };
  }

  /** What one who read this package before has written; if it only sleeps, it finds its file gone and gives up. */
  async #removeRead(id: VnfPkgId): Promise<void> {
    const folder = this.#folder(id);
    const others = (await readdir(folder)).filter((name) => join(folder, name) !== this.#archivePath(id));
    for (const name of others) await rm(join(folder, name), { recursive: true, force: true });
  }

  #need(what: string, folder: string, bytes?: number) {
    const { keptFreeBytes } = this.#limits;
    return { what, folder, keptFreeBytes, ...defined({ bytes }) };
  }

  #imageFolder(id: VnfPkgId): string {
    return join(this.#folder(id), 'images');
  }

  #archivePath(id: VnfPkgId): string {
    return join(this.#folder(id), 'content.csar');
  }

  /** Ids are Berth's own; anything else would be a path. */
  #folder(id: VnfPkgId): string {
    if (!/^[0-9A-Za-z-]{1,64}$/.test(id)) throw new Error(`${JSON.stringify(id)} is no package id`);
    return join(this.#packages, id);
  }
}

const tooLarge = (id: VnfPkgId, limit: number) =>
  problem(
    'payload-too-large',
    `The content of package ${id} is larger than ${limit} bytes, the limit of this server (\`packageGiB\`). Delete the resource; have the limit raised, or upload less to a new one.`,
  );

const busy = (id: VnfPkgId) =>
  problem('wrong-state', `Another upload of package ${id} is under way; wait for it or delete the resource.`);

const broken = (id: VnfPkgId, expected: number, actual: number) =>
  problem(
    'upload-broken',
    `The upload of package ${id} ended after ${actual} bytes of ${expected}; delete the resource and upload to a new one.`,
  );

const missing = (id: VnfPkgId, file: string) =>
  problem(
    'upload-broken',
    `The archive of package ${id} is not at ${file}. Give all replicas one \`dataDir\` (docs/store.md); then delete the resource and upload to a new one.`,
  );

/** A refused upload leaves no folder; one with an archive in it stays. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOTEMPTY' && errno !== 'ENOENT') throw error;
  }
}
