/**
 * Which metrics there are, with their labels: the catalogue, what guests of the catalogue report, and what prom-client
 * adds about its process.
 */
import { existsSync, readdirSync } from 'node:fs';
import { catalogue, guestLabels, guestPrefix, type MetricSpec } from '../../src/telemetry/catalogue.js';
import { indicatorsOf, type Indicator } from '../../vnf-catalog/selftest/indicators.mjs';

/** Labels that Prometheus gives every series. */
const ofPrometheus = ['job', 'instance'] as const;

/** Name of a series -> its labels. */
export type Known = ReadonlyMap<string, readonly string[]>;

const specs: readonly MetricSpec[] = Object.values(catalogue);

const seriesOf = ({ name, type, labels }: MetricSpec): readonly (readonly [string, readonly string[]])[] => {
  const all = [...labels, ...ofPrometheus];
  if (type !== 'histogram') return [[name, all]];
  return [
    [`${name}_bucket`, [...all, 'le']] as const,
    ...['_sum', '_count'].map((end) => [`${name}${end}`, all] as const),
  ];
};

const vnfs = readdirSync('vnf-catalog').filter((name) => existsSync(`vnf-catalog/${name}/indicators.json`));

const snake = (name: string): string => name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

const ofGuest = ({ kind, name, label }: Indicator): readonly [string, readonly string[]] => {
  const bare = label === undefined ? snake(name) : `per_${label}_${name}`;
  const counts = kind.endsWith('counter');
  const labels = [...guestLabels, ...ofPrometheus, ...(label === undefined ? [] : [label])];
  return [`${guestPrefix}${bare}${counts && !bare.endsWith('_total') ? '_total' : ''}`, labels];
};

/** Of prom-client (docs/metrics.md): those that a dashboard shows. */
const ofNode = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'process_open_fds',
  'process_max_fds',
  'nodejs_heap_size_used_bytes',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p99_seconds',
].map((name) => [name, ofPrometheus] as const);

export const berthMetrics: Known = new Map(specs.flatMap(seriesOf));
export const guestMetrics: Known = new Map(vnfs.flatMap((vnf) => indicatorsOf(vnf).map(ofGuest)));
export const allMetrics: Known = new Map([...berthMetrics, ...guestMetrics, ...ofNode]);

/** Names of the catalogue, a histogram once. */
export const catalogueNames: readonly string[] = specs.map(({ name }) => name);
