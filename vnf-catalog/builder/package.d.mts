export interface DebianPackage {
  readonly version: string;
  readonly architecture: string;
  readonly source: string;
  readonly sourceVersion: string;
  readonly inImage: boolean;
}
export interface ImageParts {
  readonly distro: string;
  readonly packages: Readonly<Record<string, DebianPackage>>;
  readonly buildHost: { readonly distro: string; readonly packages: Readonly<Record<string, DebianPackage>> };
  readonly guestProgram: { readonly sha256: string };
  readonly programs?: Readonly<Record<string, { readonly sha256: string }>>;
}
export interface BuiltImage {
  readonly qcow2: Buffer;
  readonly manifest: { readonly image: { readonly virtualSizeBytes: number } } & Partial<ImageParts>;
  readonly copyright: Buffer;
}
export function readSource(folder: string): Map<string, Buffer>;
export function writeFiles(entries: ReadonlyMap<string, Uint8Array>, folder: string): void;
export function imagesOf(source: ReadonlyMap<string, Buffer>): string[];
export function assemble(
  name: string,
  source: ReadonlyMap<string, Buffer>,
  images: ReadonlyMap<string, BuiltImage>,
): Map<string, Buffer>;
