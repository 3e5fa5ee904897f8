/**
 * The rules of grafana/dashboard-linter, as what they mean for Berth's dashboards; every panel is held to them, whatever
 * its kind. Where a rule asks for `instance`, ours is the process of Berth: only what is of one process has it.
 */
import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Dashboard, Panel, VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { readPromql, type Selector } from './promql.ts';
import { panelsOf, targetsOf } from './reading.ts';

export interface Finding {
  readonly rule: string;
  readonly dashboard: string;
  /** Title of the panel; empty: the dashboard's own. */
  readonly panel: string;
  readonly text: string;
}

type Said = readonly string[];
interface Rule {
  readonly name: string;
  readonly ofDashboard?: (dashboard: Dashboard) => Said;
  readonly ofPanel?: (panel: Panel) => Said;
  /** Of each selector of each target. */
  readonly ofSelector?: (selector: Selector) => Said;
}

const variablesOf = ({ templating }: Dashboard): readonly VariableModel[] => templating.list ?? [];
const variable = (dashboard: Dashboard, name: string) => variablesOf(dashboard).find((each) => each.name === name);
const queried = (dashboard: Dashboard) => variablesOf(dashboard).filter(({ type }) => String(type) === 'query');
const hasTargets = ({ type }: Panel): boolean => type !== 'text';
const source = '${datasource}';

const datasourceRule: Rule = {
  name: 'template-datasource-rule',
  ofDashboard: (dashboard) => {
    const found = variable(dashboard, 'datasource');
    if (!found) return ['there is no variable datasource'];
    return [
      ...(String(found.type) === 'datasource' && found.query === 'prometheus' ? [] : ['it is not one of Prometheus']),
      ...(found.label === 'Data source' ? [] : [`its label is "${String(found.label)}" and not "Data source"`]),
    ];
  },
};

/** A variable that all selectors can be held to. */
function choice(dashboard: Dashboard, name: string, label: string): Said {
  const found = variable(dashboard, name);
  if (!found) return [`there is no variable ${name}`];
  return [
    ...(String(found.type) === 'query' ? [] : ['it is no query']),
    ...(found.datasource?.uid === source ? [] : ['it does not use the variable datasource']),
    ...(found.label === label ? [] : [`its label is not ${label}`]),
    ...(found.multi === true && found.includeAll === true ? [] : ['several values cannot be chosen']),
    ...(found.allValue === '.+' ? [] : ['All is not .+']),
  ];
}

const labelValues = /^label_values\((?:(?<selector>.+),\s*)?(?<label>[a-z_]+)\)$/s;
const queryResult = /^query_result\((?<expression>.+)\)$/s;

function variablePromql({ name, query }: VariableModel): Said {
  const text = typeof query === 'string' ? query : '';
  const { selector, label } = labelValues.exec(text)?.groups ?? {};
  const expression = selector ?? queryResult.exec(text)?.groups?.['expression'];
  if (expression === undefined && label === undefined)
    return [`${name}: ${text} is neither label_values nor query_result`];
  return readPromql(expression ?? 'up').errors.map((error) => `${name}: near ${error}`);
}

const unitIds: ReadonlySet<unknown> = new Set(Object.values(units));

const heldTo = (name: string, selector: Selector): Said =>
  selector.matchers.some(({ label, operator, value }) => label === name && operator === '=~' && value === `$${name}`)
    ? []
    : [`${selector.metric} is not held to ${name}=~"$${name}"`];

const counts = (metric: string): boolean => /_(total|bucket|count|sum)$/.test(metric);
const rates = ['rate', 'irate', 'increase'];

