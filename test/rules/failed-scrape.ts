/**
 * One scrape that fails, in a case that has an alert fire: every series ends there, as Prometheus has it, and goes on after.
 * An alert that ended with it would fire again, and somebody would be called twice.
 */
import { stringify } from 'yaml';
import { casesOf, type Alert, type Case } from './rule-files.js';

/** The samples that promtool makes of `1x3 stale 0+5x2`, one each. */
export function samplesIn(values: string): readonly string[] {
  return values.split(/\s+/).flatMap((token) => {
    const [, first = token, sign = '', step = '0', times] =
      /^(-?[\d.e]+|_|stale)(?:([+-])([\d.e]+))?x(\d+)$/.exec(token) ?? [];
    if (times === undefined) return [token];
    // `_x3` is three, `1x3` is four: the first and three more.
    if (first === '_') return Array.from({ length: Number(times) }, () => first);
    const by = Number(`${sign}${step}`);
    return Array.from({ length: Number(times) + 1 }, (_, nth) => String(Number(first) + nth * by));
  });
}

const minutesOf = (duration: string): number => {
  const [, minutes] = /^(\d+)m$/.exec(duration) ?? [];
  if (minutes === undefined) throw new Error(`"${duration}" is no number of minutes`);
  return Number(minutes);
};

/** Cases in which each alert that is kept fires, a scrape fails, and is expected to fire as before. */
export function withFailedScrapes(texts: ReadonlyMap<string, string>, alerts: readonly Alert[]): readonly Case[] {
  const kept = new Set(alerts.filter(({ keep_firing_for: keep }) => keep !== undefined).map(({ alert }) => alert));
  return casesOf(texts).flatMap((one) =>
    (one.alert_rule_test ?? [])
      .filter(({ alertname, exp_alerts: firing }) => kept.has(alertname) && firing.length > 0)
      .map(({ alertname, eval_time: at, exp_alerts: firing }) =>
        failing(one, { alertname, minute: minutesOf(at), firing: firing.length }),
      ),
  );
}

interface Firing {
  readonly alertname: string;
  readonly minute: number;
  readonly firing: number;
}

function failing({ name = '', input_series: series = [] }: Case, { alertname, minute, firing }: Firing): Case {
  const failed = series.map((each) => ({ ...each, values: failingAt(minute + 1, samplesIn(each.values)) }));
  if (!failed.some(({ values }) => values.includes('stale')))
    throw new Error(`"${name}" has no sample after ${alertname}`);
  const expect = (after: number) => ({
    expr: `count(ALERTS{alertname="${alertname}", alertstate="firing"})`,
    eval_time: `${String(minute + after)}m`,
    exp_samples: [{ labels: '{}', value: firing }],
  });
  return {
    name: `${name}, and a scrape fails`,
    interval: '1m',
    input_series: failed,
    promql_expr_test: [expect(0), expect(1), expect(2)],
  };
}

function failingAt(minute: number, samples: readonly string[]): string {
  return samples.map((value, at) => (at === minute ? 'stale' : value)).join(' ');
}

export const caseFile = (rules: readonly string[], tests: readonly Case[]): string =>
  stringify({ rule_files: rules, evaluation_interval: '1m', tests }, { lineWidth: 0 });
