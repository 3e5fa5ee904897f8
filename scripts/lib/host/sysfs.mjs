/**
 * Small files of the kernel.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/** Undefined when it is not there. */
export function readValue(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (['ENOENT', 'EINVAL'].includes(error.code)) return undefined;
    throw error;
  }
}

export const writeValue = (path, value) => writeFileSync(path, String(value));
