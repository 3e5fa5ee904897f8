/**
 * Queries, typed by the catalogue: a name or a label that Berth does not have is a type error. Every selector is bound
 * to the variable `job`.
 *
 * Replicas of Berth that share a database tell the same of hosts and VNFs: such facts are taken once (`fact`,
 * `perSecond`). What each process counts of its own work is added up (`ownPerSecond`).
 */
import type { catalogue } from '../../src/telemetry/catalogue.ts';

type Spec = (typeof catalogue)[keyof typeof catalogue];
type TimingName = Extract<Spec, { type: 'histogram' }>['name'];
/** prom-client's own metrics, as far as dashboards show them. */
type NodeName =
  | 'process_cpu_seconds_total'
  | 'process_resident_memory_bytes'
  | 'process_start_time_seconds'
  | 'process_open_fds'
  | 'process_max_fds'
  | 'nodejs_heap_size_used_bytes'
  | 'nodejs_eventloop_lag_p50_seconds'
  | 'nodejs_eventloop_lag_p99_seconds';
type GuestName = `berth_vnf_${string}`;
type PlainName = Exclude<Spec['name'], TimingName>;

type Plain = PlainName | NodeName | GuestName;
type LabelsOf<N extends string> =
  Extract<Spec, { name: N }> extends never ? string : Extract<Spec, { name: N }>['labels'][number];

/** Label -> what it is held to: `x` is equal, `!x` is not, `~x` and `!~x` are regular expressions. */
type Matchers<N extends string> = Readonly<Partial<Record<LabelsOf<N> | 'instance', string>>>;

function selector(name: string, matchers: Readonly<Record<string, string | undefined>> = {}): string {
  const all = Object.entries({ job: '~$job', ...matchers });
  const written = all.map(([label, said = '']) => {
    const [, sign = '', value = ''] = /^(!~|!|~|)(.*)$/s.exec(said) ?? [];
    const operator = { '': '=', '!': '!=', '~': '=~', '!~': '!~' }[sign] ?? '=';
    return `${label}${operator}"${value}"`;
  });
  return `${name}{${written.join(', ')}}`;
}

export const series = <N extends Plain>(name: N, matchers?: Matchers<N>): string => selector(name, matchers);

const over = (operator: string, by: readonly string[], expression: string): string =>
  by.length === 0 ? `${operator}(${expression})` : `${operator} by (${by.join(', ')}) (${expression})`;

export const sum = (by: readonly string[], expression: string): string => over('sum', by, expression);
export const max = (by: readonly string[], expression: string): string => over('max', by, expression);
export const count = (by: readonly string[], expression: string): string => over('count', by, expression);

/** A gauge that every replica tells alike, once for each job and `by`. */
export const fact = <N extends Plain>(name: N, by: readonly LabelsOf<N>[], matchers?: Matchers<N>): string =>
  max(['job', ...by], series(name, matchers));

const rateOf = (selected: string): string => `rate(${selected}[$__rate_interval])`;

/** A counter that every replica tells alike, per second. */
export const perSecond = <N extends Plain>(name: N, by: readonly LabelsOf<N>[], matchers?: Matchers<N>): string =>
  max(['job', ...by], rateOf(series(name, matchers)));

/** A counter of each process, per second. */
export const ownPerSecond = <N extends Plain>(
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string => sum(by, rateOf(series(name, matchers)));

/** How often a counter of each process grew. Prometheus extrapolates, and what happened once is not 1.3 to anybody. */
export const grown = <N extends Plain>(
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string => `round(${sum(by, `increase(${series(name, matchers)}[$__rate_interval])`)})`;

/** The same in all of the time that is shown. */
export const grownInAll = <N extends Plain>(
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string => `round(${sum(by, `increase(${series(name, matchers)}[$__range])`)})`;

/** The same, of what happened only: nought is no line and no mark. */
export const happened = <N extends Plain>(
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string => `${grown(name, by, matchers)} > 0`;

/** The same for bars, with nought once it happened: bars of a series that has one value are wider than others. */
export const happenedInAll = <N extends Plain>(
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string => `${grown(name, by, matchers)} and ${grownInAll(name, by, matchers)} > 0`;

/**
 * Likewise of a counter that is not there before it counts: its first value is what happened, and has no increase. What
 * was there before a gap in the scrapes is nothing new.
 */
export function cameToBe<N extends Plain>(name: N, by: readonly LabelsOf<N>[], matchers?: Matchers<N>): string {
  const all = series(name, matchers);
  return `${happened(name, by, matchers)} or ${sum(by, `${all} unless (${all} offset 1m or ${all} offset 4m or ${all} offset 10m)`)}`;
}

/** What most took, seconds: `share` of all that a histogram timed. */
export const within = <N extends TimingName>(
  share: number,
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string =>
  `histogram_quantile(${String(share)}, ${sum(['le', ...by], rateOf(selector(`${name}_bucket`, matchers)))})`;

/** How many a histogram timed, per second. */
export const timed = <N extends TimingName>(
  name: N,
  by: readonly (LabelsOf<N> | 'instance')[],
  matchers?: Matchers<N>,
): string => sum(by, rateOf(selector(`${name}_count`, matchers)));

/**
 * What a histogram counted in all of the time that is shown. Of what happens seldom a graph would have gaps only. A series
 * that began meanwhile has no increase to its first value: that value is what it counted.
 */
function counted(selected: string): string {
  return `${selected} unless ${selected} offset $__range or increase(${selected}[$__range])`;
}

/** What most took in all of the time that is shown; no sample of what did not happen. */
export const withinInAll = <N extends TimingName>(
  share: number,
  name: N,
  by: readonly LabelsOf<N>[],
  matchers?: Matchers<N>,
): string =>
  `histogram_quantile(${String(share)}, ${sum(['le', ...by], counted(selector(`${name}_bucket`, matchers)))}) >= 0`;

/** How many a histogram timed in all of the time that is shown; no sample of what did not happen. */
export const timedInAll = <N extends TimingName>(name: N, by: readonly LabelsOf<N>[], matchers?: Matchers<N>): string =>
  `round(${sum(by, counted(selector(`${name}_count`, matchers)))}) > 0`;

/** How often a histogram timed something, where what is looked at is each while. */
export const timedEach = <N extends TimingName>(name: N, matchers?: Matchers<N>): string =>
  `round(sum(increase(${selector(`${name}_count`, matchers)}[$__rate_interval])))`;

/** 0 where there is nothing to count, and nothing beside what there is. */
export const orNone = (expression: string): string => `${expression} or on () vector(0)`;

/** The same of what is named by a label, which says so. */
export const orNoneOf = (label: string, said: string, expression: string): string =>
  `${expression} or on () label_replace(vector(0), "${label}", "${said}", "job", ".*")`;

/** A size of pages in words: label `page` beside `page_size_bytes`. */
export function withPage(expression: string): string {
  const known: readonly (readonly [bytes: string, words: string])[] = [
    ['(.*)', '$1 B'],
    ['2097152', '2 MiB'],
    ['1073741824', '1 GiB'],
  ];
  return known.reduce(
    (inner, [bytes, words]) => `label_replace(${inner}, "page", "${words}", "page_size_bytes", "${bytes}")`,
    expression,
  );
}

/** Adds the name of the VNF to what has its id. */
export const named = (expression: string): string =>
  `(${expression}) * on (job, vnf_instance_id) group_left (name) ${fact('berth_instance_info', ['vnf_instance_id', 'name'])}`;
