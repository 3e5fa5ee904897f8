/**
 * What has to hold between rules, their cases, their runbooks, the metrics that there are, and the commands that there
 * are. Each finding is a sentence.
 */
import { readPromql } from '../dashboards/promql.js';
import type { KnownMetrics } from './known-metrics.js';
import { targetLabels } from './known-metrics.js';
import { casesOf, rulesOf, type Alert, type RuleTexts } from './rule-files.js';
import { commandsIn } from './runbook-commands.js';

const runbookBase = 'https://berth.example/docs/runbooks/';
const notifyBy: Readonly<Record<string, string>> = { critical: 'page', warning: 'ticket' };
const sections = ['## Meaning', '## Impact', '## Diagnosis', '## Mitigation'];

export interface Surroundings {
  readonly metrics: KnownMetrics;
  /** What the parser says of a command line; undefined: it takes it. */
  readonly complaint: (command: string) => string | undefined;
}

export function findings(texts: RuleTexts, { metrics, complaint }: Surroundings): readonly string[] {
  const { alerts, recordings } = rulesOf(texts.rules);
  const known = withRecordings(metrics, recordings);
  return [
    ...twice([...alerts.map(({ alert }) => alert), ...recordings.map(({ record }) => record)]),
    ...recordings.flatMap(({ record, expr }) => ofExpression(record, expr, known)),
    ...alerts.flatMap((alert) => [
      ...ofExpression(alert.alert, alert.expr, known),
      ...ofWords(alert, known),
      ...ofKeeping(alert, new Map(recordings.map(({ record, expr }) => [record, expr]))),
      ...ofRunbook(alert, texts.runbooks, complaint),
    ]),
    ...ofCases(texts, alerts, recordings),
    ...[...texts.runbooks.keys()]
      .filter((name) => !alerts.some(({ alert }) => alert === name))
      .map((name) => `runbook ${name} belongs to no alert`),
  ];
}

/** Labels of what a rule records: those of what it is made of, to those that it keeps. */
function withRecordings(metrics: KnownMetrics, recordings: readonly { record: string; expr: string }[]): KnownMetrics {
  const recorded = recordings.map(({ record, expr }) => [record, labelsIn(expr, metrics)] as const);
  return new Map([...metrics, ...recorded]);
}

const labelsIn = (expr: string, metrics: KnownMetrics): readonly string[] => [
  ...new Set(readPromql(expr).selectors.flatMap(({ metric }) => metrics.get(metric) ?? [])),
];

const twice = (names: readonly string[]): readonly string[] =>
  names.filter((name, at) => names.indexOf(name) !== at).map((name) => `there are two rules ${name}`);

function ofExpression(name: string, expr: string, known: KnownMetrics): readonly string[] {
  const { errors, selectors, grouped } = readPromql(expr);
  const possible = [...labelsIn(expr, known), ...targetLabels];
  return [
    ...errors.map((error) => `${name}: "${error}" is no PromQL`),
    ...selectors
      .filter(({ metric }) => !known.has(metric))
      .map(({ metric }) => `${name}: there is no metric ${metric}`),
    ...selectors.flatMap(({ metric, matchers }) =>
      matchers
        .filter(({ label }) => ![...(known.get(metric) ?? []), ...targetLabels].includes(label))
        .map(({ label }) => `${name}: ${metric} has no label ${label}`),
    ),
    ...grouped.filter((label) => !possible.includes(label)).map((label) => `${name}: nothing has a label ${label}`),
  ];
}

/** A scrape that fails ends what an expression reads of it; what reads a range of time goes on, and `up` tells of it. */
function readsOneScrape(expr: string, recordings: ReadonlyMap<string, string>): boolean {
  return readPromql(expr).selectors.some(({ metric, range }) => {
    const recorded = recordings.get(metric);
    return recorded === undefined ? range === undefined && metric !== 'up' : readsOneScrape(recorded, recordings);
  });
}

