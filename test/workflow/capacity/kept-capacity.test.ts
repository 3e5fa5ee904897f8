import { describe, expect, it } from '@jest/globals';
import { capacityIndexOf, freeHosts, heldOn } from '../../../src/inventory/capacity-index.js';
import { fleetWide, type Claim, type Host } from '../../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../../src/shared/ids.js';
import { KeptCapacity, type Picture } from '../../../src/workflow/capacity/kept-capacity.js';
import { host } from '../../builders/placement.js';

const ipClaim = (key: string): Claim => ({
  ...{ hostId: hostId(fleetWide), kind: 'ip', key, exclusive: true, amount: 1 },
  ...{ allocationId: allocationId('a1'), vnfcId: vnfcId('c1'), vnfInstanceId: vnfInstanceId('v1') },
  opOccId: opOccId('op1'),
});

const noHosts = {
  hosts: () => [],
  host: () => undefined,
  takeChanged: () => new Set<never>(),
  recordMoments: () => undefined,
};

it('forgets addresses that were released, although no plan was lost or refused', async () => {
  const standing = [ipClaim('10.0.0.1')];
  const asked: string[] = [];
  const store = {
    hostPage: () => Promise.resolve([]),
    claimsOn: (ids: readonly string[]): Promise<readonly Claim[]> => {
      asked.push(...ids);
      return Promise.resolve(ids.includes(hostId(fleetWide)) ? standing : []);
    },
  };
  const index = new KeptCapacity(noHosts, store);
  await index.kept();
  let most = 0;
  for (let at = 0; at < 5000; at += 1) {
    // Each is released before the next is made.
    index.committed({ claims: [ipClaim(`10.1.${String(at >> 8)}.${String(at & 255)}`)], releases: [] }, []);
    most = Math.max(most, (await index.kept()).addresses.length);
  }
  expect(most).toBeLessThan(600);
  expect(asked.filter((id) => id === fleetWide).length).toBeLessThan(15);
});

/** A fleet whose hosts and claims change by hand; whose claims were asked for is noted. */
class Hands {
  readonly hosts = new Map(
    ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [hostId(name), host(name, { pages2MiB: 100 })]),
  );
  readonly asked: string[] = [];
  claims: readonly Claim[] = [];
  private changed = new Set<Host['id']>();
  readonly index = new KeptCapacity(
    {
      hosts: () => [...this.hosts.values()],
      host: (id) => this.hosts.get(id),
      takeChanged: () => {
        const { changed } = this;
        this.changed = new Set();
        return changed;
      },
      recordMoments: (moments) => {
        for (const { id, generation } of moments) this.change(id, { generation });
      },
    },
    {
      hostPage: ({ after }) => Promise.resolve(after === undefined ? [...this.hosts.values()] : []),
      claimsOn: (ids) => {
        this.asked.push(...ids.filter((id) => id !== fleetWide));
        const read = this.claims.filter((claim) => ids.includes(claim.hostId)).toSorted(stored);
        this.whileReading?.();
        return Promise.resolve(read);
      },
    },
  );

  /** What happens while the claims of hosts are read. */
  whileReading?: (() => void) | undefined;

  change(id: Host['id'], change: Partial<Host>): void {
    const now = this.hosts.get(id)!;
    if (change.generation === now.generation) return;
    this.hosts.set(id, { ...now, ...change });
    this.changed.add(id);
  }

  /** Berth's own: written, and told to the index. */
  commit(id: Host['id'], ...claims: readonly Claim[]): void {
    const generation = this.write(id, ...claims);
    const { zone, adminState } = this.hosts.get(id)!;
    this.index.committed({ claims, releases: [] }, [{ id, zone, adminState, generation }]);
  }

  /** By anyone: in the store from now on. */
  write(id: Host['id'], ...claims: readonly Claim[]): number {
    this.claims = [...this.claims, ...claims];
    return this.hosts.get(id)!.generation + 1;
  }

  async kept(): Promise<Picture> {
    this.asked.length = 0;
    return this.index.kept();
  }

  expectTrue({ fleet }: Picture): void {
    const hosts = [...this.hosts.values()];
    const rebuilt = capacityIndexOf({ hosts, claims: this.claims.toSorted(stored) });
    expect(freeHosts(fleet)).toEqual(freeHosts(rebuilt));
    for (const { id } of hosts) expect(heldOn(fleet, id)).toEqual(heldOn(rebuilt, id));
  }
}

