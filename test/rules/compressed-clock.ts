/**
 * Pages of metrics from a run of seconds, as the series of a day: what each page shows lasts for as many minutes as its
 * part of the day does. promtool then evaluates the rules as they are, with the waits that they have.
 */
import { stringify } from 'yaml';

export interface Part {
  readonly name: string;
  readonly minutes: number;
  /** The page of `/metrics` once everything of this part has happened. */
  readonly page: string;
  /** Alerts that fire at its end. */
  readonly firing: readonly string[];
  /** The scrape of this minute of it fails; the alerts fire then already, and go on. */
  readonly failedScrape?: number;
}

/** When something was done last, which is done again and again; other times are those of events. */
const renewed = new Set([
  'berth_vnfd_capacity_timestamp_seconds',
  'berth_background_task_idle_since_timestamp_seconds',
]);
const isEvent = (name: string): boolean => name.endsWith('_timestamp_seconds') && !renewed.has(name);

interface Line {
  readonly name: string;
  readonly series: string;
  readonly value: string;
}

const target = 'job="berth",instance="berth:9641"';

function linesOf(page: string, wanted: ReadonlySet<string>): readonly Line[] {
  return page.split('\n').flatMap((line) => {
    const [, name = '', , labels = '', value = ''] = /^([a-z_]+)(\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!wanted.has(name)) return [];
    return [{ name, series: `${name}{${[target, labels].filter(Boolean).join(',')}}`, value }];
  });
}

/** A series as promtool writes it, growing by one part after another. */
class Series {
  readonly #tokens: string[] = [];
  #minutes = 0;
  #since: { readonly value: string; readonly second: number } | undefined;
  #isThere = false;

  constructor(private readonly name: string) {}

  add(
    value: string | undefined,
    from: number,
    { minutes, failedScrape }: Pick<Part, 'minutes' | 'failedScrape'>,
  ): void {
    if (this.#minutes < from) this.#tokens.push(`_x${String(from - this.#minutes)}`);
    if (value !== undefined && failedScrape !== undefined) {
      const later = failedScrape + 1;
      this.#tokens.push(...this.#shown(value, from * 60, failedScrape), 'stale');
      this.#tokens.push(...this.#shown(value, (from + later) * 60, minutes - later));
    } else if (value !== undefined) this.#tokens.push(...this.#shown(value, from * 60, minutes));
    else if (this.#isThere) this.#tokens.push('stale', `_x${String(minutes - 1)}`);
    else this.#tokens.push(`_x${String(minutes)}`);
    this.#isThere = value !== undefined;
    this.#minutes = from + minutes;
  }

  #shown(value: string, second: number, minutes: number): readonly string[] {
    if (renewed.has(this.name)) return [`${String(second)}+60x${String(minutes - 1)}`];
    if (!isEvent(this.name) || value === '0') return [`${value}x${String(minutes - 1)}`];
    // What happened in this part happened when it began.
    if (this.#since?.value !== value) this.#since = { value, second };
    return [`${String(this.#since.second)}x${String(minutes - 1)}`];
  }

  get values(): string {
    return this.#tokens.join(' ');
  }
}

/** The file for `promtool test rules`: every part has to end with its alerts firing, and no other. */
export function promtoolFile(
  parts: readonly Part[],
  ruleFiles: readonly string[],
  wanted: ReadonlySet<string>,
): string {
  const all = new Map<string, Series>();
  const checks: object[] = [];
  let minute = 0;
  const expect = (at: number, firing: readonly string[]) =>
    checks.push({
      expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: `${String(at)}m`,
      exp_samples: firing.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
    });
  const failed: number[] = [];
  for (const { page, firing, ...part } of parts) {
    const { minutes, failedScrape } = part;
    const lines = new Map(linesOf(page, wanted).map((line) => [line.series, line]));
    for (const { series, name } of lines.values()) if (!all.has(series)) all.set(series, new Series(name));
    for (const [series, each] of all) each.add(lines.get(series)?.value, minute, part);
    if (failedScrape !== undefined) {
      failed.push(minute + failedScrape);
      expect(minute + failedScrape, firing);
    }
    minute += minutes;
    expect(minute - 1, firing);
  }
  const input = [...all].map(([series, each]) => ({ series, values: each.values }));
  const whole = [
    {
      series: `up{${target}}`,
      values: Array.from({ length: minute + 1 }, (_, at) => (failed.includes(at) ? '0' : '1')).join(' '),
    },
    { series: `process_start_time_seconds{${target}}`, values: `0x${String(minute)}` },
  ];
  const test = { interval: '1m', input_series: [...whole, ...input], promql_expr_test: checks };
  return stringify({ rule_files: ruleFiles, evaluation_interval: '1m', tests: [test] }, { lineWidth: 0 });
}
