/**
 * Where things stand in a checkout, wherever the command was started from.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inTop = (...parts) => join(top, ...parts);
