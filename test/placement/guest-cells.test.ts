import { describe, expect, it } from '@jest/globals';
import { place } from '../../src/placement/place.js';
import { host, pinned, question } from '../builders/placement.js';
import { berths } from './placing.js';

/** Every host cell takes one of these guest cells, by its pages. */
const guest = { vcpus: 2, memoryMiB: 3072 };
const asked = (count: number, budget: number) =>
  question(
    [
      pinned('db', count * guest.vcpus, {
        memoryMiB: count * guest.memoryMiB,
        pageSize: 1_048_576,
        guestCells: Array.from({ length: count }, () => guest),
      }),
    ],
    { budget },
  );
const large = (name: string) => host(name, { cells: 8, pages1GiB: 4 });

describe('many guest cells', () => {
  it('find a host cell each', () => {
    const [berth] = berths(asked(8, 500), [large('h1')]);
    expect(new Set(berth?.cells.map(({ hostCell }) => hostCell)).size).toBe(8);
  });

  it('that are one too many are refused without trying alike ones in every order', () => {
    const { explanation } = place(asked(9, 3000), { hosts: [large('h1')], claims: [] });
    expect(explanation.decision).toBe('refused');
    expect(explanation.nearestMisses).toEqual([
      'h1 cell 0 (guest cells 0 and 8): dedicated CPUs ok; needs 6 free pages of 1 GiB, has 4',
    ]);
    expect(explanation.relaxations[0]).toBe(
      'fits with 1 fewer page of 1 GiB in guest cell 0 and 1 fewer page of 1 GiB in guest cell 8',
    );
  });

  it('on more hosts than can be looked at are told to be too many cases, host by host', () => {
    const hosts = Array.from({ length: 100 }, (_, at) => large(`h${String(at)}`));
    const { explanation } = place(asked(9, 3000), { hosts, claims: [] });
    expect(explanation.decision).toBe('budget-exhausted');
    expect(explanation.hosts[0]?.reasons).toEqual(['cell 0 (guest cells 0 and 8): needs 6 free pages of 1 GiB, has 4']);
    expect(explanation.hosts.at(-1)?.reasons).toEqual(['was not looked at to the end: too many cases']);
    expect(explanation.hosts.every(({ fits }) => !fits)).toBe(true);
  });
});
