/**
 * What is wrong with a dashboard is found: each change below is seeded into one that is right, and named by the rule or
 * the check that is for it.
 */
import { describe, expect, test } from '@jest/globals';
import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { isExcused } from './exceptions.ts';
import { lint } from './lint.ts';
import { faultsOf } from './model.ts';
import { dashboards, panelsOf, targetsOf } from './reading.ts';

const uid = 'berth-self';

function right(): Dashboard {
  const found = dashboards.find((each) => each.uid === uid);
  if (!found) throw new Error(`there is no dashboard ${uid}`);
  return structuredClone(found);
}

/** Everything that is said of a dashboard, among all of them. */
function saidOf(dashboard: Dashboard): readonly string[] {
  const others = dashboards.filter((each) => each.uid !== uid);
  return [
    ...lint(dashboard)
      .filter((finding) => !isExcused(finding))
      .map(({ rule, panel, text }) => `${rule}: ${panel}: ${text}`),
    ...faultsOf(dashboard, [dashboard, ...others]),
  ];
}

const graphIn = (dashboard: Dashboard): Panel => {
  const found = panelsOf(dashboard).find(({ title }) => title === 'Requests by status');
  if (!found) throw new Error('the panel of requests is gone');
  return found;
};
const variableIn = (dashboard: Dashboard, name: string) => {
  const found = dashboard.templating.list?.find((each) => each.name === name);
  if (!found) throw new Error(`the variable ${name} is gone`);
  return found;
};
const rewrite = (from: string | RegExp, to: string) => (dashboard: Dashboard) => {
  const [target] = targetsOf(graphIn(dashboard));
  if (!target?.expr) throw new Error('the panel asks for nothing');
  target.expr = target.expr.replace(from, to);
};
const defaultsOf = (dashboard: Dashboard) => {
  const defaults = graphIn(dashboard).fieldConfig?.defaults;
  if (!defaults) throw new Error('the panel has no defaults');
  return defaults;
};

type Mutation = readonly [what: string, change: (dashboard: Dashboard) => void, found: string];

const mutations: readonly Mutation[] = [
  [
    'a metric that nobody reports',
    rewrite('berth_http_requests_total', 'berth_http_request_total'),
    'which nobody reports',
  ],
  ['a label that the metric does not have', rewrite('by (status)', 'by (code)'), 'groups by code'],
  ['a matcher on such a label', rewrite('{job', '{host="a", job'), 'to host, which it does not have'],
  ['PromQL that does not parse', rewrite(/\)$/, ''), 'target-promql-rule'],
  ['a counter without a rate', rewrite(/rate\((.*)\[.*\]\)/, '$1'), 'target-counter-agg-rule'],
  ['a range of its own', rewrite('$__rate_interval', '5m'), 'target-rate-interval-rule'],
  ['a query of every job', rewrite('job=~"$job", ', ''), 'target-job-rule'],
  ['a query of every instance', rewrite(', instance=~"$instance"', ''), 'target-instance-rule'],
  ['a variable that there is not', rewrite('"$instance"', '"$pod"'), 'needs the variable pod'],
  ['a unit that is missing', (it) => void delete defaultsOf(it).unit, 'panel-units-rule'],
  ['a unit that is none', (it) => void (defaultsOf(it).unit = 'requests'), 'panel-units-rule'],
  ['no thresholds', (it) => void delete defaultsOf(it).thresholds, 'has no thresholds'],
  ['no description', (it) => void (graphIn(it).description = ''), 'panel-title-description-rule'],
  ['no targets', (it) => void (graphIn(it).targets = []), 'panel-no-targets-rule'],
  [
    'a data source by name',
    (it) => void (graphIn(it).datasource = { type: 'prometheus', uid: 'main' }),
    'panel-datasource-rule',
  ],
  [
    'a target that is not PromQL',
    (it) => void (targetsOf(graphIn(it))[0]!.datasource = { type: 'loki', uid: 'l' }),
    'target-logql-rule',
  ],
  [
    'a legend that names another label',
    (it) => void (targetsOf(graphIn(it))[0]!.legendFormat = '{{code}}'),
    'names code in a legend',
  ],
  ['no legend', (it) => void (targetsOf(graphIn(it))[0]!.legendFormat = ''), 'without a legend'],
  ['a panel over another', (it) => void (graphIn(it).gridPos!.x += 1), 'overlaps'],
  ['a panel off the grid', (it) => void (graphIn(it).gridPos!.x = 20), 'stand on the grid'],
  ['a dashboard that can be edited', (it) => void (it.editable = true), 'uneditable-dashboard'],
  ['a link that leads nowhere', (it) => void (it.links![0]!.url = '/d/berth-flet'), 'leads nowhere'],
  ['another uid', (it) => void (it.uid = 'self'), 'its uid is'],
  ['no data source to choose', (it) => void (variableIn(it, 'datasource').name = 'ds'), 'template-datasource-rule'],
  ['no job to choose', (it) => void (variableIn(it, 'job').allValue = '.*'), 'template-job-rule'],
  [
    'an instance of another data source',
    (it) => void delete variableIn(it, 'instance').datasource,
    'template-instance-rule',
  ],
  [
    'a variable with broken PromQL',
    (it) => void (variableIn(it, 'instance').query = 'label_values(up{, instance)'),
    'template-label-promql-rule',
  ],
  [
    'a variable that stays as it was',
    (it) => void (variableIn(it, 'job').refresh = 1),
    'template-on-time-change-reload-rule',
  ],
];

describe('A dashboard that is wrong', () => {
  test('is told from one that is right', () => {
    expect(saidOf(right())).toEqual([]);
  });

  test.each(mutations)('is found out with %s', (_, change, found) => {
    const dashboard = right();
    change(dashboard);
    expect(dashboard).not.toEqual(right());
    expect(saidOf(dashboard).join('\n')).toContain(found);
  });
});
