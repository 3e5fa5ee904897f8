/**
 * What every engine must do, whatever stands behind it. An adapter's test calls this with a bench of its own; what a
 * hypervisor cannot do at all (the library's test driver has no guest agent) the bench says.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineError, type Engine, type EngineEvent } from '../../src/engine/engine.js';
import type { VnfcId } from '../../src/shared/ids.js';
import { engineCardsContract } from './engine-cards-contract.js';
import { engineDomainsContract } from './engine-domains-contract.js';
import { engineGuestContract } from './engine-guest-contract.js';
import { engineReferencesContract } from './engine-references-contract.js';
import { engineVolumesContract } from './engine-volumes-contract.js';

export interface ContractDomain {
  readonly uuid: VnfcId;
  readonly name: string;
  /** Paths of qcow2 volumes; none: a domain without disks. */
  readonly disks?: readonly string[];
  /** Names of networks, one card each. */
  readonly networks?: readonly string[];
}

export interface EngineBench {
  /** A started engine on a host without domains, volumes or networks of the contract. */
  fresh(): Promise<Engine>;
  clear(): Promise<void>;
  /** XML of a small domain that this host can start. */
  domainXml(domain: ContractDomain): string;
  /** A storage pool of the host. */
  readonly pool: string;
  /** A readable local file of at least 1 MiB that is no qcow2 image. */
  readonly imageFile: string;
  /** Whether a domain of `domainXml` has a guest that answers its agent. */
  readonly guestAnswers: boolean;
  /** What this hypervisor cannot do at all. libvirt's test driver takes no bytes, counts nothing and checks nothing. */
  readonly lacks?: readonly Ability[];
}

/**
 * `references`: disks, networks and bridges are looked at when they are used. `cards`: definitions get and lose cards;
 * `hot-plug`: running domains do, and their guests give them up.
 */
export type Ability = 'uploads' | 'counters' | 'pages' | 'references' | 'cards' | 'hot-plug';

export interface Use {
  readonly engine: () => Engine;
  readonly bench: EngineBench;
  /** Events since the test began. */
  readonly events: () => readonly EngineEvent[];
  /** `it`, or its skipping twin when the hypervisor lacks what the test needs. */
  readonly itWith: (ability: Ability) => typeof it;
}

/** `npm test` reads the reason out of the title. */
const skippedFor = (ability: Ability): typeof it =>
  ((title: string, test?: () => unknown) =>
    it.skip(`${title} [skipped: this driver has no ${ability}]`, test as () => void)) as typeof it;

export function engineContract(bench: EngineBench): void {
  let engine: Engine;
  let events: EngineEvent[] = [];
  beforeEach(async () => {
    events = [];
    engine = await bench.fresh();
    engine.onEvent((event) => events.push(event));
  });
  afterEach(() => bench.clear());
  const itWith = (ability: Ability) => (bench.lacks?.includes(ability) === true ? skippedFor(ability) : it);
  const use: Use = { engine: () => engine, bench, events: () => events, itWith };

  hostContract(use);
  networksContract(use);
  engineVolumesContract(use);
  engineDomainsContract(use);
  engineCardsContract(use);
  engineReferencesContract(use);
  if (bench.guestAnswers) engineGuestContract(use);
}

function hostContract({ engine, bench, itWith }: Use): void {
  describe('a host', () => {
    it('is connected once started, and out of reach once stopped', async () => {
      expect(engine().isConnected()).toBe(true);
      await engine().stop();
      expect(engine().isConnected()).toBe(false);
      expect(await failureOf(engine().listDomains())).toBe('Unavailable');
    });

    it('says what it has: cells with CPUs, each CPU among its own siblings', async () => {
      const facts = await engine().facts();
      expect(facts.hostname).not.toBe('');
      const cpus = facts.cells.flatMap((cell) => cell.cpus);
      expect(cpus.length).toBeGreaterThan(0);
      expect(cpus.filter((cpu) => !cpu.siblings.includes(cpu.id))).toEqual([]);
      expect(new Set(cpus.map((cpu) => cpu.id)).size).toBe(cpus.length);
      for (const cell of facts.cells) expect(cell.distances).toHaveLength(facts.cells.length);
    });

    it('lists the pool', async () => {
      expect((await engine().facts()).pools.map(({ name }) => name)).toContain(bench.pool);
    });

    it('keeps a verdict on acceleration that still holds, with its reason', async () => {
      const { acceleration } = await engine().facts();
      expect(acceleration.reason).not.toBe('');
      expect((await engine().facts(acceleration)).acceleration).toEqual(acceleration);
    });

    it('tells how the host is set up, or nothing of what it does not know', async () => {
      const { offlineCpus = [], cards = [], pools = [] } = await engine().tuning();
      expect(offlineCpus).toEqual([...new Set(offlineCpus)].filter((cpu) => cpu >= 0));
      for (const { functions, mostFunctions } of cards) expect(functions).toBeLessThanOrEqual(mostFunctions);
      for (const { availableBytes, capacityBytes } of pools) expect(availableBytes).toBeLessThanOrEqual(capacityBytes);
    });

    itWith('pages')('has no more free pages than it has pages', async () => {
      const { cells } = await engine().facts();
      for (const { cell, pageSizeKiB, free } of await engine().freePages()) {
        const pools = cells.find((one) => one.id === cell)?.hugepages ?? [];
        expect(free).toBeLessThanOrEqual(pools.find((one) => one.pageSizeKiB === pageSizeKiB)?.total ?? 0);
      }
    });
  });
}

function networksContract({ engine }: Use): void {
  const named = async (name: string) => (await engine().listNetworks()).filter((one) => one.name === name);

  describe('networks', () => {
    const spec = { name: 'berth-contract', bridge: 'berth-ct0' };
    afterEach(async () => {
      if (engine().isConnected()) await engine().removeNetwork(spec.name);
    });

    it('are made once, however often they are asked for', async () => {
      await engine().ensureNetwork(spec);
      await engine().ensureNetwork(spec);
      expect(await named(spec.name)).toEqual([{ ...spec, active: true }]);
    });

    it('are a conflict when there with another bridge', async () => {
      await engine().ensureNetwork(spec);
      expect(await failureOf(engine().ensureNetwork({ ...spec, bridge: 'berth-ct1' }))).toBe('Conflict');
    });

    it('are gone when removed, also when they never were', async () => {
      await engine().ensureNetwork(spec);
      await engine().removeNetwork(spec.name);
      await engine().removeNetwork(spec.name);
      expect(await named(spec.name)).toEqual([]);
    });
  });
}

/** The kind of the EngineError that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof EngineError) return error.kind;
    throw error;
  }
  return 'no failure';
}

/** Waits for what comes by itself; the test's own time limit bounds it. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
