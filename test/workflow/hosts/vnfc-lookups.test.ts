/**
 * What is looked up by VNFC costs the same on a host of ten VNFCs and on one of a thousand: entries of maps that are
 * touched, reads of the store, answers of the host.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { DomainInfo, DomainWhereabouts, Engine } from '../../../src/engine/engine.js';
import type { Engines } from '../../../src/engine/engines.js';
import type { VnfInstance, Vnfc } from '../../../src/lifecycle/model.js';
import { hostId, installationId, vnfcId, vnfInstanceId, type VnfcId } from '../../../src/shared/ids.js';
import { silentLog } from '../../../src/shared/log.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import type { VnfPkgRecord } from '../../../src/store/packages.js';
import type { Store } from '../../../src/store/store.js';
import type { Background, Group } from '../../../src/workflow/background/background.js';
import { GuestTurns } from '../../../src/workflow/guests/guest-turns.js';
import { HostEventBus } from '../../../src/workflow/hosts/event-bus.js';
import { hostEventOf } from '../../../src/workflow/hosts/events.js';
import { Fleet } from '../../../src/workflow/hosts/fleet.js';
import { sightIn, type GuestStatus } from '../../../src/workflow/hosts/fleet-view.js';
import { Reality } from '../../../src/workflow/hosts/reality/reality.js';
import { deafObserver } from '../../../src/workflow/observer.js';
import { ReadStacks } from '../../../src/workflow/stack/read-stack.js';
import { newFleet, realClock } from '../../builders/berth.js';
import { countingIds, instance, vnfPackage } from '../../builders/instance.js';
import { instantiated, vnfc } from '../../builders/vnfc.js';
import { systemClock } from '../../../src/system.js';

const host = hostId('sim-1');
const installation = () => installationId('11111111-2222-4333-8444-000000000000');
const status: GuestStatus = { atMs: 0, healthy: true, detail: 'ready', counters: {}, gauges: {}, refused: 0 };

let folder = '';
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-lookups-'));
  store = createSqliteStore({ file: join(folder, 'berth.db'), clock: systemClock });
  await store.open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const idOf = (at: number): VnfcId => vnfcId(`aaaaaaaa-2222-4333-8444-${String(at).padStart(12, '0')}`);

const group: Group = { stopping: new AbortController().signal, beside: (_about, piece) => piece() };

/** Each work runs when it is asked for. */
const atOnce: Background = {
  add: () => ({ ...group, wake: () => undefined }),
  keyed: (work) => ({ ask: (key) => work.run(key) }),
  group: () => group,
};

const walks = ['entries', 'keys', 'values', Symbol.iterator] as const;
const touches = ['get', 'has', 'set', 'delete'] as const;

/** How many entries of maps `work` touches, whoever's maps they are. */
async function entriesTouched(work: () => unknown): Promise<number> {
  let touched = 0;
  const { prototype } = Map;
  const own = Object.getOwnPropertyDescriptors(prototype);
  const replace = (name: string | symbol, value: unknown) =>
    Reflect.defineProperty(prototype, name, { value, configurable: true, writable: true });
  for (const name of touches) {
    const real = own[name].value as (...given: unknown[]) => unknown;
    replace(name, function (this: unknown, ...given: unknown[]) {
      touched += 1;
      return real.apply(this, given);
    });
  }
  for (const name of walks) {
    const real = own[name].value as () => Iterable<unknown>;
    replace(name, function* (this: unknown) {
      for (const each of real.call(this)) {
        touched += 1;
        yield each;
      }
    });
  }
  try {
    await work();
  } finally {
    Object.defineProperties(prototype, own);
  }
  return touched;
}

/** Calls by name, and how many things were answered by those that answer lists. */
class Counted {
  readonly calls: Record<string, number> = {};

  note<T>(name: string, answer: T): Promise<T> {
    const count = Array.isArray(answer) ? answer.length : 1;
    this.calls[name] = (this.calls[name] ?? 0) + count;
    return Promise.resolve(answer);
  }
}

const domainOf = ({ id, domainName }: Vnfc): DomainInfo => ({
  uuid: id,
  name: domainName,
  state: 'running',
  reason: 'booted',
});

const placeOf = ({ id }: Vnfc): DomainWhereabouts => ({ uuid: id, vcpus: [{ index: 0, hostCpus: [2] }] });

