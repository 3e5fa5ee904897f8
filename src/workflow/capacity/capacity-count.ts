/**
 * Counts how many more VNFs of the onboarded packages fit, in the background, with the search that places them. It counts
 * again only when a host, a claim or a package changed, in slices with pauses between, and then pauses for a multiple of
 * its duration, so that counting takes a small and bounded share of the CPU.
 */
import type { CapacityIndex } from '../../inventory/capacity-index.js';
import { countUpTo, type CountedRoom } from '../../placement/what-if/count-up-to.js';
import type { Clock } from '../../shared/clock.js';
import type { PackageRecords, VnfPkgHead } from '../../store/packages.js';
import type { Background, Task } from '../background/background.js';
import type { Capacities, CapacityView, FlavourCapacity } from './capacity-view.js';
import { everyPage } from '../records/every-page.js';
import type { KeptCapacity } from './kept-capacity.js';
import type { FlavourQuestion, WhatIf } from './what-if.js';

export interface CapacitySettings {
  /** Interval between checks for changes. */
  readonly roundMs: number;
  /** Packages counted: those with most instances. */
  readonly packages: number;
  /** Of each package. */
  readonly flavours: number;
  /** Counted to. */
  readonly most: number;
  /** Cases of one search. */
  readonly budget: number;
  /** Duration of a slice, and of the pause after it. */
  readonly sliceMs: number;
  readonly pauseMs: number;
  /** Pause after a count, as a multiple of its duration. */
  readonly rest: number;
  /** A count that takes longer is given up. */
  readonly limitMs: number;
}

export const usualCapacitySettings: CapacitySettings = {
  ...{ roundMs: 5_000, packages: 20, flavours: 8, most: 100, budget: 2_000 },
  ...{ sliceMs: 8, pauseMs: 24, rest: 10, limitMs: 1_800_000 },
};

export interface CapacityPorts {
  readonly store: Pick<PackageRecords, 'packagePage'>;
  readonly index: Pick<KeptCapacity, 'fresh'>;
  readonly questions: Pick<WhatIf, 'flavourQuestions'>;
  readonly firstLook: () => Promise<void>;
  readonly clock: Clock;
  readonly background: Background;
}

/** Packages among which those with most instances are sought. */
const mostLookedAt = 200;

/** A disabled package gets no new VNFs, but existing ones may be healed or scaled. */
const counts = ({ operationalState, instances }: VnfPkgHead): boolean =>
  operationalState === 'ENABLED' || instances > 0;

export class CapacityCount implements CapacityView {
  #last: Capacities | undefined;
  /** What the last count was about. */
  #counted: { readonly fleet: CapacityIndex; readonly packages: string } | undefined;
  #restUntilMs = 0;
  #isAwaiting = false;
  #isReady = false;
  readonly #task: Task;

  constructor(
    private readonly ports: CapacityPorts,
    private readonly settings: CapacitySettings,
  ) {
    this.#task = ports.background.add({
      name: 'capacity-count',
      does: 'counting how many VNFs more fit',
      everyMs: settings.roundMs,
      limitMs: settings.limitMs,
      run: (over) => this.round(over),
    });
  }

  /** Before the first look at the hosts nothing would fit. */
  private awaitHosts(): void {
    if (this.#isAwaiting) return;
    this.#isAwaiting = true;
    void this.ports.firstLook().then(() => {
      this.#isReady = true;
      this.#task.wake();
    });
  }

  last(): Capacities | undefined {
    return this.#last;
  }

  private async round(over: AbortSignal): Promise<void> {
    const { clock, index } = this.ports;
    const fromMs = clock.elapsedMs();
    if (!this.#isReady) this.awaitHosts();
    if (!this.#isReady || fromMs < this.#restUntilMs) return;
    const { fleet } = await index.fresh();
    const heads = await this.mostUsed();
    const packages = heads.map(({ id, revision }) => `${id} ${String(revision)}`).join();
    if (this.#last !== undefined && this.#counted?.fleet === fleet && this.#counted.packages === packages) {
      this.#last = { ...this.#last, atMs: clock.now() };
    } else {
      const flavours = await this.count(heads, fleet, over);
      if (over.aborted) return;
      this.#last = { atMs: clock.now(), tookMs: clock.elapsedMs() - fromMs, flavours };
      this.#counted = { fleet, packages };
    }
    const tookMs = clock.elapsedMs() - fromMs;
    this.#restUntilMs = fromMs + tookMs * (1 + this.settings.rest);
  }

  private async mostUsed(): Promise<readonly VnfPkgHead[]> {
    const all: VnfPkgHead[] = [];
    for await (const page of everyPage((asked) => this.ports.store.packagePage(asked, { onboarded: true }))) {
      all.push(...page.filter(counts));
      if (all.length >= mostLookedAt) break;
    }
    return all.toSorted((a, b) => b.instances - a.instances).slice(0, this.settings.packages);
  }

  private async count(
    heads: readonly VnfPkgHead[],
    fleet: CapacityIndex,
    over: AbortSignal,
  ): Promise<readonly FlavourCapacity[]> {
    const counted: FlavourCapacity[] = [];
    for (const { summary } of heads) {
      if (summary === undefined) continue;
      const { id: vnfdId, productName } = summary.vnfd;
      const questions = await this.ports.questions.flavourQuestions(vnfdId, fleet);
      for (const { flavour, vnf } of questions.slice(0, this.settings.flavours)) {
        const room = await this.counted(fleet, vnf, over);
        if (room === undefined) return counted;
        counted.push({ ...{ vnfdId, productName, flavour }, ...room });
      }
    }
    return counted;
  }

  /** Undefined: it was aborted. */
  private async counted(
    fleet: CapacityIndex,
    vnf: FlavourQuestion['vnf'],
    over: AbortSignal,
  ): Promise<CountedRoom | undefined> {
    const { clock } = this.ports;
    const { budget, most, sliceMs, pauseMs } = this.settings;
    const steps = countUpTo(fleet, { ...vnf, budget: Math.min(vnf.budget, budget) }, most);
    let sliceFromMs = clock.elapsedMs();
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (clock.elapsedMs() - sliceFromMs < sliceMs) continue;
      await clock.sleep(pauseMs, over);
      if (over.aborted) return undefined;
      sliceFromMs = clock.elapsedMs();
    }
  }
}
