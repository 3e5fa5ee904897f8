/**
 * What makes a dashboard whole, beyond the rules of dashboard-linter: the shape of the model, names and labels that there
 * are, and what Berth's dashboards promise: thresholds, legends and links on all of them.
 */
import type { Dashboard, DashboardLink, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { allMetrics } from './metrics.ts';
import { readPromql, type Selector } from './promql.ts';
import { asked, askedByAnnotations, panelsOf, targetsOf } from './reading.ts';

type Faults = readonly string[];

const columns = 24;

function frameFaults(dashboard: Dashboard): Faults {
  const { uid = '', title = '', description = '', schemaVersion, tags = [], time, refresh } = dashboard;
  return [
    ...(/^berth-[a-z]+$/.test(uid) ? [] : [`its uid is "${uid}"`]),
    ...(title.startsWith('Berth / ') ? [] : [`its title is "${title}"`]),
    ...(description.endsWith('.') ? [] : ['its description is no sentence']),
    ...(schemaVersion === 39
      ? []
      : [`its model is of version ${String(schemaVersion)}, which Grafana 11.0 does not read`]),
    ...(tags.includes('berth') ? [] : ['it has no tag berth']),
    ...(time && refresh ? [] : ['it has no time range or does not refresh']),
  ];
}

/** Panels stand on the grid, do not overlap, and have numbers of their own. */
function gridFaults({ panels = [] }: Dashboard): Faults {
  const ids = panels.map(({ id }) => id);
  const taken = new Map<string, number>();
  const faults = ids.length === new Set(ids).size ? [] : ['two panels have one id'];
  for (const { id, title = '', gridPos } of panels) {
    if (!gridPos || gridPos.x + gridPos.w > columns) return [...faults, `"${title}" does not stand on the grid`];
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        const place = `${String(x)}/${String(y)}`;
        if (taken.has(place)) return [...faults, `"${title}" overlaps panel ${String(taken.get(place))}`];
        taken.set(place, Number(id));
      }
  }
  return faults;
}

const kinds = ['timeseries', 'stat', 'table', 'bargauge', 'state-timeline', 'text'];

/** The others write the names of series beside their values. */
const withLegend = ['timeseries', 'state-timeline'];

function panelFaults(panel: Panel): Faults {
  const { type, title = '' } = panel;
  const about = (text: string) => `"${title}" ${text}`;
  if (!kinds.includes(type)) return [about(`is of the kind ${type}, which nobody looked at`)];
  if (type === 'text') return [];
  const { thresholds } = panel.fieldConfig?.defaults ?? {};
  const [first] = thresholds?.steps ?? [];
  const hasLegend = !withLegend.includes(type) || legendOf(panel).showLegend === true;
  const refIds = targetsOf(panel).map(({ refId }) => refId);
  return [
    ...(first?.value === null ? [] : [about('has no thresholds that begin below everything')]),
    ...(hasLegend ? [] : [about('hides its legend')]),
    ...(refIds.every((id) => id !== undefined) && new Set(refIds).size === refIds.length
      ? []
      : [about('has targets without letters of their own')]),
    ...targetsOf(panel).flatMap(({ legendFormat = '' }) =>
      legendFormat === '' ? [about('has a target without a legend')] : [],
    ),
  ];
}

const legendOf = (panel: Panel) => (panel.options as { readonly legend: { readonly showLegend?: boolean } }).legend;

function nameFaults({ metric, matchers }: Selector, where: string): Faults {
  const labels = allMetrics.get(metric);
  if (!labels) return [`"${where}" asks for ${metric}, which nobody reports`];
  return matchers
    .filter(({ label }) => !labels.includes(label))
    .map(({ label }) => `"${where}" holds ${metric} to ${label}, which it does not have`);
}

/** Labels that an expression makes itself. */
const madeIn = (expr: string): readonly string[] =>
  [...expr.matchAll(/label_replace\(.*?"(\w+)", "/gs)].map(([, label = '']) => label);

/** Labels of an expression are labels of one of its metrics, or made by label_replace. */
function queryFaults(expr: string, where: string): Faults {
  const { errors, selectors, grouped } = readPromql(expr);
  const there = new Set(selectors.flatMap(({ metric }) => allMetrics.get(metric) ?? []));
  const made = madeIn(expr);
  return [
    ...errors.map((error) => `"${where}" does not parse near ${error}`),
    ...selectors.flatMap((selector) => nameFaults(selector, where)),
    ...grouped.flatMap((label) =>
      there.has(label) || made.includes(label) ? [] : [`"${where}" groups by ${label}, which none of its metrics has`],
    ),
  ];
}

/** What a legend names is there after the query. */
const legendFaults = (panel: Panel): Faults =>
  targetsOf(panel).flatMap(({ expr = '', legendFormat = '' }) => {
    const { selectors } = readPromql(expr);
    const there = new Set(selectors.flatMap(({ metric }) => allMetrics.get(metric) ?? []));
    const made = madeIn(expr);
    return [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].flatMap(([, label = '']) =>
      there.has(label) || made.includes(label)
        ? []
        : [`"${panel.title ?? ''}" names ${label} in a legend, which its query does not have`],
    );
  });

/** Every variable that a query names is one of the dashboard. */
function variableFaults(dashboard: Dashboard): Faults {
  const names = new Set((dashboard.templating.list ?? []).map(({ name }) => name));
  const builtIn = ['__rate_interval', '__range', 'datasource'];
  return asked(dashboard).flatMap(({ expr, where }) =>
    // `$1` is a capture of label_replace.
    [...expr.matchAll(/\$\{?([a-z_]\w*)\}?/gi)].flatMap(([, name = '']) =>
      names.has(name) || builtIn.includes(name)
        ? []
        : [`"${where}" needs the variable ${name}, which there is none of`],
    ),
  );
}

export const urlsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === 'url' ? [String(each)] : urlsIn(each)));
};

/** Links lead to dashboards that there are, and choose variables that they have. */
function linkFaults(dashboard: Dashboard, all: readonly Dashboard[]): Faults {
  const { uid = '', links = [] } = dashboard;
  const others = all.filter((each) => each.uid !== uid).map((each) => `/d/${each.uid ?? ''}`);
  const reached = links.map(({ url }: DashboardLink) => url);
  return [
    ...others.filter((url) => !reached.includes(url)).map((url) => `nothing leads to ${url}`),
    ...urlsIn([links, dashboard.panels]).flatMap((url) => urlFaults(url, all)),
  ];
}

function urlFaults(url: string, all: readonly Dashboard[]): Faults {
  const [, uid] = /^\/d\/([a-z-]+)(?:\?|$)/.exec(url) ?? [];
  const target = all.find((each) => each.uid === uid);
  if (!target) return [`${url} leads nowhere`];
  const names = (target.templating.list ?? []).map(({ name }) => name);
  return [...url.matchAll(/var-(\w+)=/g)].flatMap(([, name = '']) =>
    names.includes(name) ? [] : [`${url} chooses ${name}, which ${String(uid)} does not have`],
  );
}

/** Whatever is wrong with a dashboard, in sentences. */
export const faultsOf = (dashboard: Dashboard, all: readonly Dashboard[]): Faults => [
  ...frameFaults(dashboard),
  ...gridFaults(dashboard),
  ...panelsOf(dashboard).flatMap((panel) => [...panelFaults(panel), ...legendFaults(panel)]),
  ...[...asked(dashboard), ...askedByAnnotations(dashboard)].flatMap(({ expr, where }) => queryFaults(expr, where)),
  ...variableFaults(dashboard),
  ...linkFaults(dashboard, all),
];
