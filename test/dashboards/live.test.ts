/**
 * Every query of every dashboard against a real Prometheus that scrapes a live Berth: none is empty, none is slow with a
 * hundred hosts, and every variable offers something.
 */
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { filled } from '../../scripts/lib/observe/queries.mjs';
import { token } from '../api/door.js';
import { until } from '../flow/server.js';
import { type Prometheus, type Sample, startPrometheus, whyNoPrometheus } from './prometheus.ts';
import { type Asked, asked, askedByAnnotations, dashboards } from './reading.ts';
import { startWorld, type World } from './world.ts';

/** What a query may take on a machine that does nothing else; beyond it the query is tried again. */
const aimMs = 100;
/** Suites run beside one another on few cores: only what is far beyond the aim is a fault of the query. */
const slowestMs = 3 * aimMs;
const rateSeconds = 8;

const isTold = ({ value, values = [] }: Sample): boolean =>
  [...(value ? [value] : []), ...values].some(([, number]) => number !== 'NaN');

interface Answered extends Asked {
  readonly empty: boolean;
  readonly ms: number;
}

const missing = whyNoPrometheus();

if (missing !== undefined)
  describe('dashboards on a live Berth', () => it.skip(`[skipped: ${missing}]`, () => undefined));
else
  describe('dashboards on a live Berth', () => {
    let world: World | undefined;
    let prometheus: Prometheus | undefined;
    /** Moment that is looked at, Unix time: nothing is scraped after it. */
    let end = 0;
    const live = (): Prometheus => {
      if (prometheus === undefined) throw new Error('Prometheus did not start');
      return prometheus;
    };

    beforeAll(async () => {
      world = await startWorld();
      prometheus = await startPrometheus({ origin: world.server.origin, token, job: 'berth' });
      await world.fill(() => guestsAreSeen(live()));
      // What began last has the samples that a rate needs then.
      end = await scrapedAgain(prometheus, 4);
      await world.server.stop();
      world = undefined;
    }, 120_000);
    afterAll(async () => {
      await prometheus?.stop();
      await world?.server.stop();
    });

    /** Once more whatever was slow: another program may have had the CPU. */
    async function answer(query: Asked): Promise<Answered> {
      let best: Answered | undefined;
      for (let turn = 0; turn < 3 && (best === undefined || best.ms > aimMs); turn += 1) {
        const [from, before] = [performance.now(), live().cpuMs()];
        const samples = await samplesOf(live(), query, end);
        const ms = Math.min(performance.now() - from, live().cpuMs() - before);
        if (best === undefined || ms < best.ms) best = { ...query, empty: !samples.some(isTold), ms };
      }
      return best ?? { ...query, empty: true, ms: Infinity };
    }

    test.each(dashboards.map((dashboard) => [String(dashboard.title), dashboard] as const))(
      '%s answers every query, and at once',
      async (_, dashboard) => {
        const answers: Answered[] = [];
        for (const query of [...asked(dashboard), ...askedByAnnotations(dashboard)]) answers.push(await answer(query));
        const tellUs = ({ where, expr, ms }: Answered) => ({ where, expr, ms: Math.round(ms) });
        expect(answers.filter(({ empty }) => empty).map(tellUs)).toEqual([]);
        expect(answers.filter(({ ms }) => ms > slowestMs).map(tellUs)).toEqual([]);
      },
    );

    test('every variable offers something', async () => {
      for (const { templating } of dashboards)
        for (const variable of templating.list ?? [])
          if (String(variable.type) === 'query')
            expect([variable.name, await offered(live(), variable, end)]).toEqual([variable.name, true]);
    });
  });

async function samplesOf(prometheus: Prometheus, { expr, instant, points }: Asked, end: number) {
  const query = filled(expr, rateSeconds);
  if (instant) return prometheus.instant(query, end);
  return prometheus.range(query, { start: prometheus.since, end, step: (end - prometheus.since) / points });
}

/** Guests of each role are asked in turns, and so are hosts for where the memory of their guests lies. */
async function guestsAreSeen(prometheus: Prometheus): Promise<void> {
  const roles = 'count(count by (role) (berth_vnf_uptime_seconds)) == 3';
  const read = async () =>
    (await prometheus.instant(`${roles} and on () count(berth_vnfc_memory_placed_bytes)`)).length;
  await until(read, (found) => found > 0, 'guests or their memory are not seen', 60_000);
}

/** The moment of a scrape, once there are so many more. */
async function scrapedAgain(prometheus: Prometheus, scrapes: number): Promise<number> {
  const read = async (query: string) => Number((await prometheus.instant(query))[0]?.value?.[1] ?? 0);
  const before = await read('sum_over_time(up[1h])');
  await until(
    () => read('sum_over_time(up[1h])'),
    (now) => now >= before + scrapes,
    'Prometheus does not scrape',
  );
  return until(
    () => read(`timestamp(up) and up == 1 and sum_over_time(up[${String(rateSeconds)}s]) >= ${String(scrapes)}`),
    (at) => at > 0,
    'the last scrapes failed',
  );
}

/** Whether Grafana would find a value to choose. */
async function offered(prometheus: Prometheus, { query, regex = '' }: VariableModel, end: number): Promise<boolean> {
  const text = filled(typeof query === 'string' ? query : '', rateSeconds);
  const [, expression] = /^query_result\((.+)\)$/s.exec(text) ?? [];
  if (expression !== undefined) {
    const pattern = new RegExp(regex.slice(1, -1));
    const shown = (await prometheus.instant(expression, end)).map(({ metric }) => written(metric));
    return shown.length > 0 && shown.every((line) => pattern.exec(line)?.groups?.['value'] !== undefined);
  }
  const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/s.exec(text) ?? [];
  return (await prometheus.labelValues(label, selector)).length > 0;
}

/** As Grafana writes a series for the regular expression of a variable. */
const written = ({ __name__ = '', ...labels }: Readonly<Record<string, string>>): string =>
  `${__name__}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}} 1`;
