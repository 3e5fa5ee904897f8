/**
 * The files port: where package archives and software images lie, and who reads them. `package-store.ts` is the
 * adapter on a directory.
 */
import type { VnfPkgId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { VnfPackage } from '../package/model.js';

export interface PackageFiles {
  /** Removes what killed uploads and extractions left. */
  open(): Promise<void>;
  /** Packages of which something is stored here, known or not. */
  stored(): Promise<readonly VnfPkgId[]>;
  /**
   * Streams an archive in, fsynced and renamed into place when whole. Refuses `payload-too-large` past the limit and
   * `upload-broken` when fewer bytes than expected arrive; nothing is left behind then.
   */
  receive(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes?: number,
  ): Promise<Outcome<{ readonly sha256: string; readonly sizeBytes: number }>>;
  /** Reads the stored archive, checks it whole, extracts its images. Refuses `package-refused` with `findings`. */
  onboard(id: VnfPkgId): Promise<Outcome<VnfPackage>>;
  /** Path of the stored archive. */
  archivePath(id: VnfPkgId): string;
  /** Content of one small file of the package; undefined when there is none of that path. */
  read(id: VnfPkgId, path: string): Promise<Uint8Array | undefined>;
  /** The same as a stream, for files of any size; may be left unread. */
  stream(
    id: VnfPkgId,
    path: string,
  ): Promise<{ readonly sizeBytes: number; readonly content: AsyncIterable<Uint8Array> } | undefined>;
  /** Local path of a software image by its SHA-256. */
  imagePath(sha256: string): string;
  /** Removes the archive, and images that no package in `keepImages` needs. */
  remove(id: VnfPkgId, keepImages: ReadonlySet<string>): Promise<void>;
}
