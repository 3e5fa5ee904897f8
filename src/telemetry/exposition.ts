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
  for (const { labels, value } of samples) values.set(knownText(spec.labels, labels), value);
  let text = `# HELP ${spec.name} ${helpText(spec.help)}\n# TYPE ${spec.name} ${spec.type}\n`;
  for (const [labels, value] of values) text += `${spec.name}${labels} ${valueText(value)}\n`;
  return text;
}

interface Written {
  readonly names: readonly string[];
  readonly text: string;
}

/** Many metrics have samples with the very same labels: those of a VNFC, of one of its disks. */
const written = new WeakMap<RawSample['labels'], Written>();

function knownText(names: readonly string[], labels: RawSample['labels']): string {
  const known = written.get(labels);
  if (known !== undefined && isSame(known.names, names)) return known.text;
  const text = labelsText(names, labels);
  written.set(labels, { names, text });
  return text;
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((name, at) => name === b[at]));

function labelsText(names: readonly string[], labels: Readonly<Record<string, string>>): string {
  let text = '';
  for (const name of names) text += `${text === '' ? '' : ','}${name}="${escaped(labels[name] ?? '')}"`;
  return text === '' ? '' : `{${text}}`;
}

const special = /[\\\n"]/;

/** Hardly any value has one of these. */
const escaped = (value: string): string =>
  special.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"') : value;

const helpText = (help: string): string => plain(help).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function valueText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

/** ASCII: a string with one other character takes twice the memory. */
export const plain = (help: string): string => help.replaceAll('’', "'");
