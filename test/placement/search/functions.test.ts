import { describe, expect, it } from '@jest/globals';
import { place } from '../../../src/placement/place.js';
import { card, host, inGroup, isolated, linked, pinned, question } from '../../builders/placement.js';
import { berths, heldCpus, one } from '../placing.js';

describe('PCI functions', () => {
  const near = { cpdId: 'cp', kind: 'vf', physicalNetwork: 'physnet1', cellPolicy: 'required' } as const;
  const carded = host('h1', { functions: card(1, 1, 8) });

  it('pull the guest to their cell', () => {
    const berth = one(pinned('a', 2, { pciFunctions: [near] }), [carded]);
    expect([berth.cells[0]?.hostCell, berth.pciFunctions]).toEqual([1, [{ cpdId: 'cp', address: '0000:01:02.0' }]]);
  });

  it('pull it there when only preferred, and let it go elsewhere when that cell is full', () => {
    const asked = pinned('a', 4, { pciFunctions: [{ ...near, cellPolicy: 'preferred' }] });
    expect(one(asked, [carded]).cells[0]?.hostCell).toBe(1);
    expect(one(asked, [carded], heldCpus('h1', 1, [10, 11, 12])).cells[0]?.hostCell).toBe(0);
  });

  it('are given to nobody while no physical network is known of their card', () => {
    const strange = card(1, 1, 8).map(({ physicalNetwork: _, ...rest }) => rest);
    const { physicalNetwork: _, ...anyNetwork } = near;
    const snapshot = { hosts: [host('h1', { functions: strange })], claims: [] };
    const result = place(question([pinned('a', 2, { pciFunctions: [anyNetwork] })]), snapshot);
    expect(result.ok).toBe(false);
  });

  it('are given to nobody while something else is in their IOMMU group', () => {
    const asked = question([pinned('a', 2, { pciFunctions: [near] })]);
    const refused = place(asked, { hosts: [host('h1', { functions: inGroup(4, card(1, 1, 2)) })], claims: [] });
    expect(refused.explanation.hosts[0]?.reasons).toEqual([
      'VFs on physnet1 short by 1 (needs 1 on the guest’s cell, has 0; not counting 2 on the host that share an IOMMU group)',
    ]);
    const twin = { ...card(2, 1, 0)[0]!, iommuGroup: 100 };
    const portsTogether = host('h1', { functions: [...isolated(card(1, 1, 2)), twin] });
    expect(one(pinned('a', 2, { pciFunctions: [near] }), [portsTogether]).pciFunctions[0]?.address).toBe(
      '0000:01:02.0',
    );
    const whole = question([pinned('b', 2, { pciFunctions: [{ ...near, kind: 'pf' }] })]);
    expect(place(whole, { hosts: [portsTogether], claims: [] }).ok).toBe(false);
  });

  it('take their bit rate from the link of their card, where its speed is known', () => {
    const wish = { ...near, bitrateMbps: 3000 };
    const functions = [...linked(5000, card(1, 0, 4)), ...linked(4000, card(2, 0, 4))];
    const two = pinned('a', 2, { pciFunctions: [wish, { ...wish, cpdId: 'cp2' }] });
    expect(one(two, [host('h1', { functions })]).pciFunctions).toEqual([
      { cpdId: 'cp', address: '0000:01:02.0', bandwidth: { card: '0000:01:00.0', mbps: 3000 } },
      { cpdId: 'cp2', address: '0000:02:02.0', bandwidth: { card: '0000:02:00.0', mbps: 3000 } },
    ]);
    const three = pinned('b', 2, { pciFunctions: [...two.pciFunctions, { ...wish, cpdId: 'cp3' }] });
    expect(
      place(question([three]), { hosts: [host('h1', { functions })], claims: [] }).explanation.hosts[0]?.reasons,
    ).toEqual([
      'bit rates of 3000, 3000, 3000 Mbit/s do not fit: card 0000:01:00.0 on physnet1 has 5000, card 0000:02:00.0 on physnet1 has 4000',
    ]);
    const untold = host('h1', { functions: card(1, 0, 4) });
    expect(one(three, [untold]).pciFunctions).toHaveLength(3);
  });

  it('keep VNFCs that need none away from their cell and from their host', () => {
    expect(one(pinned('a', 2), [carded]).cells[0]?.hostCell).toBe(0);
    expect(one(pinned('a', 2), [carded, host('h2')], heldCpus('h1', 0, [2])).hostId).toBe('h2');
  });

  it('are told apart by what they can do', () => {
    const functions = [...card(1, 0, 1).map((fn) => ({ ...fn, trustCapable: false })), ...card(2, 1, 1)];
    const asked = pinned('a', 1, { pciFunctions: [{ ...near, trusted: true }] });
    expect(one(asked, [host('h1', { functions })]).pciFunctions[0]?.address).toBe('0000:02:02.0');
  });

  it('of eight NICs out of two cards are found, or refused, without trying every device', () => {
    const functions = [...card(1, 0, 4), ...card(2, 1, 4)];
    const nics = (count: number) =>
      Array.from({ length: count }, (_, at) => ({ ...near, cpdId: `cp${String(at)}`, cellPolicy: 'none' as const }));
    const ask = (count: number) => question([pinned('a', 1, { pciFunctions: nics(count) })], { budget: 500 });
    expect(berths(ask(8), [host('h1', { functions })])[0]?.pciFunctions).toHaveLength(8);
    expect(place(ask(9), { hosts: [host('h1', { functions })], claims: [] }).explanation.decision).toBe('refused');
  });

  it('of eight unlike NICs out of 121 functions are found, or refused, within a budget of 500', () => {
    const cards = Array.from({ length: 16 }, (_, at) =>
      card(at + 1, at % 2, at === 0 ? 1 : 8).map((fn) => ({ ...fn, trustCapable: at === 0 })),
    );
    const hosts = [host('h1', { functions: cards.flat() })];
    const plain = Array.from({ length: 6 }, (_, at) => ({
      ...near,
      cpdId: `cp${String(at)}`,
      cellPolicy: at % 2 === 0 ? ('none' as const) : ('preferred' as const),
    }));
    const trusted = (cpdId: string) => ({ ...near, cpdId, cellPolicy: 'none' as const, trusted: true });
    const ask = (...more: readonly string[]) =>
      question([pinned('a', 1, { pciFunctions: [...plain, ...more.map(trusted)] })], { budget: 500 });
    const [berth] = berths(ask('x'), hosts);
    expect(berth?.pciFunctions.map(({ cpdId }) => cpdId)).toEqual(['cp0', 'cp1', 'cp2', 'cp3', 'cp4', 'cp5', 'x']);
    expect(berth?.pciFunctions.at(-1)?.address).toBe('0000:01:02.0');
    const { explanation } = place(ask('x', 'y'), { hosts, claims: [] });
    expect(explanation.decision).toBe('refused');
    expect(explanation.nearestMisses).toEqual([expect.stringContaining('trusted VFs on physnet1 short by 1')]);
  });

  it('of a cell that the host does not tell are named as such, where they have to be near', () => {
    const [pf, ...vfs] = card(1, 0, 2).map(({ cell: _, ...rest }) => rest);
    const hosts = [host('h1', { functions: [pf!, ...vfs] })];
    const asked = pinned('a', 1, { pciFunctions: [near] });
    const { explanation } = place(question([asked]), { hosts, claims: [] });
    expect(explanation.nearestMisses[0]).toContain(
      'VFs on physnet1 short by 1 (needs 1 on the guest’s cell, has 0; not counting 2 whose cell the host does not tell (such as 0000:01:02.0))',
    );
    expect(
      one(pinned('a', 1, { pciFunctions: [near] }), [host('h2', { cells: 1, functions: [pf!, ...vfs] })]).hostId,
    ).toBe('h2');
  });
});
