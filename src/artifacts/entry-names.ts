/**
 * Names of entries in an archive: which are refused, and which would fall on the same file.
 */

/** Why a name is refused; undefined when it is good. Folders end in `/`. */
export function refusedName(name: string, maxBytes: number): string | undefined {
  if (name === '' || name === '/') return 'is empty';
  if (Buffer.byteLength(name) > maxBytes) return `is longer than ${maxBytes} bytes`;
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is absolute';
  if (name.includes('\\')) return 'holds a backslash';
  // Control characters, and what stands in for bytes that are not UTF-8.
  if (/[\u0000-\u001f\u007f-\u009f\ufffd]/.test(name)) return 'holds characters that cannot be shown';
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return 'leaves the package';
  return parts.some((part) => part === '' || part === '.') ? 'holds an empty part' : undefined;
}

/** File systems and people fold case and composition; two names that do are one. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/** Remembers names and says which earlier one a new name falls on. */
export class NameRegister {
  readonly #files = new Map<string, string>();
  readonly #folders = new Map<string, string>();

  /** The name that is in the way; undefined when there is none. */
  add(name: string): string | undefined {
    const isFolder = name.endsWith('/');
    const path = isFolder ? name.slice(0, -1) : name;
    const key = folded(path);
    const inTheWay = this.#files.get(key) ?? (isFolder ? undefined : this.#folders.get(key)) ?? this.#parent(path);
    if (isFolder) this.#folders.set(key, path);
    else this.#files.set(key, path);
    return inTheWay;
  }

  /** A file that stands where this path needs a folder, or a folder whose name differs in case. */
  #parent(path: string): string | undefined {
    const parent = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    const key = folded(parent);
    // A folder that is known has been looked at with all above it; paths may be hundreds of folders deep.
    if (parent === '' || this.#folders.get(key) === parent) return undefined;
    const other = this.#files.get(key) ?? this.#folders.get(key) ?? this.#parent(parent);
    this.#folders.set(key, parent);
    return other;
  }
}
