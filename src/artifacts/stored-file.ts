/**
 * Files of a stored package as they are sent: on disk, inside an archive, or put together into one. What lies compressed
 * in an archive has no random access: a range of it is read from the beginning, and what comes before is dropped.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { findLayout } from '../package/layout.js';
import { readManifest } from '../package/manifest.js';
import { securityFiles, type SecurityFiles } from '../package/security-files.js';
import { toscaMetaPath } from '../package/tosca-meta.js';
import type { ByteRange, StoredFile } from './artifacts.js';
import type { CsarLimits } from './csar-limits.js';
import { extractEntry, readEntry, streamEntry } from './entry-content.js';
import { openZipDirectory } from './zip-directory.js';
import { zipContent, zipSize, type ZipMember } from './zip-writer.js';

/** Throws ENOENT when it is not there. */
export async function fileOnDisk(path: string): Promise<StoredFile> {
  const { size } = await stat(path);
  return {
    sizeBytes: size,
    read: (range) => createReadStream(path, range && { start: range.first, end: range.last }),
  };
}

/** A package that was onboarded: its archive opens as it did then. */
export class StoredArchive {
  readonly #file: string;
  readonly #limits: CsarLimits;

  constructor(file: string, limits: CsarLimits) {
    this.#file = file;
    this.#limits = limits;
  }

  /** Undefined when there is none of that path. */
  async file(path: string): Promise<StoredFile | undefined> {
    return this.#open((_, files) => {
      const entry = files.get(path);
      return entry && { sizeBytes: entry.uncompressedSize, read: (range) => within(this.#content(path), range) };
    });
  }

  /** The files of these paths, each once, in that order, as a new archive; paths that are not there are left out. */
  async zip(paths: readonly string[]): Promise<StoredFile> {
    const sizeBytes = await this.#open((zip, files) => zipSize(membersOf(zip, files, paths)));
    return { sizeBytes, read: (range) => within(this.#zipped(paths), range) };
  }

  /** Writes one file to a new file, synced. */
  async extract(path: string, toFile: string): Promise<void> {
    await this.#open(async (zip, files) => {
      const entry = files.get(path);
      if (entry === undefined) throw new Error(`the archive ${this.#file} has no file ${path}`);
      await extractEntry(zip, entry, toFile, this.#limits.keptFreeBytes);
    });
  }

  securityFiles(): Promise<SecurityFiles> {
    return this.#open(async (zip, files) => {
      const paths = new Set(files.keys());
      const meta = await this.#text(zip, files.get(toscaMetaPath));
      const layout = findLayout(paths, [], new Map(meta === undefined ? [] : [[toscaMetaPath, meta]]));
      const { manifestPath: path } = layout;
      const manifest = path === undefined ? undefined : await this.#text(zip, files.get(path));
      const read = path === undefined || manifest === undefined ? undefined : readManifest(path, manifest);
      return securityFiles(layout, read, paths);
    });
  }

  async #text(zip: ZipFile, entry: Entry | undefined): Promise<string | undefined> {
    return entry && (await readEntry(zip, entry, this.#limits.textBytes)).toString('utf8');
  }

  async *#content(path: string): AsyncGenerator<Uint8Array> {
    const { zip, files } = await this.#directory();
    try {
      const entry = files.get(path);
      if (entry !== undefined) yield* streamEntry(zip, entry);
    } finally {
      zip.close();
    }
  }

  async *#zipped(paths: readonly string[]): AsyncGenerator<Uint8Array> {
    const { zip, files } = await this.#directory();
    try {
      yield* zipContent(membersOf(zip, files, paths));
    } finally {
      zip.close();
    }
  }

  async #open<T>(work: (zip: ZipFile, files: ReadonlyMap<string, Entry>) => T | Promise<T>): Promise<T> {
    const { zip, files } = await this.#directory();
    try {
      return await work(zip, files);
    } finally {
      zip.close();
    }
  }

  async #directory() {
    const { zip, files } = await openZipDirectory(this.#file, this.#limits);
    if (zip === undefined) throw new Error(`the archive ${this.#file} is not as it was onboarded`);
    return { zip, files };
  }
}

function membersOf(zip: ZipFile, files: ReadonlyMap<string, Entry>, paths: readonly string[]): readonly ZipMember[] {
  return [...new Set(paths)].flatMap((path) => {
    const entry = files.get(path);
    if (entry === undefined) return [];
    const content = () => streamEntry(zip, entry);
    return [{ path, sizeBytes: entry.uncompressedSize, crc32: entry.crc32, content }];
  });
}

async function* within(content: AsyncIterable<Uint8Array>, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  const { first, last } = range ?? { first: 0, last: Infinity };
  let at = 0;
  for await (const chunk of content) {
    const part = chunk.subarray(Math.max(first - at, 0), Math.min(last + 1 - at, chunk.length));
    if (part.length > 0) yield part;
    at += chunk.length;
    if (at > last) return;
  }
}
