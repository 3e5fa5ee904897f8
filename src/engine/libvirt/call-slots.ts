/**
 * Which calls of a host run at the same time, so that one hung guest holds up nobody else. Four lanes of slots:
 *
 *   calls  what libvirt answers by itself; in order
 *   guest  what waits for a guest or its QEMU; one call per guest at a time, and guests that were slow to answer last
 *          time share one slot
 *   stats  counters; a call that a hung QEMU holds stays where it is, and there is never a queue
 *   looks  where domains are on their host; as for counters
 *
 * Knows nothing of processes: sending and timing out are given to it.
 */
import type { SteadyClock, Timer, Timers } from '../../shared/clock.js';
import type { CallName } from './calls/registry.js';

export interface Call {
  readonly id: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Running {
  readonly call: Call;
  /** Of one that a process has. */
  begun?: { readonly atMs: number; timer: Timer };
}

export interface SlotActions {
  /** Leads to `begun` once a process has the call. */
  readonly send: (call: Call, slot: number) => void;
  readonly clock: Timers & Pick<SteadyClock, 'elapsedMs'>;
  readonly deadlineMs: (name: CallName) => number;
  /** The call on this slot has not ended in time. */
  readonly overdue: (call: Call) => void;
}

export type Lane = 'calls' | 'guest' | 'stats' | 'looks';
export type LaneSizes = Readonly<Record<Lane, number>>;

const order: readonly Lane[] = ['calls', 'guest', 'stats', 'looks'];
const lanes: Partial<Record<CallName, Lane>> = {
  agentCommand: 'guest',
  requestShutdown: 'guest',
  readStats: 'stats',
  readWhereabouts: 'looks',
};

export const laneOf = (name: CallName): Lane => lanes[name] ?? 'calls';

/** Where a call that cannot start at once is not made. */
export const neverQueues = (lane: Lane): boolean => lane === 'stats' || lane === 'looks';

/** A guest that took longer is slow until it answers more quickly. */
const slowMs = 2_000;

export class CallSlots {
  readonly #slots: Readonly<Record<Lane, readonly number[]>>;
  readonly #actions: SlotActions;
  readonly #waiting: Call[] = [];
  readonly #running = new Map<number, Running>();
  /** By what their calls name first: the UUID of their domain. */
  readonly #slowGuests = new Set<unknown>();

  constructor(sizes: LaneSizes, actions: SlotActions) {
    const first = (lane: Lane) => order.slice(0, order.indexOf(lane)).reduce((sum, before) => sum + sizes[before], 0);
    const slots = (lane: Lane) => Array.from({ length: sizes[lane] }, (_, index) => first(lane) + index);
    this.#slots = { calls: slots('calls'), guest: slots('guest'), stats: slots('stats'), looks: slots('looks') };
    this.#actions = actions;
  }

  /** Whether a call could start at once on this lane. */
  hasRoom(lane: Lane): boolean {
    return this.#slots[lane].some((slot) => !this.#running.has(slot));
  }

  add(call: Call): void {
    this.#waiting.push(call);
    this.#fill(laneOf(call.name));
  }

  /** The call of this id, whose slot is free now. Undefined when it is not running (any more). */
  end(id: number): Call | undefined {
    const entry = this.#entry(id);
    if (entry === undefined) return undefined;
    const [slot, { call, begun }] = entry;
    begun?.timer.cancel();
    this.#running.delete(slot);
    const lane = laneOf(call.name);
    if (lane === 'guest' && begun !== undefined)
      this.#judge(call.args[0], this.#actions.clock.elapsedMs() - begun.atMs);
    this.#fill(lane);
    return call;
  }

  /** Its time counts from now on. */
  begun(id: number): void {
    const running = this.#entry(id)?.[1];
    if (running === undefined) return;
    running.begun = { atMs: this.#actions.clock.elapsedMs(), timer: this.#timerOf(running.call) };
  }

  progress(id: number): void {
    const running = this.#entry(id)?.[1];
    if (running?.begun === undefined) return;
    running.begun.timer.cancel();
    running.begun.timer = this.#timerOf(running.call);
  }

  #timerOf(call: Call): Timer {
    return this.#actions.clock.after(this.#actions.deadlineMs(call.name), () => {
      this.#late(call);
    });
  }

  get isIdle(): boolean {
    return this.#running.size === 0 && this.#waiting.length === 0;
  }

  /** Empties everything and gives what was there. */
  clear(): { readonly running: readonly Call[]; readonly waiting: readonly Call[] } {
    const running = [...this.#running.values()];
    running.forEach(({ begun }) => {
      begun?.timer.cancel();
    });
    this.#running.clear();
    this.#slowGuests.clear();
    return { running: running.map(({ call }) => call), waiting: this.#waiting.splice(0) };
  }

  #judge(guest: unknown, tookMs: number): void {
    if (tookMs < slowMs) this.#slowGuests.delete(guest);
    else this.#slowGuests.add(guest);
  }

  #fill(lane: Lane): void {
    for (const slot of this.#slots[lane]) {
      if (this.#running.has(slot)) continue;
      const next = this.#waiting.findIndex((call) => laneOf(call.name) === lane && this.#mayRun(call, lane, slot));
      const [call] = next === -1 ? [] : this.#waiting.splice(next, 1);
      if (call !== undefined) this.#start(call, slot);
    }
  }

  #mayRun({ args: [guest] }: Call, lane: Lane, slot: number): boolean {
    if (lane !== 'guest') return true;
    if (this.#slowGuests.has(guest) && slot !== this.#slots.guest.at(-1)) return false;
    const running = this.#slots.guest.map((each) => this.#running.get(each)?.call.args[0]);
    return !running.includes(guest);
  }

  #start(call: Call, slot: number): void {
    this.#running.set(slot, { call });
    this.#actions.send(call, slot);
  }

  #late(call: Call): void {
    if (laneOf(call.name) === 'guest') this.#slowGuests.add(call.args[0]);
    this.#actions.overdue(call);
  }

  #entry(id: number): [number, Running] | undefined {
    return [...this.#running.entries()].find(([, { call }]) => call.id === id);
  }
}
