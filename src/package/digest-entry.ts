/**
 * A digest as a package states it, and what gathers them from lines: a new group begins at an empty line or when a key
 * comes again; inside a group the order is free (SOL004 clause 4.3.2).
 */
import type { Finding, Place } from '../shared/finding.js';
import { found } from './finding-codes.js';
import type { KeyLine } from './key-lines.js';

export interface DigestEntry {
  readonly path: string;
  /** As written. */
  readonly algorithm: string;
  /** Lower-case hexadecimal. */
  readonly hash: string;
  readonly at: Place;
}

type Part = 'source' | 'algorithm' | 'hash';

const parts: Readonly<Record<string, Part>> = {
  source: 'source',
  name: 'source',
  algorithm: 'algorithm',
  hash: 'hash',
};

export const digestPart = (key: string): Part | undefined => parts[key.toLowerCase()];

export class DigestGroups {
  readonly entries: DigestEntry[] = [];
  readonly findings: Finding[] = [];
  readonly #file: string;
  #group = new Map<Part, KeyLine>();

  constructor(file: string) {
    this.#file = file;
  }

  add(line: KeyLine): void {
    const part = digestPart(line.key);
    if (part === undefined) return;
    if (this.#group.has(part)) this.end();
    this.#group.set(part, line);
  }

  /** Closes the group at hand; a file without a digest is only a mention. */
  end(): void {
    const { source, algorithm, hash } = Object.fromEntries(this.#group) as Partial<Record<Part, KeyLine>>;
    const first = source ?? algorithm ?? hash;
    this.#group = new Map();
    if (first === undefined || (algorithm === undefined && hash === undefined)) return;
    const at = { file: this.#file, line: first.line, column: first.indent + 1 };
    const lacks = lacking(source, algorithm, hash);
    if (source !== undefined && lacks.length === 0) {
      this.entries.push({
        path: source.value,
        algorithm: algorithm?.value ?? '',
        hash: (hash?.value ?? '').toLowerCase(),
        at,
      });
      return;
    }
    const of = source === undefined ? '' : ` of \`${source.value}\``;
    this.findings.push(found('DIGEST-INCOMPLETE', at, `The digest${of} has no ${lacks.join(' and no ')}.`));
  }
}

const lacking = (source?: KeyLine, algorithm?: KeyLine, hash?: KeyLine): readonly string[] => [
  ...(isEmpty(source) ? ['file'] : []),
  ...(isEmpty(algorithm) ? ['algorithm'] : []),
  ...(isEmpty(hash) ? ['hash'] : []),
];

const isEmpty = (line: KeyLine | undefined): boolean => line === undefined || line.value === '';
