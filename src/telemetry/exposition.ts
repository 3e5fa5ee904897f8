/**
 * Prometheus' text of metrics that are replaced as a whole. Written once when they are replaced: a page of a large fleet has
 * tens of thousands of samples, and keeping each as an object between two scrapes costs more than reading the fleet.
 */
import type { MetricSpec } from './catalogue.js';

export interface RawSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** With its HELP and TYPE; of two samples with the same labels the later one counts. */
export function exposition(spec: MetricSpec, samples: readonly RawSample[]): string {
  const values = new Map<string, number>();
  for (const { labels, value } of samples) values.set(labelsText(spec.labels, labels), value);
  const lines = [`# HELP ${spec.name} ${helpText(spec.help)}`, `# TYPE ${spec.name} ${spec.type}`];
  for (const [labels, value] of values) lines.push(`${spec.name}${labels} ${valueText(value)}`);
  return `${lines.join('\n')}\n`;
}

function labelsText(names: readonly string[], labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name of names) text += `${text === '' ? '' : ','}${name}="${escaped(labels[name] ?? '')}"`;
  return text === '' ? '' : `{${text}}`;
}

const special = /[\\\n"]/;

/** Hardly any value has one of these. */
const escaped = (value: string): string =>
  special.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : value;

const helpText = (help: string): string => help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
