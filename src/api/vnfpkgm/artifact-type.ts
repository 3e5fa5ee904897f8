/**
 * The media type of an artifact by its name (SOL003 clause 10.4.6.3.2): what says nothing of itself is octets.
 */
import { extname } from 'node:path/posix';

const octets = 'application/octet-stream';

const byEnding: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['.cfg', '.conf', '.csv', '.ini', '.log', '.md', '.py', '.sh', '.txt', '.yaml', '.yml'].map((ending) => [
      ending,
      'text/plain',
    ]),
  ),
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.zip': 'application/zip',
};

/** Every type that an artifact may be served as. */
export const artifactTypes: readonly string[] = [octets, ...new Set(Object.values(byEnding))];

export const typeOf = (path: string): string => byEnding[extname(path).toLowerCase()] ?? octets;

/** What an artifact may be served as, its own type first. */
export const typesOf = (path: string): readonly string[] => [...new Set([typeOf(path), octets])];
