/**
 * Steps of queries over a time range, and the variables that Grafana makes of them.
 */
import type { Chosen } from './interpolate.ts';

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `1m30s` and `15s`; a leading `>` as panels write their least interval. */
export function secondsOf(duration: string): number {
  const parts = [...duration.replace(/^>/, '').matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g)];
  const read = parts.map(([part]) => part).join('');
  if (parts.length === 0 || read !== duration.replace(/^>/, '')) throw new Error(`'${duration}' is no duration`);
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? Number.NaN), 0);
}

const niceSteps = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10_800, 21_600, 43_200];

export interface StepRequest {
  readonly rangeSeconds: number;
  readonly widthPixels: number;
  /** Of the data source: how often Prometheus scrapes. */
  readonly scrapeSeconds: number;
  /** Least interval of the panel and of the target. */
  readonly least?: readonly (string | undefined)[];
}

/** One point per pixel, and no finer than what was asked for or scraped. */
export function stepSeconds({ rangeSeconds, widthPixels, scrapeSeconds, least = [] }: StepRequest): number {
  const asked = least.flatMap((one) => (one === undefined || one === '' ? [] : [secondsOf(one)]));
  const floor = asked.length > 0 ? Math.max(...asked) : scrapeSeconds;
  const wanted = rangeSeconds / Math.max(1, widthPixels);
  const nice = niceSteps.find((step) => step >= wanted) ?? 86_400;
  return Math.max(nice, floor);
}

const one = (value: string): Chosen => ({ values: [value], texts: [value], several: false });

/** A duration as PromQL reads it, whole seconds. */
const duration = (seconds: number): string => `${String(Math.ceil(seconds))}s`;

/** `$__rate_interval` always holds four scrapes, so that a rate has two samples even if some came late. */
export function intervalVariables(step: number, scrapeSeconds: number, rangeSeconds: number): [string, Chosen][] {
  const rate = Math.max(step + scrapeSeconds, 4 * scrapeSeconds);
  return [
    ['__interval', one(duration(step))],
    ['__interval_ms', one(String(Math.round(step * 1000)))],
    ['__rate_interval', one(duration(rate))],
    ['__range', one(duration(rangeSeconds))],
    ['__range_s', one(String(Math.round(rangeSeconds)))],
    ['__range_ms', one(String(Math.round(rangeSeconds * 1000)))],
  ];
}
