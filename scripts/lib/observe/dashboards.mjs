/**
 * Every query of every dashboard, asked of the Prometheus that watches: each has to answer.
 */
import { expect } from '../quickstart/journey.mjs';
import { sleep } from '../time.mjs';
import { QueryRefused, scrapeSeconds } from './prometheus.mjs';
import { filled, readDashboards } from './queries.mjs';

/** Dashboards of one kind of VNF. */
const ofRole = { 'berth-router': 'router', 'berth-firewall': 'firewall', 'berth-upf': 'upf' };

const rateSeconds = 8 * scrapeSeconds;
/** Counts in the background come after a while. */
const tries = 10;
const pauseMs = 2000;

/** What a panel shows is a thing that does not happen here, by its title. */
const rightlyEmpty = { 'Which of a pair is master': 'no pair', 'Changes of master': 'no pair' };

const hasNumber = ({ value, values = [] }) => [...(value ? [value] : []), ...values].some(([, text]) => text !== 'NaN');

async function isEmpty(client, { expr, instant }) {
  const query = filled(expr, rateSeconds);
  return !(await (instant ? client.instant(query) : client.range(query))).some(hasNumber);
}

async function emptyOf(client, queries) {
  const empty = [];
  for (const query of queries) {
    try {
      if (await isEmpty(client, query)) empty.push(query);
    } catch (error) {
      if (!(error instanceof QueryRefused)) throw error;
      throw new Error(`panel "${query.panel}": ${error.message}`, { cause: error });
    }
  }
  return empty;
}

/** `roles`: which VNFs are there; `isReal`: of a real machine quiet panels are told, and are no fault. */
export async function tellDashboards(client, { roles, isReal }, tell) {
  const silent = [];
  for (const { uid, title, queries } of readDashboards()) {
    const role = ofRole[uid];
    if (role !== undefined && !roles.includes(role)) {
      tell(`${title}: not asked, no ${role} runs here`);
      continue;
    }
    let empty = await emptyOf(client, queries);
    const missing = () => empty.filter(({ panel }) => !(panel in rightlyEmpty));
    for (let turn = 1; turn < tries && missing().length > 0 && !isReal; turn++) {
      await sleep(pauseMs);
      empty = await emptyOf(client, empty);
    }
    tell(`${title}: ${queries.length - empty.length} of ${queries.length} queries have something to show`);
    for (const panel of new Set(empty.map((query) => query.panel)))
      tell(`  empty: ${panel} (${rightlyEmpty[panel] ?? 'nothing of that kind is there'})`);
    silent.push(...missing().map(({ panel }) => `${title}: ${panel}`));
  }
  expect(isReal || silent.length === 0, `queries are empty: ${silent.join('; ')}`);
}
