/**
 * The files port: where package archives and software images lie, and who reads them. `package-store.ts` is the
 * adapter on a directory.
 */
import type { VnfPkgId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { VnfPackage } from '../package/model.js';
import type { SecurityFiles } from '../package/security-files.js';

/** Bytes from `first` to `last`, both included, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** What can be sent, whole or in part. Nothing is open before it is read, nor after. */
export interface StoredFile {
  readonly sizeBytes: number;
  /** `range` lies within the file. May be left unread; memory stays flat. */
  read(range?: ByteRange): AsyncIterable<Uint8Array>;
}

/** Where a package is fetched from. Never kept longer than the fetch takes, never logged. */
export interface PackageSource {
  /** An http or https URI. */
  readonly address: string;
  readonly credentials?: { readonly userName: string; readonly password: string };
}

/** `quick`: whatever takes long is put off, so that it holds up no other; `patient`: read to its end or its limits; the default. */
export type ReadingPace = 'quick' | 'patient';

/**
 * The package was not read to its end, and nothing is known of it: its archive stays, and it is to be read again.
 * `slow`: it takes longer than a quick reading may. `interrupted`: the machine ended the reading, by its own need.
 */
export class NotRead extends Error {
  readonly why: 'slow' | 'interrupted';

  constructor(why: NotRead['why'], message: string) {
    super(message);
    this.name = 'NotRead';
    this.why = why;
  }
}

/** What of a package decides which files lie beside its archive. */
export type SettledContents = Pick<VnfPackage, 'softwareImages' | 'securityOption'>;

export interface UnsettledPackage {
  readonly id: VnfPkgId;
  /** Where its archive should be. */
  readonly archive: string;
  readonly why: string;
}

export interface PackageFiles {
  /** Makes the folders. */
  open(): Promise<void>;
  /** Packages of which something is stored here, known or not. */
  stored(): Promise<readonly VnfPkgId[]>;
  /**
   * Streams an archive in, fsynced and renamed into place when whole. Refuses `payload-too-large` past the limit,
   * `insufficient-storage` when the disk is full, and `upload-broken` when fewer bytes than expected arrive; nothing is
   * left behind then.
   */
  receive(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes?: number,
  ): Promise<Outcome<{ readonly sha256: string; readonly sizeBytes: number }>>;
  /**
   * Fetches an archive by the operator's rules and stores it like `receive`. Refuses `unprocessable` when it may not or
   * cannot be fetched, with the reason; `lost` ends the fetch.
   */
  fetch(id: VnfPkgId, source: PackageSource, lost: AbortSignal): ReturnType<PackageFiles['receive']>;
  /**
   * Reads the stored archive, checks it whole, extracts its images. Refuses `package-refused` with `findings`,
   * `insufficient-storage` when the images do not fit on the disk. Throws `NotRead` when it is to be read again.
   */
  onboard(id: VnfPkgId, pace?: ReadingPace): Promise<Outcome<VnfPackage>>;
  /**
   * Brings the images of onboarded packages to their place where an earlier build or a restore left them elsewhere, and
   * extracts from their archives what is nowhere. Answers the packages whose files are not there or cannot be used.
   */
  settle(packages: AsyncIterable<readonly [VnfPkgId, SettledContents]>): Promise<readonly UnsettledPackage[]>;
  /** The archive as it was uploaded. */
  archive(id: VnfPkgId): Promise<StoredFile>;
  /** One file of the package; undefined when there is none of that path. */
  file(id: VnfPkgId, path: string): Promise<StoredFile | undefined>;
  /** Files of the package as a new ZIP archive, each once, in this order; paths that it has not are left out. */
  zip(id: VnfPkgId, paths: readonly string[]): Promise<StoredFile>;
  /** Which files of the package are certificates and signatures, and of what. */
  securityFiles(id: VnfPkgId): Promise<SecurityFiles>;
  /** A software image of the package by its SHA-256. */
  image(id: VnfPkgId, sha256: string): Promise<StoredFile>;
  /** Local path of a software image of the package by its SHA-256. */
  imagePath(id: VnfPkgId, sha256: string): string;
  /** Removes all that is stored of the package, whole or not. */
  remove(id: VnfPkgId): Promise<void>;
}
