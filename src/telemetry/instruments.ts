/**
 * The catalogue as one page: what is counted and timed here by prom-client, beside gauges and counters that somebody else
 * counts, which are replaced as a whole. What is no longer there is no longer shown, and a counter shows the absolute value
 * of its source, whose resets Prometheus understands.
 */
import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { SteadyClock } from '../shared/clock.js';
import { catalogue, type MetricSpec } from './catalogue.js';
import { Exposition, plain } from './exposition.js';
import { inTurns, type Steps } from './steps.js';

export type LabelsOf<S extends MetricSpec> = Readonly<Record<S['labels'][number], string>>;

export interface Sample<S extends MetricSpec> {
  readonly labels: LabelsOf<S>;
  readonly value: number;
}

type Momentary = MetricSpec & { readonly type: 'gauge' | 'counter' };
type Counting = MetricSpec & { readonly type: 'counter' };
type Timing = MetricSpec & { readonly type: 'histogram' };

/** One sample; the same labels object stands for the same series in every page. */
export type Put<S extends MetricSpec> = (labels: LabelsOf<S>, value: number) => void;

/** Part of the page that is shown as a whole or not at all. */
export interface Section {
  /** Nothing else is shown meanwhile. */
  show(steps: Steps): Promise<void>;
  /** No samples of whatever it has ever shown. */
  clear(): void;
}

/** prom-client's own gauges whose names break the rule that only counters end in `_total`. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export class Instruments {
  readonly registry = new Registry();
  private replaced: Set<Momentary> | undefined;
  /** The metrics that are replaced, by name. */
  private readonly texts = new Map<string, Exposition>();
  private readonly counters = new Map<string, Counter>();
  private readonly histograms = new Map<string, Histogram>();

  constructor(private readonly clock: Pick<SteadyClock, 'elapsedMs'>) {
    collectDefaultMetrics({ register: this.registry });
    for (const name of misnamed) this.registry.removeSingleMetric(name);
    for (const spec of Object.values(catalogue)) this.register(spec);
  }

  /** Registers a metric once; a second time does nothing. */
  register(spec: MetricSpec): void {
    const { name, help, labels } = spec;
    if (this.texts.has(name) || this.registry.getSingleMetric(name) !== undefined) return;
    const options = { name, help: plain(help), labelNames: [...labels], registers: [this.registry] };
    if (spec.type === 'gauge') this.texts.set(name, new Exposition(spec));
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
  async page(): Promise<Uint8Array> {
    const counted = Buffer.from(await this.registry.metrics());
    return Buffer.concat([counted, ...[...this.texts.values()].map((each) => each.bytes())]);
  }

  /** Remembers what `show` replaces. */
  section(): Section {
    const shown = new Set<Momentary>();
    return {
      show: async (steps) => {
        this.replaced = shown;
        try {
          await inTurns(steps, this.clock);
        } finally {
          this.replaced = undefined;
        }
      },
      clear: () => {
        for (const spec of shown) this.replace(spec, []);
      },
    };
  }

  /** Replaces all samples of the metric. */
  replace<S extends Momentary>(spec: S, samples: readonly Sample<S>[]): void {
    this.fill(spec, (put) => {
      for (const { labels, value } of samples) put(labels, value);
    });
  }

  /** The same of metrics with many samples. Synchronous, so that no page has half of them. */
  fill<S extends Momentary>(spec: S, fill: (put: Put<S>) => void): void {
    this.replaced?.add(spec);
    // A counter that somebody else counts is not counted here.
    if (this.counters.delete(spec.name)) this.registry.removeSingleMetric(spec.name);
    let text = this.texts.get(spec.name);
    if (text === undefined) this.texts.set(spec.name, (text = new Exposition(spec)));
    text.replace(fill);
  }

  count<S extends Counting>(spec: S, labels: LabelsOf<S>, by = 1): void {
    this.counters.get(spec.name)?.inc(labels, by);
  }

  /** No series with these labels from now on. */
  forget<S extends Counting>({ name }: S, labels: Partial<LabelsOf<S>>): void {
    const counter = this.counters.get(name);
    void counter?.get().then(({ values }) => {
      for (const each of values)
        if (Object.entries(labels).every(([label, value]) => each.labels[label] === value)) counter.remove(each.labels);
    });
  }

  time<S extends Timing>(spec: S, labels: LabelsOf<S>, seconds: number): void {
    this.histograms.get(spec.name)?.observe(labels, seconds);
  }
}
