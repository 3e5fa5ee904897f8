import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readGuestStatus } from '../../../src/workflow/guests/guest-status.js';
import { Tried } from '../../builders/tried.js';

describe('what a guest says of itself', () => {
  it('is read with counters in snake case', () => {
    const said = { ready: true, reason: '', uptimeSeconds: 12, counters: { ipForwarded: 42, routes: 3, name: 'x' } };
    expect(readGuestStatus(JSON.stringify(said), 7)).toEqual({
      atMs: 7,
      healthy: true,
      detail: 'ready',
      counters: { ip_forwarded: 42, routes: 3 },
      gauges: { uptime_seconds: 12 },
      refused: 0,
    });
  });

  it('has the role that it says, when that is a plain word', () => {
    const roleOf = (role: unknown) => readGuestStatus(JSON.stringify({ ready: true, role }), 0).role;
    expect(roleOf('router')).toBe('router');
    for (const bad of [7, '', 'Router', 'x'.repeat(32), 'a"b', undefined]) expect(roleOf(bad)).toBeUndefined();
  });

  it.each([
    ['not JSON', 'Segmentation fault', 'printed no JSON object: "Segmentation fault"'],
    ['not an object', '[]', 'printed no JSON object'],
    ['without "ready"', '{}', 'no boolean member "ready"'],
    ['not ready without a reason', '{"ready":false}', 'not ready'],
    ['not ready with a reason', '{"ready":false,"reason":"zebra is dead"}', 'zebra is dead'],
  ])('counts as not healthy when it is %s, and says why', (_name, stdout, detail) => {
    expect(readGuestStatus(stdout, 0)).toMatchObject({ healthy: false, detail: expect.stringContaining(detail) });
  });

  it('is not read at all when it is larger than a status can be', () => {
    const said = readGuestStatus(JSON.stringify({ ready: true, reason: 'x'.repeat(3_000_000) }), 0);
    expect(said).toMatchObject({ healthy: false, detail: expect.stringContaining('at most 65536 are read') });
  });

  it('keeps so many numbers, each with a name that is one, and says how many are refused', () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`c${index}`, index]));
    const bad = { 'a b': 1, '7up': 1, __proto: 1, ['x'.repeat(99)]: 1, ok_total: 1, down: -1 };
    const said = readGuestStatus(JSON.stringify({ ready: true, counters: { ...bad, ...many }, gauges: many }), 0);
    expect(Object.keys(said.counters)).toHaveLength(200);
    expect(Object.keys(said.counters).slice(0, 3)).toEqual(['a_b', 'ok', 'c0']);
    expect(said.gauges).toEqual({});
    expect(said.refused).toBe(4 + 302 + 300 - 200);
    expect(said.detail).toBe(
      `ready; ${said.refused} of its numbers are refused: at most 200 are kept, named like packets_forwarded`,
    );
  });

  it('has no gauge that would be shown by the name of a counter', () => {
    const numbers = { counters: { dropped_total: 1 }, gauges: { droppedTotal: 2, held: 3 } };
    const said = readGuestStatus(JSON.stringify({ ready: true, ...numbers }), 0);
    expect(said).toMatchObject({ counters: { dropped: 1 }, gauges: { held: 3 }, refused: 1 });
    expect(Object.keys(said.gauges)).toEqual(['held']);
  });

  it('has counters of many things of a kind, whose labels and names cannot pass for others', () => {
    const labelled = {
      rule: {
        web: { packets: 3, bytes: 4, 'b-c': 1, x_total: 1 },
        ['w'.repeat(81)]: { packets: 1 },
        'a\u0000': { packets: 1 },
      },
      zone_pair: { a: { packets: 1 } },
      host: { a: { packets: 1 } },
      role: { a: { packets: 1 } },
      down: { a: { packets: -1 }, b: { packets: 'x' } },
    };
    const said = readGuestStatus(JSON.stringify({ ready: true, counters: { per_rule_packets: 1 }, labelled }), 0);
    expect(said.labelled).toEqual([
      { label: 'rule', of: 'web', name: 'packets', value: 3 },
      { label: 'rule', of: 'web', name: 'bytes', value: 4 },
    ]);
    expect(said.counters).toEqual({});
    expect(said.refused).toBe(1 + 2 + 2 + 1 + 1 + 1 + 1);
  });

  it('keeps gauges of many things of a kind beside counters, also below zero', () => {
    const labelledGauges = { bgpneighbor: { '10.1.0.2': { established: 1, drift: -1 } } };
    const said = readGuestStatus(JSON.stringify({ ready: true, labelledGauges }), 0);
    const of = { label: 'bgpneighbor', of: '10.1.0.2', momentary: true };
    expect(said.labelled).toEqual([
      { ...of, name: 'established', value: 1 },
      { ...of, name: 'drift', value: -1 },
    ]);
  });

  it('keeps so many of them', () => {
    const rule = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`r${at}`, { packets: at }]));
    const said = readGuestStatus(JSON.stringify({ ready: true, labelled: { rule } }), 0);
    expect(said.labelled).toHaveLength(400);
    expect(said.refused).toBe(100);
  });

  it('has words without control characters, and few', () => {
    const said = readGuestStatus(
      JSON.stringify({ ready: false, reason: '\u001b[2Jgone\u0000' + 'y'.repeat(9_000) }),
      0,
    );
    expect(said.detail).toMatch(/^\[2Jgone y+…$/);
    expect(said.detail.length).toBeLessThanOrEqual(301);
  });

  it('is small whatever a guest prints', () => {
    const name = fc.oneof(fc.string(), fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,90}$/));
    const [said, taken] = [new Tried('a status with words of a guest'), new Tried('a status with numbers')];
    const status = fc.record(
      {
        ready: fc.oneof(fc.anything(), fc.boolean(), fc.boolean()),
        reason: fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 900 })),
        uptimeSeconds: fc.anything(),
        counters: fc.oneof(fc.anything(), fc.dictionary(name, fc.double())),
        gauges: fc.oneof(fc.anything(), fc.dictionary(name, fc.integer(), { maxKeys: 400, size: 'max' })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          { weight: 1, arbitrary: fc.string() },
          { weight: 4, arbitrary: status.map((value) => JSON.stringify(value) ?? '') },
        ),
        (printed) => {
          const { detail, counters, gauges } = readGuestStatus(printed, 0);
          said.is(detail !== 'ready' && detail !== 'not ready');
          const names = [...Object.keys(counters), ...Object.keys(gauges)];
          taken.is(names.length > 0);
          expect(names.length).toBeLessThanOrEqual(201);
          expect(names.filter((name) => !/^[a-z][a-z0-9_]{0,80}$/.test(name))).toEqual([]);
          expect(Object.values(counters).filter((value) => !(value >= 0))).toEqual([]);
          expect(detail.length).toBeLessThan(500);
          expect(detail).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
    said.expectShare(1 / 4);
    taken.expectShare(1 / 20);
  });
});