function ofKeeping({ alert, expr, labels, keep_firing_for: kept }: Alert, recordings: ReadonlyMap<string, string>) {
  const least = labels['notify'] === 'page' ? '2m' : '5m';
  const wanted = readsOneScrape(expr, recordings) ? least : undefined;
  return kept === wanted ? [] : [`${alert}: it is kept for ${String(kept)}, and not for ${String(wanted)}`];
}

function ofWords({ alert, expr, labels, annotations }: Alert, known: KnownMetrics): readonly string[] {
  const { severity = '', notify } = labels;
  const { summary = '', description = '', runbook_url: runbook } = annotations;
  const possible = [...labelsIn(expr, known), ...targetLabels];
  const shown = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)].map((match) => match[1] ?? '');
  return [
    ...(notifyBy[severity] === undefined ? [`${alert}: severity ${severity} is neither critical nor warning`] : []),
    ...(notify === notifyBy[severity] ? [] : [`${alert}: severity ${severity} does not go with notify ${notify}`]),
    ...(summary.length > 0 && summary.length <= 80 ? [] : [`${alert}: its summary is missing or too long`]),
    ...(/\.$|reason \}\}$/.test(description) ? [] : [`${alert}: its description is no sentence`]),
    ...(runbook === `${runbookBase}${alert}.md` ? [] : [`${alert}: its runbook_url is ${String(runbook)}`]),
    ...shown.filter((label) => !possible.includes(label)).map((label) => `${alert}: its text has no label ${label}`),
  ];
}

function ofRunbook(
  { alert, annotations }: Alert,
  runbooks: RuleTexts['runbooks'],
  complaint: Surroundings['complaint'],
): readonly string[] {
  const text = runbooks.get(alert);
  if (text === undefined) return [`${alert}: there is no docs/runbooks/${alert}.md`];
  const found = text.split('\n').filter((line) => line.startsWith('## '));
  const diagnosis = text.slice(text.indexOf('## Diagnosis'));
  const commands = commandsIn(diagnosis);
  return [
    ...(text.startsWith(`# ${alert}\n\n${String(annotations['summary'])}. `)
      ? []
      : [`runbook ${alert}: it does not begin with the name and the summary of its alert`]),
    ...(found.join() === sections.join() ? [] : [`runbook ${alert}: its sections are ${found.join(', ')}`]),
    ...(commands.length > 0 ? [] : [`runbook ${alert}: it has no command`]),
    ...commandsIn(text).flatMap((command) => {
      const why = complaint(command);
      return why === undefined ? [] : [`runbook ${alert}: ${command}: ${why}`];
    }),
  ];
}

function ofCases(
  texts: RuleTexts,
  alerts: readonly Alert[],
  recordings: readonly { readonly record: string }[],
): readonly string[] {
  const cases = casesOf(texts.cases);
  const ofAlerts = cases.flatMap((one) => one.alert_rule_test ?? []);
  const ofRecordings = cases.flatMap((one) => one.promql_expr_test ?? []);
  const has = (name: string, fires: boolean) =>
    ofAlerts.some(({ alertname, exp_alerts }) => alertname === name && exp_alerts.length > 0 === fires);
  return [
    ...alerts.filter(({ alert }) => !has(alert, true)).map(({ alert }) => `${alert}: in no case it fires`),
    ...alerts.filter(({ alert }) => !has(alert, false)).map(({ alert }) => `${alert}: in no case it does not fire`),
    ...recordings
      .filter(({ record }) => !ofRecordings.some(({ expr, exp_samples }) => expr === record && exp_samples.length > 0))
      .map(({ record }) => `${record}: no case has it`),
    ...ofAlerts
      .filter(({ alertname }) => !alerts.some(({ alert }) => alert === alertname))
      .map(({ alertname }) => `a case is about ${alertname}, which is no alert`),
  ];
}
