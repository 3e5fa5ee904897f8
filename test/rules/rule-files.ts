/**
 * The rules of `charts/berth/rules`, their cases for promtool and their runbooks, as files and as read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';

const top = join(import.meta.dirname, '..', '..');
export const rulesFolder = join(top, 'charts', 'berth', 'rules');
export const casesFolder = join(import.meta.dirname, 'promtool');
const runbooksFolder = join(top, 'docs', 'runbooks');

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Recording {
  readonly record: string;
  readonly expr: string;
}

interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly (Alert | Recording)[] }[];
}

export interface Case {
  readonly name?: string;
  readonly interval?: string;
  readonly input_series?: readonly { readonly series: string; readonly values: string }[];
  readonly alert_rule_test?: readonly {
    readonly alertname: string;
    readonly eval_time: string;
    readonly exp_alerts: readonly unknown[];
  }[];
  readonly promql_expr_test?: readonly { readonly expr: string; readonly exp_samples: readonly unknown[] }[];
}

interface CaseFile {
  readonly tests: readonly Case[];
}

/** Text of each file by its name without ending. */
function textsIn(folder: string, ending: string): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return new Map(names.map((name) => [basename(name, ending), readFileSync(join(folder, name), 'utf8')]));
}

export interface RuleTexts {
  readonly rules: ReadonlyMap<string, string>;
  readonly cases: ReadonlyMap<string, string>;
  readonly runbooks: ReadonlyMap<string, string>;
}

export const readRuleTexts = (): RuleTexts => ({
  rules: textsIn(rulesFolder, '.yaml'),
  cases: textsIn(casesFolder, '.yaml'),
  runbooks: textsIn(runbooksFolder, '.md'),
});

export function rulesOf(texts: RuleTexts['rules']): {
  readonly alerts: readonly Alert[];
  readonly recordings: readonly Recording[];
} {
  const all = [...texts.values()].flatMap((text) => (parse(text) as RuleFile).groups.flatMap(({ rules }) => rules));
  return {
    alerts: all.filter((rule) => 'alert' in rule),
    recordings: all.filter((rule) => 'record' in rule),
  };
}

export const casesOf = (texts: RuleTexts['cases']): CaseFile['tests'] =>
  [...texts.values()].flatMap((text) => (parse(text) as CaseFile).tests);
