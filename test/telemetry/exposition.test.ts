import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { catalogue, type MetricSpec } from '../../src/telemetry/catalogue.js';
import { Exposition, type Labels } from '../../src/telemetry/exposition.js';
import { Tried } from '../builders/tried.js';

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

const spec = { type: 'gauge', name: 'berth_x', help: 'One \\ two.\nThree.', labels: ['a', 'b'] } as const;

function replace(text: Exposition, samples: readonly Sample[]): string {
  text.replace((put) => {
    for (const { labels, value } of samples) put(labels, value);
  });
  return Buffer.from(text.bytes()).toString();
}

const exposition = (of: MetricSpec, samples: readonly Sample[]): string => replace(new Exposition(of), samples);

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

describe('what is kept from one page to the next', () => {
  /** Labels of which some are the very same objects each time, some only alike, some of two bytes and more. */
  const words = ['', 'x', 'longer than the others', 'ä', '\u{1F600}', 'a"b'];
  const kept = words.flatMap((a) => words.map((b) => ({ a, b })));
  const labels = fc
    .tuple(fc.nat({ max: kept.length - 1 }), fc.boolean())
    .map(([at, isSame]) => (isSame ? kept[at]! : { ...kept[at]! }));
  const value = fc.oneof(fc.constantFrom(0, -0, 1, 7, 10, 999, NaN, Infinity, -Infinity, 0.1), fc.double(), fc.nat());
  const sample = fc.record({ labels, value });

  /** The next list: of the one before, some left out, some with another number, some new ones between and behind. */
  const change = fc.record({
    gone: fc.array(fc.nat({ max: 40 }), { maxLength: 6 }),
    numbers: fc.array(fc.tuple(fc.nat({ max: 40 }), value), { maxLength: 12 }),
    added: fc.array(fc.tuple(fc.nat({ max: 40 }), sample), { maxLength: 4 }),
    turned: fc.boolean(),
  });

  type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

  function changed(before: readonly Sample[], { gone, numbers, added, turned }: Change): readonly Sample[] {
    const values = new Map(numbers);
    const left = before
      .map((each, at) => ({ ...each, value: values.get(at) ?? each.value }))
      .filter((_each, at) => !gone.includes(at));
    for (const [at, one] of added) left.splice(at, 0, one);
    return turned ? left.toReversed() : left;
  }

  test('makes no difference to the text, whatever changes', () => {
    const tried = new Tried('a text that has changed');
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), fc.array(change, { maxLength: 8 }), (first, changes) => {
        const text = new Exposition(spec);
        let samples: readonly Sample[] = first;
        expect(replace(text, samples)).toBe(exposition(spec, samples));
        for (const one of changes) {
          const before = samples;
          samples = changed(samples, one);
          tried.is(exposition(spec, samples) !== exposition(spec, before));
          expect(replace(text, samples)).toBe(exposition(spec, samples));
        }
      }),
      { numRuns: 300 },
    );
    tried.expectShare(1 / 3);
  });

  test('agrees with a text that is put together plainly', () => {
    const plain = (samples: readonly Sample[]): readonly string[] => {
      const quoted = (word = '') => JSON.stringify(word);
      const number = (one: number) => (Math.abs(one) === Infinity ? `${one < 0 ? '-' : '+'}Inf` : String(one));
      const last = new Map(
        samples.map((each) => [`berth_x{a=${quoted(each.labels['a'])},b=${quoted(each.labels['b'])}}`, each.value]),
      );
      return [...last].map(([series, one]) => `${series} ${number(one)}`);
    };
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 40 }), (samples) => {
        expect(exposition(spec, samples).trimEnd().split('\n').slice(2)).toEqual(plain(samples));
      }),
    );
  });

  test('outlives lines that are left out by the hundred, and all of them', () => {
    const all = Array.from({ length: 1000 }, (_, at) => ({ labels: { a: String(at), b: '' }, value: at }));
    const text = new Exposition(spec);
    for (const part of [all, all.slice(500), [], all, all.filter((_, at) => at % 100 > 50), all.toReversed()])
      expect(replace(text, part)).toBe(exposition(spec, part));
  });

  test('is forgotten when what puts the samples fails', () => {
    const text = new Exposition(spec);
    const samples = kept.map((each, value) => ({ labels: each, value }));
    replace(text, samples);
    expect(() =>
      text.replace((put) => {
        put(kept[0]!, 12345);
        throw new TypeError('a fault');
      }),
    ).toThrow('a fault');
    expect(Buffer.from(text.bytes()).toString()).toBe(exposition(spec, []));
    expect(replace(text, samples)).toBe(exposition(spec, samples));
  });
});