const textOf = (claim: Claim) => [claim.kind, claim.key, claim.vnfcId, claim.allocationId].join(' ');
const stored = (one: Claim, other: Claim): number => (textOf(one) < textOf(other) ? -1 : 1);

const h1 = hostId('h1');
const pagesOf = (vnfc: string, amount: number, on = h1): Claim => ({
  ...ipClaim('2048'),
  ...{ hostId: on, kind: 'hugepages', cell: 0, exclusive: false, amount },
  ...{ allocationId: allocationId(vnfc), vnfcId: vnfcId(vnfc) },
});
const cpuOf = (vnfc: string, cpu: number): Claim => ({
  ...pagesOf(vnfc, 1),
  ...{ kind: 'cpu', key: String(cpu), exclusive: true },
});

describe('what a plan of this process has claimed', () => {
  it('is known without reading the host again, one plan after the other', async () => {
    const hands = new Hands();
    await hands.kept();
    for (const at of [6, 2, 4]) {
      hands.commit(h1, pagesOf(`v${String(at)}`, at), cpuOf(`v${String(at)}`, at));
      hands.expectTrue(await hands.kept());
      expect(hands.asked).toEqual([]);
    }
    hands.commit(h1, pagesOf('v7', 1));
    hands.commit(h1, pagesOf('v1', 1));
    hands.expectTrue(await hands.kept());
    expect(hands.asked).toEqual([]);
  });

  it('is not lost when it comes while claims of another host are read', async () => {
    const hands = new Hands();
    await hands.kept();
    const [other] = [...hands.hosts.keys()].filter((id) => id !== h1);
    hands.change(other!, { generation: hands.write(other!, pagesOf('other', 2, other)) });
    hands.change(h1, { reachable: false });
    hands.whileReading = () => {
      hands.whileReading = undefined;
      hands.commit(h1, pagesOf('own', 1));
    };
    await hands.kept();
    hands.expectTrue(await hands.kept());
  });

  it('is read with the rest when another wrote as well, before or after', async () => {
    const hands = new Hands();
    await hands.kept();
    hands.commit(h1, pagesOf('own', 1));
    hands.change(h1, { generation: hands.write(h1, pagesOf('other', 2)) });
    hands.expectTrue(await hands.kept());
    expect(hands.asked).toEqual(['h1']);
    hands.change(h1, { generation: hands.write(h1, pagesOf('another', 2)) });
    hands.commit(h1, pagesOf('own2', 1));
    hands.expectTrue(await hands.kept());
    expect(hands.asked).toEqual(['h1']);
    // What was read stands: only what came since is added.
    hands.commit(h1, pagesOf('own3', 1));
    hands.expectTrue(await hands.kept());
    expect(hands.asked).toEqual([]);
  });

  it('is not counted twice when it was read before it was told', async () => {
    const hands = new Hands();
    const claim = pagesOf('own', 5);
    const { generation, zone, adminState } = hands.hosts.get(h1)!;
    hands.claims = [claim];
    await hands.kept();
    hands.index.committed({ claims: [claim], releases: [] }, [
      { id: h1, zone, adminState, generation: generation + 1 },
    ]);
    hands.expectTrue(await hands.kept());
    expect(hands.asked).toEqual([]);
  });

  it('stands beside what has changed of the host meanwhile', async () => {
    const hands = new Hands();
    await hands.kept();
    hands.commit(h1, pagesOf('own', 5));
    hands.hosts.set(h1, {
      ...hands.hosts.get(h1)!,
      facts: host('h1', { pages2MiB: 100, coresPerCell: 6 }).facts,
      adminState: 'draining',
    });
    hands.expectTrue(await hands.kept());
    expect(hands.asked).toEqual([]);
  });
});
