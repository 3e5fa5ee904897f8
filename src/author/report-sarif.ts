/**
 * A lint report in SARIF 2.1.0 (OASIS), which code hosts and editors show beside the line.
 */
import { descriptorCodes } from '../descriptor/finding-codes.js';
import { packageCodes } from '../package/finding-codes.js';
import type { Finding, FindingKind, Severity } from '../shared/finding.js';
import type { LintReport } from './lint.js';

const kinds: Readonly<Record<string, FindingKind>> = { ...packageCodes, ...descriptorCodes };
const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

export function reportSarif({ findings }: LintReport): object {
  const used = [...new Set(findings.map(({ code }) => code))].toSorted();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'berth', rules: used.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, used.indexOf(finding.code))),
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

function resultOf({ code, severity, file, line, column, path, message, fix }: Finding, ruleIndex: number): object {
  const region = line === undefined ? {} : { region: { startLine: line, ...(column && { startColumn: column }) } };
  const location = {
    physicalLocation: { artifactLocation: { uri: encodeURI(file) }, ...region },
    ...(path === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: path }] }),
  };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: fix === undefined ? message : `${message} ${fix}` },
    ...(file === '' ? {} : { locations: [location] }),
  };
}
