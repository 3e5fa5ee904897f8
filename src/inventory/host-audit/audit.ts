/**
 * The audit of how a host is set up: every rule held against it. Not the audit of what nobody owns (docs/audit.md).
 */
import { cellRules } from './cells.js';
import { functionRules } from './functions.js';
import { hugepageRules } from './hugepages.js';
import { isolationRules } from './isolation.js';
import { memoryRules } from './memory.js';
import { poolRules } from './pools.js';
import { powerRules } from './power.js';
import type { AuditRule, AuditSeverity, AuditSubject } from './rule.js';
import { smtRules } from './smt.js';
import { versionRules } from './versions.js';
import { virtualizationRules } from './virtualization.js';

export interface AuditFinding {
  readonly code: string;
  readonly severity: AuditSeverity;
  readonly reason: string;
  readonly because: string;
  readonly fix: string;
}

/** What cannot be judged from here. */
export interface AuditCheck {
  readonly code: string;
  readonly severity: AuditSeverity;
  readonly because: string;
  readonly command: string;
  readonly right: string;
}

export interface AuditResult {
  /** The gravest first. */
  readonly findings: readonly AuditFinding[];
  readonly checks: readonly AuditCheck[];
  /** Codes of rules that were judged and hold. */
  readonly right: readonly string[];
  /** How many more findings of each code there are: of one only the first are listed. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export const auditRules: readonly (readonly [concern: string, rules: readonly AuditRule[]])[] = [
  ['Virtualization', virtualizationRules],
  ['Cells', cellRules],
  ['Hugepages', hugepageRules],
  ['CPUs: kept and dedicated', isolationRules],
  ['SMT', smtRules],
  ['Speed and clock', powerRules],
  ['Memory', memoryRules],
  ['PCI functions and cards', functionRules],
  ['Storage pools', poolRules],
  ['Versions', versionRules],
];

/** Findings of one code. */
const mostOfOne = 20;
const gravity: readonly AuditSeverity[] = ['error', 'warning', 'info'];

export function auditHost(subject: AuditSubject): AuditResult {
  const judged = auditRules.flatMap(([, rules]) => rules).map((rule) => ({ rule, found: rule.judge?.(subject) }));
  const findings = judged.flatMap(({ rule: { code, severity, because }, found = [] }) =>
    found.slice(0, mostOfOne).map((one) => ({ code, severity, because, ...one })),
  );
  return {
    findings: findings.toSorted((a, b) => gravity.indexOf(a.severity) - gravity.indexOf(b.severity)),
    checks: judged.flatMap(({ rule, found }) => (found === undefined ? checkOf(rule, subject) : [])),
    right: judged.filter(({ found }) => found?.length === 0).map(({ rule }) => rule.code),
    leftOut: Object.fromEntries(
      judged.flatMap(({ rule: { code }, found = [] }) =>
        found.length > mostOfOne ? [[code, found.length - mostOfOne]] : [],
      ),
    ),
  };
}

function checkOf({ code, severity, because, check }: AuditRule, subject: AuditSubject): readonly AuditCheck[] {
  const found = check?.(subject);
  return found === undefined ? [] : [{ code, severity, because, ...found }];
}
