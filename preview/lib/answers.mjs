/**
 * Everything that a dashboard asks Prometheus for when it opens: its variables, the queries of its panels, its annotations.
 */
import { readFileSync } from 'node:fs';
import { allPanels, nameOf } from '../plan/dashboard.ts';
import { interpolate } from '../plan/interpolate.ts';
import { intervalVariables, stepSeconds } from '../plan/intervals.ts';
import { boxOf } from '../plan/layout.ts';
import { firstChoices } from '../plan/variables.ts';
import { inPreview } from './paths.mjs';

const together = 4;

/** What is chosen where not everything is shown at once, by dashboard and variable. */
const wishes = JSON.parse(readFileSync(inPreview('choices.json'), 'utf8'));

/** `span`: `{ from, to, scrapeSeconds }`, seconds. Faults are sentences about this dashboard. */
export async function answersFor(dashboard, { prometheus, choices: more = {} }, span, width) {
  const faults = [];
  const fixed = new Map([
    ['__from', one(String(span.from * 1000))],
    ['__to', one(String(span.to * 1000))],
  ]);
  const choices = await firstChoices(dashboard.templating?.list ?? [], prometheus, {
    fixed,
    wished: { ...wishes[dashboard.uid], ...more[dashboard.uid] },
  });
  const ask = (panel, target) => askOne({ prometheus, span, width, choices }, panel, target);
  const answers = {};
  await inTurns(allPanels(dashboard), async (panel) => {
    answers[panel.id] = [];
    for (const target of (panel.targets ?? []).filter(({ hide }) => !hide)) {
      try {
        answers[panel.id].push(await ask(panel, target));
      } catch (error) {
        faults.push(`${nameOf(panel)}, query ${target.refId}: ${error.message}`);
      }
    }
  });
  const annotations = await annotationsOf(dashboard, ask);
  return { faults, answers, annotations, choices: Object.fromEntries(choices) };
}

const one = (value) => ({ values: [value], texts: [value], several: false });

async function askOne({ prometheus, span, width, choices }, panel, target) {
  const { from, to, scrapeSeconds } = span;
  const least = [panel.interval, target.interval && interpolate(target.interval, choices, 'query')];
  const rangeSeconds = to - from;
  const widthPixels = boxOf(panel.gridPos, width).width;
  const step = stepSeconds({ rangeSeconds, widthPixels, scrapeSeconds, least });
  const all = new Map([...choices, ...intervalVariables(step, scrapeSeconds, rangeSeconds)]);
  const expression = interpolate(target.expr ?? '', all, 'query');
  const instant = target.instant === true && target.range !== true;
  const series = instant
    ? (await prometheus.instant(expression, to)).map(({ metric, value, at }) => ({ metric, values: [[at, value]] }))
    : await prometheus.range(expression, { from: Math.ceil(from / step) * step, to, step });
  const { refId, format = 'time_series', legendFormat = '__auto' } = target;
  return { refId, format, legendFormat, instant, expression, step, series };
}

/** Moments at which an annotation's expression answers above zero, with its title. */
async function annotationsOf({ annotations }, ask) {
  const marks = [];
  for (const { enable, name, expr, target, step, iconColor = 'blue' } of annotations?.list ?? []) {
    const query = target?.expr ?? expr;
    if (enable === false || query === undefined) continue;
    const panel = { gridPos: { x: 0, y: 0, w: 24, h: 1 }, interval: target?.interval ?? step };
    const { series } = await ask(panel, { refId: 'Anno', expr: query, range: true });
    const moments = new Set(
      series.flatMap(({ values }) => values.filter(([, value]) => Number(value) > 0).map(([at]) => at)),
    );
    marks.push({ name, color: iconColor, moments: [...moments].sort((a, b) => a - b) });
  }
  return marks;
}

/** Some at a time, in order. */
async function inTurns(list, work) {
  const waiting = [...list];
  const turn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: together }, turn));
}
