/**
 * Every metric that a query may name, with its labels: Berth's own, what guests report by the lists of indicators, and
 * what every scrape and Node's client add.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { catalogue, guestLabels, guestPrefix, type MetricSpec } from '../../src/telemetry/catalogue.js';

const top = join(import.meta.dirname, '..', '..');

/** What Prometheus knows a target by; `pod` where it runs on Kubernetes. */
export const targetLabels: readonly string[] = ['job', 'instance', 'pod'];

interface Indicator {
  readonly kind: 'counter' | 'gauge' | 'labelled counter' | 'labelled gauge';
  readonly label?: string;
  readonly name: string;
}

export type KnownMetrics = ReadonlyMap<string, readonly string[]>;

export function knownMetrics(): KnownMetrics {
  return new Map<string, readonly string[]>([
    ...(Object.values(catalogue) as readonly MetricSpec[]).flatMap(seriesOf),
    ...indicators().map(guestSeries),
    ...nodeMetrics().map((name) => [name, []] as const),
    ['up', []],
  ]);
}

const seriesOf = ({ name, type, labels }: MetricSpec): readonly (readonly [string, readonly string[]])[] =>
  type === 'histogram'
    ? [
        [`${name}_bucket`, [...labels, 'le']],
        [`${name}_count`, labels],
        [`${name}_sum`, labels],
      ]
    : [[name, labels]];

const indicators = (): readonly Indicator[] =>
  globSync('vnf-catalog/{,*/}indicators.json', { cwd: top }).flatMap(
    (file) => JSON.parse(readFileSync(join(top, file), 'utf8')) as readonly Indicator[],
  );

function guestSeries({ kind, label, name }: Indicator): readonly [string, readonly string[]] {
  const total = kind.endsWith('counter') && !name.endsWith('_total') ? '_total' : '';
  return label === undefined
    ? [`${guestPrefix}${name}${total}`, guestLabels]
    : [`${guestPrefix}per_${label}_${name}${total}`, [...guestLabels, label]];
}

/** Those without labels of their own. */
function nodeMetrics(): readonly string[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register.getMetricsAsArray().map(({ name }) => name);
}
