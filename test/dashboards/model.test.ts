import { describe, expect, test } from '@jest/globals';
import { faultsOf } from './model.ts';
import { catalogueNames, guestMetrics } from './metrics.ts';
import { readPromql } from './promql.ts';
import { asked, askedByAnnotations, dashboards } from './reading.ts';

describe('A dashboard', () => {
  test.each(dashboards.map((dashboard) => [String(dashboard.title), dashboard] as const))(
    'is whole: %s',
    (_, dashboard) => {
      expect(faultsOf(dashboard, dashboards)).toEqual([]);
    },
  );

  test('has a uid and a title of its own', () => {
    for (const key of ['uid', 'title'] as const) {
      const said = dashboards.map((dashboard) => dashboard[key]);
      expect(said).toEqual([...new Set(said)]);
    }
  });
});

/** Metrics that no dashboard shows, with the reason. */
const notShown: Readonly<Record<string, string>> = {
  berth_tls_expires_timestamp_seconds: 'for an alert of the operator; without TLS there is none',
  berth_audit_log_lines_lost_total: 'for an alert of the operator; without an audit log there is none',
  berth_tls_files_refused: 'for an alert of the operator, and the log says why; without TLS there is none',
};

const used = new Set(
  dashboards
    .flatMap((dashboard) => [...asked(dashboard), ...askedByAnnotations(dashboard)])
    .flatMap(({ expr }) => readPromql(expr).selectors.map(({ metric }) => metric)),
);
const isUsed = (name: string): boolean => ['', '_bucket', '_count', '_sum'].some((end) => used.has(`${name}${end}`));

const names = [...catalogueNames, ...guestMetrics.keys()];

describe('Every metric', () => {
  // Show it in dashboards/ and run npm run dashboards, or say above why nobody needs to see it.
  test('of the catalogue and of the guests is on a dashboard, or has a reason not to be', () => {
    expect(names.filter((name) => !isUsed(name) && !(name in notShown))).toEqual([]);
  });

  test('that is said not to be shown is there, and is not', () => {
    expect(Object.keys(notShown).filter((name) => !names.includes(name) || isUsed(name))).toEqual([]);
  });
});
