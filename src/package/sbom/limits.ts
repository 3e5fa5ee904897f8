/**
 * How much is read of the SBOMs of one package (docs/sbom.md). What is beyond is left out, and a finding says so: an SBOM
 * never makes Berth refuse a package.
 */
import { MiB } from '../../shared/units.js';

export interface SbomLimits {
  readonly files: number;
  /** One file, and all of them. */
  readonly bytes: number;
  readonly allBytes: number;
  /** Of a file: lists and objects inside one another, and values altogether; a parser takes memory for each. */
  readonly depth: number;
  readonly values: number;
  /** Of all files together, and the characters of their texts: each is kept in the database. */
  readonly components: number;
  readonly chars: number;
  /** By which one component is looked up. */
  readonly names: number;
  /** Characters of a name or a version, and of a package URL. */
  readonly nameChars: number;
  readonly purlChars: number;
}

export const sbomLimits: SbomLimits = {
  files: 64,
  bytes: 16 * MiB,
  allBytes: 32 * MiB,
  depth: 64,
  values: 1_000_000,
  components: 20_000,
  chars: 4 * MiB,
  names: 8,
  nameChars: 255,
  purlChars: 1024,
};
