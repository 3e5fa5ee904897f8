import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dashboards, panelsOf } from '../dashboards/reading.ts';
import { findings } from './agreement.js';
import { knownMetrics } from './known-metrics.js';
import { readRuleTexts, type RuleTexts } from './rule-files.js';
import { commandsIn, complaintOf } from './runbook-commands.js';

const real = readRuleTexts();
const surroundings = { metrics: knownMetrics(), complaint: complaintOf };

type Part = keyof RuleTexts;

/** The real texts, with one file changed in one place. */
function changed(part: Part, file: string, from: string, to: string): RuleTexts {
  const before = real[part].get(file) ?? '';
  expect(before).toContain(from);
  return { ...real, [part]: new Map([...real[part], [file, before.replace(from, to)]]) };
}

function without(part: Part, file: string): RuleTexts {
  expect(real[part].has(file)).toBe(true);
  return { ...real, [part]: new Map([...real[part]].filter(([name]) => name !== file)) };
}

const found = (texts: RuleTexts): readonly string[] => findings(texts, surroundings);

test('rules, cases, runbooks, metrics and commands agree', () => {
  expect(found(real)).toEqual([]);
});

test('docs/operating.md names commands and panels that there are', () => {
  const text = readFileSync('docs/operating.md', 'utf8');
  expect(commandsIn(text).flatMap((command) => complaintOf(command) ?? [])).toEqual([]);
  const titles = new Set(dashboards.flatMap((dashboard) => panelsOf(dashboard).map(({ title }) => title)));
  const questions = text.split('\n## ').find((section) => section.startsWith('Seven questions\n')) ?? '';
  const table = questions.split('\n').filter((line) => line.startsWith('| ') && line.includes('`berth '));
  const named = table.flatMap((line) => [...line.matchAll(/ _([^_]+)_/g)].map((match) => match[1]));
  expect([table.length, named.length > 7, named.filter((panel) => !titles.has(panel))]).toEqual([7, true, []]);
});

describe('What is wrong is named:', () => {
  test.each([
    [
      'a metric that there is not',
      changed('rules', 'vnfcs', 'berth_vnfc_up == 0', 'berth_vnfc_upp == 0'),
      'BerthVnfcDown: there is no metric berth_vnfc_upp',
    ],
    [
      'a number of guests that there is not',
      changed('rules', 'vnf-roles', 'berth_vnf_conntrack_entries', 'berth_vnf_conntrack_count'),
      'BerthFirewallConntrackFull: there is no metric berth_vnf_conntrack_count',
    ],
    [
      'a label that its metric has not',
      changed('rules', 'berth', 'berth_http_requests_total{status', 'berth_http_requests_total{code'),
      'BerthRequestsFail: berth_http_requests_total has no label code',
    ],
    [
      'a label to join by that nothing has',
      changed('rules', 'vnfcs', 'and on (vnfc_id) berth_vnfc_wanted', 'and on (vnfc) berth_vnfc_wanted'),
      'BerthVnfcDown: nothing has a label vnfc',
    ],
    [
      'a label in a text that nothing has',
      changed('rules', 'hosts', '{{ $labels.zone }}', '{{ $labels.site }}'),
      'BerthHostUnreachable: its text has no label site',
    ],
    [
      'what is no PromQL',
      changed('rules', 'berth', 'berth_data_directory_below_reserve == 1)', 'berth_data_directory_below_reserve == 1'),
      expect.stringMatching(/^BerthDataDirectoryLow: ".*" is no PromQL$/),
    ],
    [
      'a severity that there is not',
      changed('rules', 'capacity', 'severity: critical', 'severity: fatal'),
      'BerthNoRoomToHeal: severity fatal is neither critical nor warning',
    ],
    [
      'a runbook that is missing',
      without('runbooks', 'BerthVnfcDown'),
      'BerthVnfcDown: there is no docs/runbooks/BerthVnfcDown.md',
    ],
    [
      'a runbook of another alert',
      changed('rules', 'hosts', 'runbooks/BerthHostMissing.md', 'runbooks/BerthHostGone.md'),
      'BerthHostMissing: its runbook_url is https://berth.example/docs/runbooks/BerthHostGone.md',
    ],
    [
      'a command that there is not',
      changed('runbooks', 'BerthHostMissing', 'berth host lost HOST', 'berth host forget HOST'),
      "runbook BerthHostMissing: berth host forget HOST: error: unknown command 'forget'",
    ],
    [
      'an option that there is not',
      changed('runbooks', 'BerthVnfcDiffers', '--graceful 20', '--gently 20'),
      "runbook BerthVnfcDiffers: berth vnf operate VNF stop --gently 20: error: unknown option '--gently'",
    ],
    [
      'an argument that is missing',
      changed('runbooks', 'BerthOperationStuck', 'berth op show OPERATION', 'berth op show'),
      "runbook BerthOperationStuck: berth op show: error: missing required argument 'operation'",
    ],
    [
      'a section that is missing',
      changed('runbooks', 'BerthDown', '## Mitigation', '## What to do'),
      'runbook BerthDown: its sections are ## Meaning, ## Impact, ## Diagnosis, ## What to do',
    ],
    [
      'an alert without a case in which it fires',
      changed('cases', 'operations', 'alertname: BerthOperationFailed', 'alertname: BerthOperationFail'),
      'BerthOperationFailed: in no case it fires',
    ],
    [
      'an alert that a failed scrape ends',
      changed('rules', 'vnfcs', 'keep_firing_for: 2m', 'limit_of_nothing: 2m'),
      'BerthVnfcDown: it is kept for undefined, and not for 2m',
    ],
    [
      'an alert that is kept without need',
      changed('rules', 'berth', 'for: 2m\n', 'for: 2m\n        keep_firing_for: 2m\n'),
      'BerthDown: it is kept for 2m, and not for undefined',
    ],
    ['a recording without a case', without('cases', 'recording'), 'job:berth_store_seconds:p99_5m: no case has it'],
  ])('%s', (_what, texts, finding) => {
    expect(found(texts)).toContainEqual(finding);
  });
});
