/**
 * The example for Alertmanager: amtool accepts it, leads each alert where its label says, and its inhibitions name alerts
 * and labels that there are.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { readRuleTexts, rulesOf } from './rule-files.js';

const file = join(import.meta.dirname, '..', '..', 'charts', 'berth', 'alertmanager', 'alertmanager.yaml');
const { alerts } = rulesOf(readRuleTexts().rules);

interface Example {
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
  }[];
}

const isHere = spawnSync('amtool', ['--version']).status === 0;
const title = `amtool${isHere ? '' : ' [skipped: no amtool here (Debian package prometheus-alertmanager)]'}`;

(isHere ? describe : describe.skip)(title, () => {
  const amtool = (...args: readonly string[]) => spawnSync('amtool', args, { encoding: 'utf8' });

  test('accepts the example', () => {
    const { status, stdout } = amtool('check-config', file);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('2 receivers') });
  });

  test.each([
    ['BerthDown', 'page', 'pager'],
    ['BerthVnfcDown', 'page', 'pager'],
    ['BerthVnfcDiffers', 'ticket', 'tickets'],
  ])('leads %s (%s) to %s', (alert, notify, receiver) => {
    const { stdout } = amtool(
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      `alertname=${alert}`,
      `notify=${notify}`,
    );
    expect(stdout.trim()).toBe(receiver);
  });
});

const patterns = (matchers: readonly string[]): readonly RegExp[] =>
  matchers.flatMap((matcher) => {
    const [, pattern] = /^alertname=~?"(.+)"$/.exec(matcher) ?? [];
    return pattern === undefined ? [] : [new RegExp(`^(?:${pattern})$`)];
  });

test('inhibitions name alerts that there are', () => {
  const { inhibit_rules: rules } = parse(readFileSync(file, 'utf8')) as Example;
  for (const { source_matchers: source, target_matchers: target } of rules) {
    for (const pattern of [...patterns(source), ...patterns(target)]) {
      expect([String(pattern), alerts.filter(({ alert }) => pattern.test(alert)).length > 0]).toEqual([
        String(pattern),
        true,
      ]);
    }
  }
  expect(rules.length).toBeGreaterThan(0);
});
