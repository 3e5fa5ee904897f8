/**
 * An operation to execute without a Berth: a journal in memory, and a host on which networks come and go.
 */
import { EngineError } from '../../src/engine/engine.js';
import type { JournalEntry, JournalPhase, LcmOpOcc, LcmPlan, Step } from '../../src/lifecycle/model.js';
import { hostId } from '../../src/shared/ids.js';
import { deafObserver } from '../../src/workflow/observer.js';
import type { ExecutePorts } from '../../src/workflow/execute.js';
import { StepWaits } from '../../src/workflow/step-waits.js';
import { FakeClock } from '../builders/fake-clock.js';
import { sampleOperation } from '../contract/store-samples.js';

export const host = hostId('host-1');

/** A step that makes a network on a host. */
export const netStep = (name: string, stage: number, lane: string): Step => ({
  ...{ id: name, kind: 'ensure-network', stage, lane, timeoutMs: 60_000 },
  input: { id: name, virtualLinkDescId: name, hostId: host, network: name, bridge: name },
});

export const planOf = (...steps: readonly Step[]): LcmPlan => ({
  ...{ vnfcs: [], links: [], order: 'add-first', steps, rollbackSupported: true },
});

export const journalOf = (...phases: readonly (readonly [string, JournalPhase])[]): JournalEntry[] =>
  phases.map(([stepId, phase], at) => ({ opOccId: occOf().id, seq: at + 1, stepId, phase, atMs: 0 }));

export const occOf = (change: Partial<LcmOpOcc> = {}): LcmOpOcc => ({
  ...sampleOperation('o1', 'i1'),
  operationState: 'PROCESSING',
  ...change,
});

/** What a host did, and what it will not do. */
export class HandHost {
  readonly did: string[] = [];
  readonly #refused = new Set<string>();
  readonly #held = new Map<string, Promise<void>>();

  /** The network cannot be made or removed. */
  refuse(network: string): void {
    this.#refused.add(network);
  }

  /** Making the network takes until the answer is called. */
  hold(network: string): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#held.set(network, promise);
    return () => {
      resolve(undefined);
    };
  }

  async do(what: string, network: string): Promise<void> {
    this.did.push(`${what} ${network}`);
    await this.#held.get(network);
    if (this.#refused.has(network)) throw new EngineError('Rejected', host, `no ${network} here`);
  }
}

export interface Hand {
  readonly host: HandHost;
  readonly journal: JournalEntry[];
  readonly clock: FakeClock;
  readonly context: ExecutePorts['context'];
}

const unused = (): never => {
  throw new Error('networks need no such thing');
};

export function byHand(journal: JournalEntry[] = []): Hand {
  const hands = new HandHost();
  const clock = new FakeClock();
  const engine = {
    ensureNetwork: ({ name }: { readonly name: string }) => hands.do('ensure', name),
    removeNetwork: (name: string) => hands.do('remove', name),
  };
  const store = {
    journal: async () => [...journal],
    appendJournal: async (entries: readonly JournalEntry[]) => {
      journal.push(...entries);
    },
    hostAdminState: async () => 'active' as const,
    ...{ releaseAllocations: unused, keepLeftovers: unused, packageWithImage: unused, vnfcStanding: unused },
  };
  const releasing = (_: unknown, release: () => Promise<void>) => release();
  const context = { engine: () => engine, store, saw: unused, releasing, files: unused, clock };
  return { host: hands, journal, clock, context: context as unknown as ExecutePorts['context'] };
}

export const portsOf = ({ context, clock }: Hand, change: Partial<ExecutePorts> = {}): ExecutePorts => ({
  ...{ context, observer: deafObserver, token: 1, waits: new StepWaits(clock, {}), width: 4, patienceMs: 0 },
  ...{ signal: new AbortController().signal, shouldStop: () => false },
  ...change,
});

export const phasesOf = (journal: readonly JournalEntry[]): readonly string[] =>
  journal.map(({ stepId, phase }) => `${stepId} ${phase}`);
