/**
 * Which call runs on which worker of the child. Calls wait in order for a free worker; the stats worker is apart,
 * since a hung QEMU holds a stats call for as long as it hangs. Knows nothing of processes: sending and timing out
 * are given to it.
 */
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
  timer: NodeJS.Timeout;
}

export interface SlotActions {
  readonly send: (call: Call, slot: number) => void;
  readonly deadlineMs: (name: CallName) => number;
  /** The call on this slot has not ended in time. */
  readonly overdue: (call: Call, slot: number) => void;
}

export class CallSlots {
  readonly #workers: number;
  readonly #actions: SlotActions;
  readonly #waiting: Call[] = [];
  readonly #running = new Map<number, Running>();

  constructor(workers: number, actions: SlotActions) {
    this.#workers = workers;
    this.#actions = actions;
  }

  /** The slot of the stats worker. */
  get statsSlot(): number {
    return this.#workers;
  }

  /** The stats call that runs, if any: there is never a second. */
  isRunning(slot: number): boolean {
    return this.#running.has(slot);
  }

  add(call: Call): void {
    if (call.name === 'readStats') {
      this.#start(call, this.statsSlot);
      return;
    }
    this.#waiting.push(call);
    this.#fill();
  }

  /** The call of this id, whose slot is free now. Undefined when it is not running (any more). */
  end(id: number): Call | undefined {
    const entry = this.#entry(id);
    if (entry === undefined) return undefined;
    const [slot, running] = entry;
    clearTimeout(running.timer);
    this.#running.delete(slot);
    this.#fill();
    return running.call;
  }

  progress(id: number): void {
    this.#entry(id)?.[1].timer.refresh();
  }

  /** Empties everything and gives what was there. */
  clear(): { readonly running: readonly Call[]; readonly waiting: readonly Call[] } {
    const running = [...this.#running.values()];
    running.forEach(({ timer }) => {
      clearTimeout(timer);
    });
    this.#running.clear();
    return { running: running.map(({ call }) => call), waiting: this.#waiting.splice(0) };
  }

  #fill(): void {
    for (let slot = 0; slot < this.#workers && this.#waiting.length > 0; slot++) {
      if (this.#running.has(slot)) continue;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#start(next, slot);
    }
  }

  #start(call: Call, slot: number): void {
    const timer = setTimeout(() => {
      this.#actions.overdue(call, slot);
    }, this.#actions.deadlineMs(call.name));
    this.#running.set(slot, { call, timer });
    this.#actions.send(call, slot);
  }

  #entry(id: number): [number, Running] | undefined {
    return [...this.#running.entries()].find(([, { call }]) => call.id === id);
  }
}
