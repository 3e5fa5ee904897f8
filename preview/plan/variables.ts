/**
 * What the variables of a dashboard offer and what is chosen at first, for the types that Berth's dashboards use.
 */
import type { Variable } from './dashboard.ts';
import { interpolate, type Choices, type Chosen } from './interpolate.ts';

/** A series as Prometheus names it. */
export type Labels = Readonly<Record<string, string>>;

export interface PrometheusLabels {
  /** Values of a label, of the series that a selector finds. */
  labelValues(label: string, selector: string | undefined): Promise<readonly string[]>;
  /** What an expression answers now. */
  instant(
    expression: string,
  ): Promise<readonly { readonly metric: Labels; readonly value: string; readonly at: number }[]>;
}

export interface Opening {
  /** What is known before any variable. */
  readonly fixed: Choices;
  /** Texts to choose, by variable; others open as Grafana opens them. */
  readonly wished: Readonly<Record<string, string>>;
}

/** The choices with which a dashboard is shown; variables may use those before them. */
export async function firstChoices(
  variables: readonly Variable[],
  prometheus: PrometheusLabels,
  { fixed, wished }: Opening,
): Promise<Choices> {
  const choices = new Map(fixed);
  for (const variable of variables)
    choices.set(variable.name, await choose(variable, prometheus, choices, wished[variable.name]));
  return choices;
}

interface Option {
  readonly text: string;
  readonly value: string;
}

async function choose(
  variable: Variable,
  prometheus: PrometheusLabels,
  choices: Choices,
  wished: string | undefined,
): Promise<Chosen> {
  const { name, multi = false, includeAll = false, allValue } = variable;
  const offered = await offers(variable, prometheus, choices);
  const [first] = offered;
  if (first === undefined) throw new Error(`variable '${name}' offers nothing: no series answers ${queryOf(variable)}`);
  const several = multi || includeAll;
  if (wished !== undefined) {
    const one = offered.find(({ text }) => text === wished);
    if (one === undefined) throw new Error(`variable '${name}' does not offer '${wished}'`);
    return { values: [one.value], texts: [one.text], several };
  }
  if (!includeAll) return { values: [first.value], texts: [first.text], several };
  const values = offered.map(({ value }) => value);
  return { values, texts: ['All'], several, ...(allValue ? { all: allValue } : {}) };
}

async function offers(variable: Variable, prometheus: PrometheusLabels, choices: Choices): Promise<readonly Option[]> {
  const { name, type } = variable;
  switch (type) {
    case 'datasource':
      return [{ text: 'Prometheus', value: 'prometheus' }];
    case 'query':
      return filtered(
        await answers(interpolate(queryOf(variable), choices, 'query'), prometheus),
        variable.regex ?? '',
      );
    case 'custom':
      return queryOf(variable)
        .split(',')
        .map((part) => part.trim())
        .map((value) => ({ text: value, value }));
    case 'constant':
    case 'textbox':
      return [{ text: queryOf(variable), value: queryOf(variable) }];
    default:
      throw new Error(`variable '${name}' is of type '${type}', which pictures do not know`);
  }
}

const queryOf = ({ query = '' }: Variable): string => (typeof query === 'string' ? query : query.query);

/** `label_values(label)`, `label_values(selector, label)` or `query_result(expression)`. */
async function answers(query: string, prometheus: PrometheusLabels): Promise<readonly string[]> {
  const [, ofLabel] = /^label_values\(\s*(.+)\s*\)$/s.exec(query) ?? [];
  if (ofLabel !== undefined) {
    const [, selector, label = ofLabel] = /^(.+),\s*(\w+)$/s.exec(ofLabel) ?? [];
    return prometheus.labelValues(label.trim(), selector?.trim());
  }
  const [, expression] = /^query_result\((.+)\)$/s.exec(query) ?? [];
  if (expression === undefined)
    throw new Error(`a variable asks ${query}, which is neither label_values nor query_result`);
  const found = await prometheus.instant(expression);
  return found.map(({ metric, value, at }) => `${seriesText(metric)} ${value} ${String(Math.round(at * 1000))}`);
}

function seriesText({ __name__ = '', ...labels }: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  return `${__name__}{${pairs.join(',')}}`;
}

/** A regular expression keeps what it finds; groups `text` and `value` say what is shown and what is chosen. */
function filtered(found: readonly string[], regex: string): readonly Option[] {
  const [, pattern, flags = ''] = /^\/(.*)\/([gimsuy]*)$/s.exec(regex) ?? [];
  const matcher = regex === '' ? undefined : new RegExp(pattern ?? regex, flags.replace('g', ''));
  const options = found.flatMap((text): Option[] => {
    if (matcher === undefined) return [{ text, value: text }];
    const match = matcher.exec(text);
    if (!match) return [];
    const value = match.groups?.['value'] ?? match.groups?.['text'] ?? match[1] ?? match[0];
    return [{ text: match.groups?.['text'] ?? value, value }];
  });
  const unique = new Map(options.map((option) => [option.value, option]));
  return [...unique.values()].sort((a, b) => a.text.localeCompare(b.text, 'en', { numeric: true }));
}
