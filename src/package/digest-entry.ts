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

/** A file that is named and has no digest. */
export type FileMention = Pick<DigestEntry, 'path' | 'at'>;

/** A signature of one file, in a file of its own. */
export interface FileSignature {
  readonly path: string;
  readonly signature: string;
  readonly certificate?: string;
  readonly at: Place;
}

type Part = 'source' | 'algorithm' | 'hash' | 'signature' | 'certificate';

const parts: Readonly<Record<string, Part>> = {
  source: 'source',
  name: 'source',
  algorithm: 'algorithm',
  hash: 'hash',
  signature: 'signature',
  certificate: 'certificate',
};

export const digestPart = (key: string): Part | undefined => parts[key.toLowerCase()];

export class DigestGroups {
  readonly entries: DigestEntry[] = [];
  readonly mentions: FileMention[] = [];
  readonly signatures: FileSignature[] = [];
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
    const group = Object.fromEntries(this.#group) as Partial<Record<Part, KeyLine>>;
    const { source, algorithm, hash } = group;
    const first = source ?? algorithm ?? hash;
    this.#group = new Map();
    this.#signature(group);
    if (first === undefined) return;
    const at = { file: this.#file, line: first.line, column: first.indent + 1 };
    if (algorithm === undefined && hash === undefined) {
      if (first.value !== '') this.mentions.push({ path: first.value, at });
      return;
    }
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

  #signature({ source, signature, certificate }: Partial<Record<Part, KeyLine>>): void {
    if (source === undefined || signature === undefined || signature.value === '') return;
    this.signatures.push({
      path: source.value,
      signature: signature.value,
      ...(certificate === undefined || certificate.value === '' ? {} : { certificate: certificate.value }),
      at: { file: this.#file, line: signature.line, column: signature.indent + 1 },
    });
  }
}

const lacking = (source?: KeyLine, algorithm?: KeyLine, hash?: KeyLine): readonly string[] => [
  ...(isEmpty(source) ? ['file'] : []),
  ...(isEmpty(algorithm) ? ['algorithm'] : []),
  ...(isEmpty(hash) ? ['hash'] : []),
];

const isEmpty = (line: KeyLine | undefined): boolean => line === undefined || line.value === '';
