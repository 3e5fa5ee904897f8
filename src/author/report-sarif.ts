/**
 * A lint report in SARIF 2.1.0 (OASIS), which code hosts and editors show beside the line. URIs are relative: to the
 * working directory for files that lie in a folder, to the root of the package for those inside an archive.
 */
import { descriptorCodes } from '../vnfd/finding-codes.js';
import { packageCodes } from '../package/finding-codes.js';
import type { Finding, FindingKind, Severity } from '../shared/finding.js';
import type { LintReport } from './lint.js';

const kinds: Readonly<Record<string, FindingKind>> = { ...packageCodes, ...descriptorCodes };
const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

export function reportSarif(report: LintReport): object {
  const used = [...new Set(report.findings.map(({ code }) => code))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'berth', rules: used.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => resultOf(finding, used.indexOf(finding.code), report)),
      },
    ],
  };
}

function ruleOf(code: string): object {
  const kind = kinds[code];
  if (kind === undefined) return { id: code };
  return {
    id: code,
    shortDescription: { text: kind.meaning },
    help: { text: kind.fix },
    defaultConfiguration: { level: levels[kind.severity] },
  };
}

function resultOf(finding: Finding, ruleIndex: number, report: LintReport): object {
  const { code, severity, file, line, column, path, message, fix } = finding;
  const region = line === undefined ? {} : { region: { startLine: line, ...(column && { startColumn: column }) } };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: fix === undefined ? message : `${message} ${fix}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: uriOf(file, report) }, ...region },
        ...(path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
      },
    ],
  };
}

/** A finding about the whole is placed at what was read. */
function uriOf(file: string, { path, folder }: LintReport): string {
  const parts = file === '' ? [path] : [folder, file];
  return parts
    .flatMap((part) => part.toWellFormed().split('/'))
    .filter((part) => part !== '')
    .map(encodeURIComponent)
    .join('/');
}
