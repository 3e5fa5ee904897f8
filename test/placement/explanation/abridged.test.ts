import { describe, expect, it } from '@jest/globals';
import { abridged, explanationText } from '../../../src/placement/explanation/abridged.js';
import { place } from '../../../src/placement/place.js';
import { host, pinned, question } from '../../builders/placement.js';

const asked = question([pinned('fw-1', 4, { memoryMiB: 1024, pageSize: 2048 })]);
const away = host('h1', { pages2MiB: 600 }, { adminState: 'draining' });
const short = host('h2', { cells: 1, pages2MiB: 300 });

describe('an explanation', () => {
  it('is told in plain sentences', () => {
    const { explanation } = place(asked, { hosts: [away, short], claims: [] });
    expect(explanationText(explanation)).toBe(`VNFC fw-1 (VDU vdu) finds no berth on any of 2 hosts; \
refused by host-state 1, hugepages 1.

host-state refuses 1 of 2 hosts.
hugepages refuses 1 of 1 host.

Nearest: h1 cell 0: the host is draining; dedicated CPUs ok; pages ok.
Nearest: h2 cell 0: dedicated CPUs ok; needs 512 free pages of 2 MiB, has 300.

It fits with 212 fewer pages of 2 MiB on cell 0 of h2.
It fits with plain memory instead of hugepages.
It fits when h1 is active again.

h1: the host is draining.
h2: cell 0: needs 512 free pages of 2 MiB, has 300.
`);
  });

  it('of a large fleet keeps the nearest hosts and says how many it left out', () => {
    const none = Array.from({ length: 150 }, (_, at) => host(`n${String(at)}`, { cells: 1, coresPerCell: 2 }));
    const nearest = host('rack: 2', { cells: 1, pages2MiB: 300 });
    const { explanation } = place(asked, { hosts: [...none, nearest], claims: [] });
    const kept = abridged(explanation);
    expect(kept.hosts).toHaveLength(100);
    expect(kept.hosts.map(({ hostId }) => hostId)).toContain('rack: 2');
    expect(kept.hostsLeftOut).toBe(51);
    expect(kept.funnel[0]).toMatchObject({ before: 151 });
    expect(explanationText(kept)).toMatch(/\n\nNot listed: 51 hosts\.\n$/);
  });
});
