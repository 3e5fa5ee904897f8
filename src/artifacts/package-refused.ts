/**
 * The refusal of a package: every finding, errors first, in one Problem.
 */
import { isError, type Finding, type Severity } from '../shared/finding.js';
import { problem, type Problem } from '../shared/problem.js';
import type { CsarLimits } from './csar-limits.js';

export function packageRefused(findings: readonly Finding[], limits: Pick<CsarLimits, 'findings'>): Problem {
  const errors = findings.filter(isError);
  const kept = keptFindings(findings, limits);
  const others = findings.length - errors.length;
  const detail = `The package has ${counted(errors.length, 'error')} and ${counted(others, 'warning')}. ${first(errors)}`;
  const omitted = findings.length - kept.length;
  return problem('package-refused', detail.trim(), {
    findings: kept,
    ...(omitted === 0 ? {} : { findingsOmitted: omitted }),
  });
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** As many as are kept, the gravest first: a hostile text has hundreds of thousands. */
export const keptFindings = (findings: readonly Finding[], limits: Pick<CsarLimits, 'findings'>): readonly Finding[] =>
  findings.toSorted((one, other) => rank[one.severity] - rank[other.severity]).slice(0, limits.findings);

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function first(errors: readonly Finding[]): string {
  const [error] = errors;
  if (error === undefined) return '';
  const place = [error.file, error.line, error.column].filter((part) => part !== undefined && part !== '').join(':');
  return `First: ${error.code}${place === '' ? '' : ` at ${place}`}: ${error.message}`;
}
