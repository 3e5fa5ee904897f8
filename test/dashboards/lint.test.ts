/**
 * The seventeen rules of grafana/dashboard-linter over every dashboard, strict: an exception stands here with its reason
 * and is itself a fault once nothing needs it.
 */
import { describe, expect, test } from '@jest/globals';
import { type Finding, lint, rules } from './lint.ts';
import { dashboards } from './reading.ts';

interface Exception {
  readonly rule: string;
  readonly because: string;
  readonly applies: (finding: Finding) => boolean;
}

const ofOneProcess = 'Berth / Berth itself';

const exceptions: readonly Exception[] = [
  {
    rule: 'target-counter-agg-rule',
    because: 'The counter is not there before it counts, so its first value is what happened and has no increase.',
    applies: ({ text }) => text.startsWith('berth_vnfc_unexpected_changes_total '),
  },
  {
    rule: 'template-instance-rule',
    because:
      'The instance of a scrape is a process of Berth. What is shown is a host or a VNF, and has variables for these.',
    applies: ({ dashboard }) => dashboard !== ofOneProcess,
  },
  {
    rule: 'target-instance-rule',
    because: 'Replicas tell the same of hosts and VNFs, and of their own work what counts is the sum.',
    applies: ({ dashboard }) => dashboard !== ofOneProcess,
  },
];

describe('The rules of dashboard-linter', () => {
  test('are seventeen', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(17);
  });

  test.each(dashboards.map((dashboard) => [String(dashboard.title), dashboard] as const))(
    'hold for %s',
    (_, dashboard) => {
      const excused = ({ rule, ...rest }: Finding) =>
        exceptions.some((exception) => exception.rule === rule && exception.applies({ rule, ...rest }));
      expect(lint(dashboard).filter((finding) => !excused(finding))).toEqual([]);
    },
  );

  test('have no exception that nothing needs', () => {
    const all = dashboards.flatMap(lint);
    const needed = ({ rule, applies }: Exception) => all.some((finding) => finding.rule === rule && applies(finding));
    expect(exceptions.filter((exception) => !needed(exception))).toEqual([]);
  });
});
