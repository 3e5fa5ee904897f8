/**
 * A lint report as a person reads it: place, what is wrong, the line itself with a mark, what to do.
 */
import type { Flavour } from '../vnfd/model.js';
import type { Finding } from '../shared/finding.js';
import { printable } from '../shared/printable.js';
import { lineKey, type LintReport } from './lint.js';

export const reportText = (report: LintReport): string =>
  [
    ...report.findings.map((finding) => `${findingText(finding, report)}\n`),
    ...report.flavours.map(flavourText),
    verdict(report),
  ].join('\n');

function findingText(finding: Finding, { lines, what }: LintReport): string {
  const { severity, code, file, line, column, message, fix } = finding;
  const source = lines.get(lineKey(finding));
  const place = [file === '' ? what : file, line, column].filter((part) => part !== undefined).join(':');
  return [
    printable(`${place}: ${severity}: ${message} [${code}]`),
    ...(source === undefined ? [] : excerpt(source, line ?? 0, column)),
    ...(fix === undefined ? [] : [`  -> ${fix}`]),
  ].join('\n');
}

const longestLine = 100;

/** The line with a mark under the column; of a long line, the part around it. */
function excerpt(source: string, line: number, column: number | undefined): readonly string[] {
  const text = printable(source);
  const from = column === undefined || column <= longestLine ? 0 : column - longestLine / 2;
  const part = text.slice(from, from + longestLine);
  const shown = `${from > 0 ? '…' : ''}${part}${from + longestLine < text.length ? '…' : ''}`;
  const margin = `${String(line).padStart(6)} | `;
  if (column === undefined) return [`${margin}${shown}`];
  const indent = column - 1 - from + (from > 0 ? 1 : 0);
  return [`${margin}${shown}`, `${' '.repeat(margin.length - 2)}| ${' '.repeat(indent)}^`];
}

function flavourText({ id, vdus, cps, virtualLinks, extCps, aspects, levels, affinityRules }: Flavour): string {
  const counts = [
    counted(vdus.length, 'VDU'),
    counted(cps.length, 'connection point'),
    `${extCps.length} external`,
    counted(virtualLinks.length, 'virtual link'),
    counted(aspects.length, 'scaling aspect'),
    counted(levels.length, 'level'),
    counted(affinityRules.length, 'affinity rule'),
  ];
  return `flavour ${id}: ${counts.join(', ')}`;
}

function verdict({ findings, accepted, what }: LintReport): string {
  const of = (severity: Finding['severity']): number => findings.filter((each) => each.severity === severity).length;
  const notes = of('info') === 0 ? '' : `, ${counted(of('info'), 'note')}`;
  const counts = `${counted(of('error'), 'error')}, ${counted(of('warning'), 'warning')}${notes}`;
  return `${counts}: Berth ${accepted ? 'accepts' : 'refuses'} this ${what}.`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
