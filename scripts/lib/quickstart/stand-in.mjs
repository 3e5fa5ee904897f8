/**
 * A package of the catalogue around an image that holds nothing: the real definitions, for hosts that only pretend to boot.
 */
import { statSync } from 'node:fs';
import { inTop } from '../paths.mjs';

const virtualSizeMiB = 64;

/** A qcow2 (version 3) that has a header and no clusters. */
function emptyImage() {
  const bytes = Buffer.alloc(64 * 1024);
  bytes.write('QFI\xfb', 'latin1');
  bytes.writeUInt32BE(3, 4);
  bytes.writeUInt32BE(16, 20);
  bytes.writeBigUInt64BE(BigInt(virtualSizeMiB * 1024 * 1024), 24);
  bytes.writeUInt32BE(4, 96);
  bytes.writeUInt32BE(104, 100);
  return bytes;
}

const standIn = () => ({
  qcow2: emptyImage(),
  manifest: { image: { virtualSizeBytes: virtualSizeMiB * 1024 * 1024 } },
  copyright: Buffer.from('Nothing inside.\n'),
});

/** Every file of the package by its path. */
export async function standInEntries(name = 'router') {
  const { assemble, imagesOf, readSource } = await import('../../../vnf-catalog/builder/package.mjs');
  const source = readSource(inTop('vnf-catalog', name, 'package'));
  return assemble(name, source, new Map(imagesOf(source).map((image) => [image, standIn()])));
}

export async function standInPackage(file, tell, name = 'router') {
  const { pack } = await import('../../../vnf-catalog/builder/pack.mjs');
  await pack(name, await standInEntries(name), file);
  tell(`${file}, ${Math.ceil(statSync(file).size / 1024)} KiB`);
}
