/** A page keeps much of the page before it: it must be the page that would be made without it, whatever has changed. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Claim } from '../../src/inventory/model.js';
import type { VnfInstance } from '../../src/lifecycle/model.js';
import { hostId, vnfcId, vnfInstanceId, type HostId } from '../../src/shared/ids.js';
import { instance } from '../builders/instance.js';
import { card, host } from '../builders/placement.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { claim, lines, open, stats, view, type World } from './page-world.js';
import { Tried } from '../builders/tried.js';

const hosts = ['host-1', 'host-2', 'host-3'].map(hostId);
const firstId = vnfcId('vnfc-0');

/** With VNFCs on `at`. */
const vnf = (number: number, at: HostId): VnfInstance =>
  instance({
    id: vnfInstanceId(`vnf-${String(number)}`),
    instantiated: instantiated({ vnfcs: [vnfc({ id: vnfcId(`vnfc-${String(number)}`), hostId: at })] }),
  });

type Change = (world: World) => void;

const atHost = fc.constantFrom(...hosts);
const number = fc.nat({ max: 6 });
const amount = fc.nat({ max: 1_000_000 });
const word = fc.constantFrom('one', 'two', 'three');

const placed = fc.tuple(number, atHost).map(([which, at]): Change => (world) => {
  const id = vnfInstanceId(`vnf-${String(which)}`);
  world.instances = [...world.instances.filter((each) => each.id !== id), vnf(which, at)].toSorted((a, b) =>
    a.id.localeCompare(b.id),
  );
});
const removed = fc.nat({ max: 6 }).map((at): Change => (world) => {
  world.instances = world.instances.filter((_each, index) => index !== at);
});
const counted = fc.tuple(number, amount, fc.boolean()).map(([which, value, isTold]): Change => (world) => {
  const uuid = vnfcId(`vnfc-${String(which)}`);
  const [card] = stats().interfaces;
  const more = { ...card!, device: `vnet${String(value % 3)}`, rxBytes: value };
  const next = stats({ uuid, cpuTimeSeconds: value / 7, interfaces: isTold ? [more] : [], blocks: [] });
  world.stats = [...world.stats.filter((each) => each.uuid !== uuid), next];
});
const said = fc.tuple(number, word, word, amount).map(([which, name, of, value]): Change => (world) => {
  const guestStatus = {
    ...{ atMs: 0, healthy: value % 2 === 0, detail: '', refused: 0, counters: { [name]: value }, gauges: { seen: 1 } },
    ...(value % 5 === 0 ? {} : { role: of, labelled: [{ label: 'rule', of, name, value }] }),
  };
  world.views = new Map([...world.views, [vnfcId(`vnfc-${String(which)}`), view({ guestStatus })]]);
});
const claimed = fc.tuple(atHost, fc.nat({ max: 4 })).map(([at, count]): Change => (world) => {
  const own = Array.from({ length: count }, (_, key): Claim => claim({ hostId: at, key: String(2 + key) }));
  world.claims = [...world.claims.filter((each) => each.hostId !== at), ...own];
});
const ofHost = fc.tuple(atHost, fc.boolean(), fc.nat({ max: 2 })).map(([at, reachable, vfs]): Change => (world) => {
  const next = host(at, { pages2MiB: 1024, functions: card(1, 0, vfs) }, { reachable });
  world.hosts = world.hosts.map((each) => (each.id === at ? next : each));
});
const away = fc.boolean().map((isSeen): Change => (world) => {
  world.isSeen = isSeen;
});

const change = fc.oneof(placed, removed, counted, said, claimed, ofHost, away);

/** Without what the process says of itself; in which order guests' names stand is no matter. */
const samples = (page: string): readonly string[] =>
  page
    .split('\n')
    .filter((line) => /^(# \w+ )?berth_/.test(line))
    .toSorted();

test('a page is the same with and without the pages before it', async () => {
  const tried = new Tried('a page that has changed');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 5 }), { minLength: 1, maxLength: 5 }), async (rounds) => {
      const { world, page, fresh } = open({
        ...{ hosts: hosts.map((id) => host(id, { pages2MiB: 1024 })), view: undefined, stats: [] },
        instances: [0, 1, 2].map((which) => vnf(which, hosts[which]!)),
      });
      let before = samples(await page.render());
      for (const round of rounds) {
        for (const one of round) one(world);
        const after = samples(await page.render());
        tried.is(after.join('\n') !== before.join('\n'));
        expect(after).toEqual(samples(await fresh()));
        before = after;
      }
    }),
    { numRuns: 25 },
  );
  tried.expectShare(1 / 6);
});

test('counters of a domain on another host than that of its VNFC are not those of the VNFC', async () => {
  const { world, page } = open({ instances: [vnf(0, hosts[0]!)], stats: [stats({ uuid: firstId })] });
  expect(lines(await page.render(), 'berth_vnfc_cpu_seconds_total')).toHaveLength(1);
  world.instances = [vnf(0, hosts[1]!)];
  expect(lines(await page.render(), 'berth_vnfc_cpu_seconds_total')).toEqual([]);
});
