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

/**
 * `host` says which VNFs run, and what has to be empty there. On a real machine not everything happens that has a panel:
 * what is empty there is told, and is no fault.
 */
export async function tellDashboards(client, host, tell) {
  const asked = readDashboards().filter(({ uid, title }) => {
    const role = ofRole[uid];
    const isHere = role === undefined || host.vnfs.includes(role);
    if (!isHere) tell(`${title}: not asked, no ${role} runs here`);
    return isHere;
  });
  const reasons = { ...rightlyEmpty, ...host.rightlyEmpty };
  const isMissing = ({ panel }) => !(panel in reasons);
  const all = asked.flatMap(({ title, queries }) => queries.map((query) => ({ ...query, title })));
  let empty = await emptyOf(client, all);
  const isReal = host.program === undefined;
  for (let turn = 1; turn < tries && empty.some(isMissing) && !isReal; turn++) {
    await sleep(pauseMs);
    empty = await emptyOf(client, empty);
  }
  for (const { title, queries } of asked) {
    const silent = empty.filter((query) => query.title === title);
    tell(`${title}: ${queries.length - silent.length} of ${queries.length} queries have something to show`);
    for (const panel of new Set(silent.map((query) => query.panel)))
      tell(`  empty: ${panel} (${reasons[panel] ?? 'nothing of that kind has happened'})`);
  }
  const missing = empty.filter(isMissing).map(({ title, panel }) => `${title}: ${panel}`);
  expect(isReal || missing.length === 0, `queries are empty: ${missing.join('; ')}`);
}
