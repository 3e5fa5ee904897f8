/** The router's differences on FRR's own daemons: after each, they are as if started with the whole document. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from '@jest/globals';
import { describeUnless } from '../libvirt/environment.js';
import { followDocuments, missingFrr } from './frr-daemons.js';
import { compileRouter } from './router-program.js';

const folder = mkdtempSync(join(tmpdir(), 'router-frr.'));
chmodSync(folder, 0o755); // FRR's daemons are not root when they read their files.

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// The same numbers in every run (mulberry32).
function chooser(seed: number) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const one = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const some = <T>(...from: readonly T[]) => from.filter(() => random() < 0.6);
  return { one, some };
}

function randomDocument(seed: number): object {
  const { one, some } = chooser(seed);
  const bfd = () => one<unknown>(undefined, true, false, { receiveMs: 100 }, { transmitMs: 200, multiplier: 5 });
  const lists = some('a', 'b', 'c');
  const entry = () => ({
    prefix: one('10.0.0.0/8', '172.16.0.0/12'),
    ge: one(undefined, 16),
    le: one(24, 28),
    action: one('permit', 'deny'),
  });
  const prefixLists = Object.fromEntries([
    ...lists.map((name) => [name, [entry(), ...some(1, 2).map(entry)]] as const),
    ['six', [{ prefix: one('2001:db8::/32', 'fd00::/8'), le: one(48, 64) }]],
  ]);
  const maps = some('in', 'out');
  const mapEntry = () =>
    one<object>(
      { action: 'deny', match: { prefixList: 'six' } },
      {
        match: { prefixList: one('six', ...lists), community: one<unknown>('65002:1', ['65002:1', '65002:2']) },
        set: { localPreference: one(50, 200) },
      },
      { set: { med: one(5, 6), prepend: one(1, 3), community: one('65001:1', 'no-export') } },
      { set: { addCommunity: ['65001:1', one('65001:2', '65001:3')], prepend: one(undefined, 2) } },
    );
  const routeMaps = Object.fromEntries(maps.map((name) => [name, [mapEntry(), ...some(1, 2).map(mapEntry)]]));
  const family = () => ({
    maxPrefix: one<unknown>(undefined, { prefixes: 10 }, { prefixes: 20, restartMinutes: 2 }),
    routeMapIn: one(undefined, ...maps),
    routeMapOut: one(undefined, ...maps),
  });
  const neighbor = (address: string) => ({
    address,
    remoteAsn: one(65002, 65003),
    description: one(undefined, 'one side', 'the other side'),
    password: one(undefined, 'one', 'two'),
    ebgpMultihop: one(undefined, 2, 3),
    timers: one<unknown>(
      undefined,
      { keepaliveSeconds: 1, holdSeconds: 3 },
      { keepaliveSeconds: 3, holdSeconds: 9, connectSeconds: 5 },
      { connectSeconds: 7 },
    ),
    bfd: bfd(),
    families: one<unknown>(undefined, { ipv4: family() }, { ipv6: family() }, { ipv4: family(), ipv6: family() }),
  });
  const area = (name: string) => ({
    name,
    area: one(0, 1),
    cost: one(undefined, 5, 6),
    passive: one(undefined, true),
    network: one(undefined, 'point-to-point'),
    ...one<object>({}, { helloSeconds: 1, deadSeconds: 4 }, { helloSeconds: 2, deadSeconds: 6 }),
    bfd: bfd(),
  });
  return {
    prefixLists,
    routeMaps,
    bgp: {
      asn: one(65001, 65001, 65001, 65009),
      routerId: one(undefined, '10.1.0.1', '10.2.0.1'),
      maximumPaths: one(undefined, 1, 2, 4),
      neighbors: some('10.1.0.2', '10.1.0.3', 'fd01::2', 'fd01::3').map(neighbor),
      networks: some('10.1.0.0/24', '10.2.0.0/24', 'fd01::/64'),
    },
    ospf: { routerId: one(undefined, '10.1.0.1'), interfaces: some('west', 'east').map(area) },
    ospf6: { routerId: one(undefined, '10.1.0.1', '10.2.0.1'), interfaces: some('west', 'east').map(area) },
  };
}

describeUnless(missingFrr, 'a difference on running daemons', () => {
  it('ends where a start with the new document begins', () => {
    const documents = Array.from({ length: 10 }, (_, at) => randomDocument(at + 1));
    followDocuments(compileRouter(folder), folder, ['bfdd', 'bgpd', 'ospfd', 'ospf6d'], documents);
  }, 240_000);
});
