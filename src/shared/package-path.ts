/**
 * Paths inside a package: slash-separated, relative to its root, never leaving it (SOL004 clause 4.1).
 */

/** `Definitions/../Files/a` -> `Files/a`; undefined when it leaves the package. */
export function normalisePath(path: string): string | undefined {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? undefined : parts.join('/');
}

export const directoryOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const baseNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/**
 * A reference as written in `fromFile`: relative to that file, or, as many packages have it, to the package root.
 * The first reading that `exists` wins; the first that stays inside the package if none does.
 */
export function resolvePath(
  reference: string,
  fromFile: string,
  exists: (path: string) => boolean,
): string | undefined {
  const candidates = [normalisePath(`${directoryOf(fromFile)}/${reference}`), normalisePath(reference)];
  return candidates.find((path) => path !== undefined && exists(path)) ?? candidates.find((path) => path !== undefined);
}

/** `https://…`, `ftp://…`; a Windows drive letter is not a scheme. */
export const isUri = (reference: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(reference);
