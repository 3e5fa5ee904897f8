/**
 * A finding: something in a package or descriptor that its author should know, with the place where it stands. Every
 * code stands in a table (`package/finding-codes.ts`, `vnfd/finding-codes.ts`) that generates docs/findings.md.
 */
import { defined } from './defined.js';

export type Severity = 'error' | 'warning' | 'info';

export interface Finding {
  readonly severity: Severity;
  /** Stable, e.g. `VNFD-CP-UNBOUND`; documented in docs/findings.md. */
  readonly code: string;
  /** Path inside the package, e.g. `Definitions/df_simple.yaml`. */
  readonly file: string;
  /** 1-based; absent where the finding is about a whole file. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** Slash-separated path inside the document, e.g. `topology_template/node_templates/vdu1/properties`. */
  readonly path?: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** One sentence: what to do. */
  readonly fix?: string;
}

export const isError = (finding: Finding): boolean => finding.severity === 'error';

/** Where something stands in a package. */
export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

/** A row of a table of codes. */
export interface FindingKind {
  readonly severity: Severity;
  /** What the code stands for, in general; goes into the documentation. */
  readonly meaning: string;
  /** What the author of the package does about it. */
  readonly fix: string;
}

export type MakeFinding<Code extends string> = (code: Code, place: Place, message: string) => Finding;

/** Binds a table of codes to a function that makes its findings. */
export const findingsOf =
  <Code extends string>(table: Readonly<Record<Code, FindingKind>>): MakeFinding<Code> =>
  (code, place, message) => {
    const { severity, fix } = table[code];
    const { file, line, column, path } = place;
    return {
      severity,
      code,
      file,
      ...defined({ line, column }),
      ...(path === undefined || path === '' ? {} : { path }),
      message,
      fix,
    };
  };
