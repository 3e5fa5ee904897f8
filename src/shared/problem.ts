/**
 * ProblemDetails (RFC 9457, SOL013 clause 6.3): what Berth answers when it refuses or fails, and what it keeps in
 * `VnfLcmOpOcc.error`. Every kind of problem stands in one table, `problem-types.ts`.
 */
import { problemTypes, type ProblemCode } from './problem-types.js';

export interface Problem {
  /** `urn:berth:problem:<code>`. */
  readonly type: string;
  readonly title: string;
  /** HTTP status code, chosen by what the caller does next. */
  readonly status: number;
  /** One sentence or more: ids, what was asked, what was found, what to do next. */
  readonly detail: string;
  /** Members that only this kind of problem has, e.g. `findings`, `explanation`, `cause`. */
  readonly [extension: string]: unknown;
}

const typeOf = (code: ProblemCode): string => `urn:berth:problem:${code}`;

export const isOfKind = ({ type }: Problem, code: ProblemCode): boolean => type === typeOf(code);

/** Builds a Problem of a known kind; `extensions` become members beside the standard ones. */
export function problem(
  code: ProblemCode,
  detail: string,
  extensions: Readonly<Record<string, unknown>> = {},
): Problem {
  const kind = problemTypes[code];
  return { ...extensions, type: typeOf(code), title: kind.title, status: kind.status, detail };
}
