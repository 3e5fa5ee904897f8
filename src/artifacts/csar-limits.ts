/**
 * How much of an archive is read. Every number bounds work or disk that a hostile archive could take.
 */
import { GiB, MiB } from '../shared/units.js';

export interface CsarLimits {
  /** Bytes of the archive itself. */
  readonly archiveBytes: number;
  readonly entries: number;
  /** All files unpacked. */
  readonly totalBytes: number;
  /** Unpacked to packed, for files that unpack to more than `ratioFromBytes`. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
  readonly nameBytes: number;
  /** One text file (YAML, TOSCA.meta, manifest), and all of them. */
  readonly textBytes: number;
  readonly allTextBytes: number;
  /** Of the disk that archives and what is unpacked are written to, so much stays free; less on a small disk. */
  readonly keptFreeBytes: number;
  /** Findings kept of a package, refused or not. */
  readonly findings: number;
}

export const defaultCsarLimits: CsarLimits = {
  archiveBytes: 32 * GiB,
  entries: 10_000,
  totalBytes: 64 * GiB,
  ratio: 200,
  ratioFromBytes: 16 * MiB,
  nameBytes: 512,
  textBytes: 4 * MiB,
  allTextBytes: 32 * MiB,
  keptFreeBytes: 0,
  findings: 200,
};
