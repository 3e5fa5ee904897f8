/**
 * A finding: something in a package or descriptor that its author should know, with the place where it stands.
 */
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
