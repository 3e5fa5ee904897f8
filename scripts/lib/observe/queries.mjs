/**
 * Queries of the dashboards as Grafana would send them: variables that stand for everything, and the interval of rates.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inTop } from '../paths.mjs';

const folder = inTop('charts', 'berth', 'dashboards');

/** The time that is shown at first. */
const rangeSeconds = 3600;

/** The expression with every variable set to "All". */
export const filled = (expression, rateSeconds) =>
  expression
    .replaceAll('$__rate_interval', `${rateSeconds}s`)
    .replaceAll('$__range', `${rangeSeconds}s`)
    .replaceAll(/\$(job|host|vnf|instance)\b/g, '.+');

/** `[{ uid, title, queries: [{ panel, expr, instant }] }]` of the committed dashboards. */
export function readDashboards() {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .map(({ uid, title, panels }) => ({ uid, title, queries: panels.flatMap(queriesOf) }));
}

/** A row that is closed keeps its panels inside. */
const queriesOf = ({ title, targets = [], panels = [] }) => [
  ...targets.map(({ expr, instant = false }) => ({ panel: title, expr, instant })),
  ...panels.flatMap(queriesOf),
];
