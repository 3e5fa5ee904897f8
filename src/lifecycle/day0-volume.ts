/**
 * Which volume of a VNFC holds its day-0 configuration: the one that is neither an image's nor a storage's. Not the one
 * called `day0`: a descriptor may call a storage so.
 */
import type { VnfcVolume } from './model.js';

export const isDay0 = ({ imageSha256, storageDescId }: VnfcVolume): boolean =>
  imageSha256 === undefined && storageDescId === undefined;
