/**
 * A lint report as a person reads it: place and code, the line itself, what is wrong, what to do.
 */
import type { Flavour } from '../descriptor/vnfd.js';
import type { Finding } from '../shared/finding.js';
import { lineKey, type LintReport } from './lint.js';

export const reportText = (report: LintReport): string =>
  [
    ...report.findings.map((finding) => `${findingText(finding, report.lines.get(lineKey(finding)))}\n`),
    ...report.flavours.map(flavourText),
    verdict(report),
  ].join('\n');

function findingText(finding: Finding, source: string | undefined): string {
  const { severity, code, file, line, column, message, fix } = finding;
  const place = [file === '' ? 'package' : file, line, column].filter((part) => part !== undefined).join(':');
  return [
    `${place}: ${severity} ${code}`,
    ...(source === undefined ? [] : excerpt(source, line ?? 0, column)),
    `  ${message}`,
    ...(fix === undefined ? [] : [`  -> ${fix}`]),
  ].join('\n');
}

const longestLine = 100;

/** The line with a mark under the column, when both are short enough to help. */
function excerpt(source: string, line: number, column: number | undefined): readonly string[] {
  const text = source.replaceAll('\t', ' ');
  const shown = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
  const margin = `${String(line).padStart(6)} | `;
  const marked = column !== undefined && column <= longestLine;
  return [`${margin}${shown}`, ...(marked ? [`${' '.repeat(margin.length - 2)}| ${' '.repeat(column - 1)}^`] : [])];
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

function verdict({ findings, accepted }: LintReport): string {
  const of = (severity: Finding['severity']): number => findings.filter((each) => each.severity === severity).length;
  const counts = `${counted(of('error'), 'error')}, ${counted(of('warning'), 'warning')}`;
  return `${counts}: Berth ${accepted ? 'accepts' : 'refuses'} this package.`;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
