/**
 * The seventeen rules of grafana/dashboard-linter over every dashboard, strict: an exception stands in
 * exceptions.ts with its reason and is itself a fault once nothing needs it.
 */
import { describe, expect, test } from '@jest/globals';
import { type Exception, exceptions, isExcused } from './exceptions.ts';
import { lint, rules } from './lint.ts';
import { dashboards } from './reading.ts';

describe('The rules of dashboard-linter', () => {
  test('are seventeen', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(17);
  });

  test.each(dashboards.map((dashboard) => [String(dashboard.title), dashboard] as const))(
    'hold for %s',
    (_, dashboard) => {
      expect(lint(dashboard).filter((finding) => !isExcused(finding))).toEqual([]);
    },
  );

  test('have no exception that nothing needs', () => {
    const all = dashboards.flatMap(lint);
    const needed = ({ rule, applies }: Exception) => all.some((finding) => finding.rule === rule && applies(finding));
    expect(exceptions.filter((exception) => !needed(exception))).toEqual([]);
  });
});
