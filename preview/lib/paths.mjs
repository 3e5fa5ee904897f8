/**
 * Where things of the preview stand.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const preview = dirname(dirname(fileURLToPath(import.meta.url)));
export const inPreview = (...parts) => join(preview, ...parts);
