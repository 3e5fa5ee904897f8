/**
 * What the rules of dashboard-linter are not held to, with the reasons. One that nothing needs is a fault (lint.test.ts).
 */
import type { Finding } from './lint.ts';

export interface Exception {
  readonly rule: string;
  readonly because: string;
  readonly applies: (finding: Finding) => boolean;
}

const ofOneProcess = 'Berth / Berth itself';

export const exceptions: readonly Exception[] = [
  {
    rule: 'target-counter-agg-rule',
    because: 'The counter is not there before it counts, so its first value is what happened and has no increase.',
    applies: ({ text }) => text.startsWith('berth_vnfc_unexpected_changes_total '),
  },
  {
    rule: 'target-counter-agg-rule',
    because:
      'What a histogram counted in all of the time that is shown: of a series that began in it, the value is what it counted.',
    applies: ({ text }) => /^berth_[a-z_]+_seconds_(bucket|count) /.test(text),
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

export const isExcused = (finding: Finding): boolean =>
  exceptions.some(({ rule, applies }) => rule === finding.rule && applies(finding));
