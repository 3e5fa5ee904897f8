/**
 * What a preview asks Prometheus for and where panels stand: all of it that needs no browser (preview/README.md).
 */
import { describe, expect, it } from '@jest/globals';
import type { Panel, Variable } from '../../preview/plan/dashboard.ts';
import { interpolate, type Chosen } from '../../preview/plan/interpolate.ts';
import { intervalVariables, secondsOf, stepSeconds } from '../../preview/plan/intervals.ts';
import { boxOf, heightOf, misplaced } from '../../preview/plan/layout.ts';
import { firstChoices, type PrometheusLabels } from '../../preview/plan/variables.ts';

const one = (value: string, several = false): Chosen => ({ values: [value], texts: [value], several });
const choices = new Map<string, Chosen>([
  ['host', one('rack1.a', true)],
  ['hosts', { values: ['a+b', 'c'], texts: ['All'], several: true }],
  ['job', { values: ['x'], texts: ['All'], several: true, all: '.+' }],
  ['state', one('say "no"')],
]);

describe('variables in a query', () => {
  it.each([
    ['up{host=~"$host"}', 'up{host=~"rack1\\\\.a"}'],
    ['up{host=~"${host}"}', 'up{host=~"rack1\\\\.a"}'],
    ['up{host=~"[[host]]"}', 'up{host=~"rack1\\\\.a"}'],
    ['up{host=~"$hosts"}', 'up{host=~"(a\\\\+b|c)"}'],
    ['up{host=~"${hosts:pipe}"}', 'up{host=~"a+b|c"}'],
    ['up{job=~"$job"}', 'up{job=~".+"}'],
    ['up{state="$state"}', 'up{state="say \\"no\\""}'],
    ['label_replace(up, "to", "$1", "from", "(.*)")', 'label_replace(up, "to", "$1", "from", "(.*)")'],
  ])('%s', (text, written) => {
    expect(interpolate(text, choices, 'query')).toBe(written);
  });

  it('are an error when nobody defines them, and when their format is unknown', () => {
    expect(() => interpolate('up{a="$b"}', choices, 'query')).toThrow('no variable \'b\' for $b in: up{a="$b"}');
    expect(() => interpolate('${host:glob}', choices, 'query')).toThrow("format 'glob'");
  });

  it('are shown to people by their text, and left alone where a text only looks like one', () => {
    expect(interpolate('Hosts $hosts, ${host:queryparam}, costs $5 or $HOST', choices, 'text')).toBe(
      'Hosts All, var-host=rack1.a, costs $5 or $HOST',
    );
  });
});

describe('steps', () => {
  it('are no finer than the scrapes, and one for each pixel at most', () => {
    const request = { rangeSeconds: 600, widthPixels: 500, scrapeSeconds: 5 };
    expect(stepSeconds(request)).toBe(5);
    expect(stepSeconds({ ...request, rangeSeconds: 86_400 })).toBe(300);
    expect(stepSeconds({ ...request, least: ['>30s', undefined, ''] })).toBe(30);
    expect(secondsOf('1m30s')).toBe(90);
    expect(() => secondsOf('soon')).toThrow("'soon' is no duration");
  });

  it('leave four scrapes to a rate', () => {
    const read = (step: number) => new Map(intervalVariables(step, 5, 240)).get('__rate_interval')?.values;
    expect(read(5)).toEqual(['20s']);
    expect(read(60)).toEqual(['65s']);
  });
});

const series = (name: string, id: string) => ({ metric: { name, vnf_instance_id: id }, value: '1', at: 10 });
const prometheus: PrometheusLabels = {
  labelValues: (label, selector) =>
    Promise.resolve(label === 'host' ? ['h10', 'h2'] : [`${label} of ${selector ?? ''}`]),
  instant: () => Promise.resolve([series('edge', 'id-1'), series('core', 'id-2')]),
};

const variable = (more: Partial<Variable>): Variable => ({ name: 'v', type: 'query', query: '', ...more });
const open = (variables: readonly Variable[], wished = {}) =>
  firstChoices(variables, prometheus, { fixed: new Map(), wished });

describe('variables of a dashboard', () => {
  it('open with everything where they include it, else with the first in natural order', async () => {
    const hosts = variable({ query: 'label_values(berth_host_up, host)' });
    expect((await open([hosts])).get('v')).toEqual({ values: ['h2'], texts: ['h2'], several: false });
    const all = await open([{ ...hosts, includeAll: true, multi: true, allValue: '.+' }]);
    expect(all.get('v')).toEqual({ values: ['h2', 'h10'], texts: ['All'], several: true, all: '.+' });
  });

  it('use those before them, and show the text group of their regular expression', async () => {
    const first = variable({ name: 'job', query: 'label_values(up, job)' });
    const vnf = variable({
      query: 'query_result(x{job="$job"})',
      regex: '/name="(?<text>[^"]*)".*id="(?<value>[^"]+)"/',
    });
    const read = await open([first, vnf], { v: 'edge' });
    expect(read.get('job')?.values).toEqual(['job of up']);
    expect(read.get('v')).toEqual({ values: ['id-1'], texts: ['edge'], several: false });
  });

  it('are an error when they offer nothing, not what was wished for, or are of an unknown type', async () => {
    const hosts = variable({ query: 'label_values(berth_host_up, host)' });
    await expect(open([{ ...hosts, regex: 'nothing' }])).rejects.toThrow("variable 'v' offers nothing");
    await expect(open([hosts], { v: 'h3' })).rejects.toThrow("variable 'v' does not offer 'h3'");
    await expect(open([variable({ type: 'adhoc' })])).rejects.toThrow("type 'adhoc'");
    await expect(open([variable({ query: 'metrics(up)' })])).rejects.toThrow('neither label_values nor query_result');
  });
});

const panel = (id: number, x: number, y: number, w: number, h: number): Panel => ({
  id,
  type: 'stat',
  title: `p${String(id)}`,
  gridPos: { x, y, w, h },
});

describe('the grid', () => {
  it('fills the width, with gaps between panels', () => {
    const [left, right] = [boxOf({ x: 0, y: 0, w: 12, h: 4 }, 1568), boxOf({ x: 12, y: 0, w: 12, h: 4 }, 1568)];
    expect(left).toEqual({ left: 0, top: 0, width: 780, height: 144 });
    expect(right.left).toBe(788);
    expect(right.left + right.width).toBe(1568);
    expect(heightOf([panel(1, 0, 0, 24, 2), panel(2, 0, 2, 24, 4)])).toBe(6 * 38);
  });

  it('names panels that overlap or stand outside', () => {
    expect(misplaced([panel(1, 0, 0, 12, 4), panel(2, 12, 0, 12, 4)])).toEqual([]);
    expect(misplaced([panel(1, 0, 0, 13, 4), panel(2, 12, 3, 12, 4)])).toEqual([
      "'p1' (panel 1) and 'p2' (panel 2) overlap",
    ]);
    expect(misplaced([panel(1, 20, 0, 5, 4)])).toEqual(["'p1' (panel 1) stands outside the grid of 24 columns"]);
  });
});
