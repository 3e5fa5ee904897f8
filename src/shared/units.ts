/**
 * Sizes. Names carry their unit; these constants convert between them.
 */
export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;

/** Bytes in 1 Mbit, as of links: not a power of two. */
export const bytesPerMbit = 1_000_000 / 8;

/** Bytes to whole MiB, rounded up: nobody gets less than asked for. */
export const bytesToMiBCeil = (bytes: number): number => Math.ceil(bytes / MiB);
