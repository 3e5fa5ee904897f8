import { expect, test } from '@jest/globals';
import { exposition } from '../../src/telemetry/exposition.js';
import { catalogue } from '../../src/telemetry/catalogue.js';

const spec = { type: 'gauge', name: 'berth_x', help: 'One \\ two.\nThree.', labels: ['a', 'b'] } as const;

test('a metric is its help, its type and a line for each sample', () => {
  const samples = [
    { labels: { b: '2', a: '1' }, value: 0.5 },
    { labels: { a: '', b: 'z' }, value: -Infinity },
  ];
  expect(exposition(spec, samples)).toBe(
    [
      '# HELP berth_x One \\\\ two.\\nThree.',
      '# TYPE berth_x gauge',
      'berth_x{a="1",b="2"} 0.5',
      'berth_x{a="",b="z"} -Inf',
      '',
    ].join('\n'),
  );
});

test('what would end a label or a line is escaped', () => {
  const text = exposition(spec, [{ labels: { a: 'say "no"\n', b: 'C:\\' }, value: NaN }]);
  expect(text).toContain('berth_x{a="say \\"no\\"\\n",b="C:\\\\"} NaN\n');
});

test('no two samples have the same labels, and without labels there are no braces', () => {
  const twice = [1, 2].map((value) => ({ labels: { a: '1', b: '1' }, value }));
  expect(exposition(spec, twice).split('\n').slice(2)).toEqual(['berth_x{a="1",b="1"} 2', '']);
  expect(exposition(catalogue.vnfdCapacityAt, [{ labels: {}, value: Infinity }])).toMatch(
    /\nberth_vnfd_capacity_timestamp_seconds \+Inf\n$/,
  );
});