export const rules: readonly Rule[] = [
  datasourceRule,
  { name: 'template-job-rule', ofDashboard: (dashboard) => choice(dashboard, 'job', 'Job') },
  { name: 'template-instance-rule', ofDashboard: (dashboard) => choice(dashboard, 'instance', 'Instance') },
  { name: 'template-label-promql-rule', ofDashboard: (dashboard) => queried(dashboard).flatMap(variablePromql) },
  {
    name: 'template-on-time-change-reload-rule',
    ofDashboard: (dashboard) =>
      queried(dashboard).flatMap(({ name, refresh }) =>
        Number(refresh) === 2 ? [] : [`${name} is not read again when the time range changes`],
      ),
  },
  {
    name: 'panel-datasource-rule',
    ofPanel: (panel) =>
      [panel, ...targetsOf(panel)].flatMap(({ datasource }) =>
        !hasTargets(panel) || datasource?.uid === source ? [] : [`a datasource is ${String(datasource?.uid)}`],
      ),
  },
  {
    name: 'panel-title-description-rule',
    ofPanel: ({ title = '', description = '' }) => [
      ...(title === '' ? ['it has no title'] : []),
      ...(description.endsWith('.') || /: berth [a-z ]+[A-Z]*$/.test(description)
        ? []
        : ['its description is no sentence']),
    ],
  },
  {
    name: 'panel-units-rule',
    ofPanel: (panel) => {
      const { unit } = panel.fieldConfig?.defaults ?? {};
      return !hasTargets(panel) || unitIds.has(unit) ? [] : [`its unit ${String(unit)} is none of Grafana’s`];
    },
  },
  {
    name: 'panel-no-targets-rule',
    ofPanel: (panel) => (!hasTargets(panel) || targetsOf(panel).length > 0 ? [] : ['it asks for nothing']),
  },
  {
    name: 'target-logql-rule',
    ofPanel: (panel) =>
      targetsOf(panel).flatMap(({ datasource }) =>
        datasource?.type === 'prometheus' ? [] : ['a target is not PromQL: nothing here could read it'],
      ),
  },
  {
    name: 'target-logql-auto-rule',
    ofPanel: (panel) =>
      targetsOf(panel).flatMap(({ expr = '' }) => (expr.includes('$__auto') ? ['$__auto is LogQL’s interval'] : [])),
  },
  {
    name: 'target-promql-rule',
    ofPanel: (panel) =>
      targetsOf(panel).flatMap(({ expr = '' }) => readPromql(expr).errors.map((error) => `near ${error}`)),
  },
  {
    name: 'target-rate-interval-rule',
    // The linter asks it of rates. What grew in all of the time that is shown is an increase over that.
    ofSelector: ({ metric, range, functions: [innermost] }) =>
      range === undefined || range === '$__rate_interval' || (innermost === 'increase' && range === '$__range')
        ? []
        : [`${metric}[${range}] is not over $__rate_interval`],
  },
  { name: 'target-job-rule', ofSelector: (selector) => heldTo('job', selector) },
  { name: 'target-instance-rule', ofSelector: (selector) => heldTo('instance', selector) },
  {
    name: 'target-counter-agg-rule',
    ofSelector: ({ metric, functions }) =>
      !counts(metric) || functions.some((name) => rates.includes(name))
        ? []
        : [`${metric} is a counter without a rate`],
  },
  {
    name: 'uneditable-dashboard',
    ofDashboard: ({ editable }) => (editable === false ? [] : ['it can be edited, and the next start loses that']),
  },
];

export function lint(dashboard: Dashboard): readonly Finding[] {
  const { title = '' } = dashboard;
  const panels = panelsOf(dashboard);
  return rules.flatMap(({ name, ofDashboard, ofPanel, ofSelector }) => {
    const finding = (panel: string) => (text: string) => ({ rule: name, dashboard: title, panel, text });
    return [
      ...(ofDashboard?.(dashboard) ?? []).map(finding('')),
      ...panels.flatMap((panel) => {
        const selectors = targetsOf(panel).flatMap(({ expr = '' }) => readPromql(expr).selectors);
        const said = [...(ofPanel?.(panel) ?? []), ...selectors.flatMap((each) => ofSelector?.(each) ?? [])];
        return said.map(finding(panel.title ?? ''));
      }),
    ];
  });
}
