export interface BuiltImage {
  readonly qcow2: Buffer;
  readonly manifest: { readonly image: { readonly virtualSizeBytes: number } };
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
