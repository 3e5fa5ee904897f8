/**
 * The catalogue as one page: what is counted and timed here by prom-client, beside gauges and counters that somebody else
 * counts, which are replaced as a whole. What is no longer there is no longer shown, and a counter shows the absolute value
 * of its source, whose resets Prometheus understands.
 */
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import { catalogue, type MetricSpec } from './catalogue.js';
import { exposition, plain } from './exposition.js';

type LabelsOf<S extends MetricSpec> = Readonly<Record<S['labels'][number], string>>;

export interface Sample<S extends MetricSpec> {
  readonly labels: LabelsOf<S>;
  readonly value: number;
}

type Momentary = MetricSpec & { readonly type: 'gauge' | 'counter' };
type Counting = MetricSpec & { readonly type: 'counter' };
type Timing = MetricSpec & { readonly type: 'histogram' };

/** Part of the page that is shown as a whole or not at all. */
export interface Section {
  /** Must not wait. */
  show(show: () => void): void;
  /** No samples of whatever it has ever shown. */
  clear(): void;
}

/** prom-client's own gauges whose names break the rule that only counters end in `_total`. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export class Instruments {
  readonly registry = new Registry();
  private replaced: Set<Momentary> | undefined;
  /** Text of the metrics that are replaced, by name. */
  private readonly texts = new Map<string, string>();
  private readonly counters = new Map<string, Counter>();
  private readonly histograms = new Map<string, Histogram>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const name of misnamed) this.registry.removeSingleMetric(name);
    for (const spec of Object.values(catalogue)) this.register(spec);
  }

  /** Registers a metric once; a second time does nothing. */
  register(spec: MetricSpec): void {
    const { name, help, labels } = spec;
    if (this.texts.has(name) || this.registry.getSingleMetric(name) !== undefined) return;
    const options = { name, help: plain(help), labelNames: [...labels], registers: [this.registry] };
    if (spec.type === 'gauge') this.texts.set(name, exposition(spec, []));
    else if (spec.type === 'counter') this.counters.set(name, new Counter(options));
    else this.histograms.set(name, new Histogram({ ...options, buckets: [...(spec.buckets ?? [])] }));
  }

  /** Forgets a metric that was registered here. */
  unregister({ name }: MetricSpec): void {
    this.registry.removeSingleMetric(name);
    this.counters.delete(name);
    this.texts.delete(name);
  }

  /** The whole page. */
  async text(): Promise<string> {
    return [await this.registry.metrics(), ...this.texts.values()].join('\n');
  }

  /** Remembers what `show` replaces. */
  section(): Section {
    const shown = new Set<Momentary>();
    return {
      show: (show) => {
        this.replaced = shown;
        show();
        this.replaced = undefined;
      },
      clear: () => {
        for (const spec of shown) this.replace(spec, []);
      },
    };
  }

  /** All samples of the metric anew. Synchronous, so that no scrape sees half of them. */
  replace<S extends Momentary>(spec: S, samples: readonly Sample<S>[]): void {
    this.replaced?.add(spec);
    // A counter that somebody else counts is not counted here.
    if (this.counters.delete(spec.name)) this.registry.removeSingleMetric(spec.name);
    this.texts.set(spec.name, exposition(spec, samples));
  }

  count<S extends Counting>(spec: S, labels: LabelsOf<S>, by = 1): void {
    this.counters.get(spec.name)?.inc(labels, by);
  }

  time<S extends Timing>(spec: S, labels: LabelsOf<S>, seconds: number): void {
    this.histograms.get(spec.name)?.observe(labels, seconds);
  }
}
