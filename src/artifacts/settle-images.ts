/**
 * Software images where they belong, whatever an earlier build or a restored backup left: beside their package. The first builds
 * kept them in one folder for all packages; an image that is nowhere is extracted again from the archive.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PackageImage } from '../package/model.js';
import { partSuffix, sizeOf, writeWhole } from './durable.js';
import { errnoOf } from '../shared/errno.js';

export interface ImagePlaces {
  /** Where the image belongs. */
  readonly placeOf: (sha256: string) => string;
  /** The folder that all packages shared once. */
  readonly sharedFolder: string;
  /** Writes an image from the archive to a new file. */
  readonly extract: (path: string, toFile: string) => Promise<void>;
}

/** How many images were brought to their place. */
export async function settleImages(images: readonly PackageImage[], places: ImagePlaces): Promise<number> {
  const missing: PackageImage[] = [];
  for (const image of images) {
    if ((await sizeOf(places.placeOf(image.sha256))) !== image.sizeBytes) missing.push(image);
  }
  const nowhere: PackageImage[] = [];
  for (const image of missing) if (!(await takeShared(image, places))) nowhere.push(image);
  for (const image of nowhere) {
    const file = places.placeOf(image.sha256);
    await mkdir(dirname(file), { recursive: true });
    const part = `${file}.${randomUUID()}${partSuffix}`;
    await writeWhole(part, file, () => places.extract(image.path, part));
  }
  return missing.length;
}

/** A second name for the same bytes, so that it needs no room; a copy where the file system has no such thing. */
async function takeShared(image: PackageImage, { placeOf, sharedFolder }: ImagePlaces): Promise<boolean> {
  const shared = join(sharedFolder, image.sha256);
  if ((await sizeOf(shared)) !== image.sizeBytes) return false;
  const file = placeOf(image.sha256);
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.${randomUUID()}${partSuffix}`;
  await writeWhole(part, file, () => link(shared, part).catch(() => copyFile(shared, part)));
  return true;
}

/** Removes the shared folder once every image in it lies beside a package that holds it. */
export async function leaveShared(folder: string, settled: ReadonlySet<string>): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (names === undefined) return;
  for (const name of names.filter((each) => settled.has(each))) await rm(join(folder, name));
  await rmdir(folder).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'ENOENT') throw error;
  });
}
