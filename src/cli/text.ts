/**
 * Answers as people read them: tables, and problems with everything that helps to act on them.
 */
import type { Finding } from '../shared/finding.js';
import { printable } from '../shared/printable.js';
import type { Problem } from '../shared/problem.js';

export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(cellText));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const cellText = (value: unknown): string =>
  value === undefined || value === null || value === ''
    ? '-'
    : typeof value === 'string'
      ? printable(value)
      : JSON.stringify(value);

/** Why nothing was placed; its summary is the detail of the problem. */
interface Explanation {
  readonly funnel: readonly { readonly constraint: string; readonly before: number; readonly after: number }[];
  readonly hosts: readonly { readonly hostId: string; readonly reasons: readonly string[] }[];
  readonly nearestMisses: readonly string[];
  readonly relaxations: readonly string[];
}

/** Title, detail, then what only this kind of problem has. */
export function problemText(problem: Partial<Problem>): string {
  const { title, detail, status } = problem;
  return [
    `${title ?? 'Refused'}${status === undefined ? '' : ` (${status})`}`,
    ...(detail === undefined ? [] : [detail]),
    ...listed(problem['findings'], findingText),
    ...explanationText(problem['explanation'] as Explanation | undefined),
    ...causeText(problem['cause']),
  ]
    .map(printable)
    .join('\n');
}

const listed = <T>(value: unknown, text: (item: T) => string): string[] =>
  Array.isArray(value) ? (value as T[]).map((item) => `  ${text(item)}`) : [];

function findingText({ severity, code, file, line, column, message, fix }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined && part !== '').join(':');
  return `${severity} ${code} ${place}: ${message}${fix === undefined ? '' : ` ${fix}`}`;
}

function explanationText(explanation: Explanation | undefined): string[] {
  if (explanation === undefined) return [];
  const narrowing = explanation.funnel.filter(({ before, after }) => after < before);
  const hosts = explanation.hosts.flatMap(({ hostId, reasons }) => reasons.map((reason) => `  ${hostId}: ${reason}`));
  return [
    ...narrowing.map(({ constraint, before, after }) => `  ${constraint}: ${before} -> ${after} hosts`),
    ...explanation.nearestMisses.map((miss) => `Nearest: ${miss}`),
    ...explanation.relaxations.map((relaxation) => `It ${relaxation}`),
    ...(hosts.length === 0 ? [] : ['Reasons:', ...hosts]),
  ];
}

function causeText(cause: unknown): string[] {
  if (cause === undefined) return [];
  const text = typeof cause === 'object' && cause !== null && 'text' in cause ? cause.text : cause;
  return [`Cause: ${typeof text === 'string' ? text : JSON.stringify(text)}`];
}