/** A host on which so many VNFCs run, each of a VNF of its own. */
async function scene(count: number) {
  const vnfcs = Array.from({ length: count }, (_, at) => vnfc({ id: idOf(at), hostId: host }));
  const byVnfc = new Map<VnfcId, VnfInstance>(
    vnfcs.map((each, at) => [
      each.id,
      instance({ id: vnfInstanceId(`vnf-${String(at)}`), instantiated: instantiated({ vnfcs: [each] }) }),
    ]),
  );
  const counted = new Counted();
  const pkg = { contents: vnfPackage() } as unknown as VnfPkgRecord;
  const reads = {
    package: () => counted.note('package', pkg),
    instanceOf: (id: VnfcId) => counted.note('instanceOf', byVnfc.get(id)),
    instancesOn: () => counted.note('instancesOn', [...byVnfc.values()]),
    operationUnderWay: () => counted.note('operationUnderWay', undefined),
    recordVnfcStates: () => counted.note('recordVnfcStates', true),
  };
  const domains = new Map(vnfcs.map((each) => [each.id, each]));
  const said: Partial<Engine> = {
    listDomains: () => Promise.resolve(vnfcs.map(domainOf)),
    domain: (id) => counted.note('domain', domainOf(domains.get(id)!)),
    whereabouts: (id?: VnfcId) =>
      counted.note('whereabouts', (id === undefined ? vnfcs : [domains.get(id)!]).map(placeOf)),
  };
  const simulated = newFleet(1).of(host);
  const engine = new Proxy<Engine>(simulated, {
    get: (target, key) => {
      const own = (said[key as keyof Engine] ?? Reflect.get(target, key)) as unknown;
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
  const engines: Engines = { of: () => engine, all: () => [engine], onEvent: () => () => undefined };
  const events = new HostEventBus(silentLog, deafObserver);
  const fleet = new Fleet({ engines, store, log: silentLog, events, installation }, [
    { id: host, zone: 'west', sharedCpuRatio: 4 },
  ]);
  await fleet.start();
  await fleet.firstLook();
  const ports = {
    engines,
    fleet,
    ids: countingIds(),
    background: atOnce,
    log: silentLog,
    clock: realClock,
    installation,
  };
  const reality = new Reality({
    ...{ ...ports, store: reads, sight: sightIn(fleet), observer: deafObserver },
    comeback: { add: () => false, awaits: () => false, bringsBack: () => false },
  });
  const stacks = new ReadStacks({
    ...ports,
    store: reads,
    whereabouts: { on: () => new Map() },
    facts: () => simulated.facts(),
  });
  return { counted, fleet, events, reality, stacks };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** The last one of the small host. */
const asked = idOf(9);
const where = { id: asked, hostId: host };
const domainEvent = { type: 'domain', hostId: host, uuid: asked } as const;

const lookUps: Readonly<Record<string, (at: Scene) => unknown>> = {
  'the picture of the fleet': ({ fleet }) => {
    expect(fleet.domain(where)).toMatchObject({ state: 'running' });
    expect(sightIn(fleet)(where)).toBe('running');
  },
  'what a step saw of a domain': ({ fleet }) => {
    fleet.saw(host, { uuid: asked, state: 'shutoff', reason: 'shutdown' });
    expect(fleet.domain(where)?.state).toBe('shutoff');
  },
  'the event that a domain stopped': ({ fleet, events }) => {
    events.publish(hostEventOf({ ...domainEvent, event: 'stopped', state: 'shutoff', detail: 'shutdown' }));
    expect(fleet.domain(where)?.state).toBe('shutoff');
  },
  'the event that a domain is gone': ({ fleet, events }) => {
    fleet.saw(host, { uuid: asked, state: 'shutoff', reason: 'shutdown' });
    events.publish({ type: 'domain', hostId: host, vnfcId: asked, change: 'undefined', state: 'unknown', detail: '' });
    expect(fleet.domain(where)).toBeUndefined();
  },
  'the event that an agent connected': ({ fleet, events }) => {
    events.publish({ type: 'agent', hostId: host, vnfcId: asked, isConnected: true });
    expect(fleet.domain(where)?.agentConnected).toBe(true);
  },
  'the status of a guest': ({ fleet }) => {
    const turns = new GuestTurns(1_000);
    turns.begin(asked);
    fleet.guestSaid(host, asked, status, true);
    turns.end(asked, true, 0);
    expect(turns.mayAsk(asked, 0)).toBe(true);
    expect(fleet.domain(where)?.guestStatus).toBe(status);
  },
  'the record against a domain': async ({ reality, counted }) => {
    reality.domainChanged(asked);
    await realClock.sleep(0);
    expect(counted.calls['instanceOf']).toBe(1);
  },
  'where a VNFC is, asked now': async ({ stacks, counted }) => {
    const found = await stacks.placement(asked);
    expect([found?.vnfcId, found?.unreadBecause]).toEqual([asked, undefined]);
    expect(counted.calls).toEqual({ instanceOf: 1, package: 1, whereabouts: 1 });
  },
};

it.each(Object.entries(lookUps))('%s costs the same whatever else runs on the host', async (_what, lookUp) => {
  const costOn = async (count: number) => {
    const at = await scene(count);
    const entries = await entriesTouched(() => lookUp(at));
    expect(entries).toBeGreaterThan(0);
    return { entries, calls: at.counted.calls };
  };
  expect(await costOn(1_000)).toEqual(await costOn(10));
});
