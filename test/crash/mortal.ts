/**
 * A Berth that can be killed: its store and engines work until the chosen moment and then, like a dead process, do
 * nothing any more. The moment is before or after the n-th write that matters.
 */
import type { PackageFiles } from '../../src/artifacts/artifacts.js';
import type { Engine } from '../../src/engine/engine.js';
import type { Engines } from '../../src/engine/engines.js';
import type { Store } from '../../src/store/store.js';

export class Killed extends Error {
  constructor() {
    super('this Berth is dead');
    this.name = 'Killed';
  }
}

/** Writes of an operation between which a kill is tried. */
const operationPoints: ReadonlySet<string> = new Set(['commitPlan', 'appendJournal', 'endOperation']);

export interface Death {
  /** Number of the write, from 1; Infinity: never. */
  readonly at: number;
  readonly when: 'before' | 'after';
}

export class Life {
  dead = false;
  /** Writes seen so far: after a life without death, the number of points there are. */
  writes = 0;

  constructor(readonly death: Death) {}

  check(): void {
    if (this.dead) throw new Killed();
  }

  die(): never {
    this.dead = true;
    throw new Killed();
  }
}

type Verb = (...args: unknown[]) => unknown;

/** Every method of `target`, refused once dead; `around` may add more. */
function mortal<T extends object>(target: T, life: Life, around: (name: string, call: () => unknown) => unknown): T {
  return new Proxy(target, {
    get(object, name, receiver): unknown {
      const member: unknown = Reflect.get(object, name, receiver);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      return (...args: unknown[]) => around(name, () => (member as Verb).apply(object, args));
    },
  });
}

export const mortalStore = (store: Store, life: Life, points = operationPoints): Store =>
  mortal(store, life, atPoints(life, points));

/** The files outlive their Berth; it only does no more with them. */
export const mortalFiles = (files: PackageFiles, life: Life, points: ReadonlySet<string>): PackageFiles =>
  mortal(files, life, atPoints(life, points));

const atPoints =
  (life: Life, points: ReadonlySet<string>) =>
  async (name: string, call: () => unknown): Promise<unknown> => {
    life.check();
    if (!points.has(name)) return call();
    life.writes += 1;
    const now = life.writes === life.death.at;
    if (now && life.death.when === 'before') life.die();
    const result = await call();
    if (now) life.die();
    life.check();
    return result;
  };

/** The engines' hosts live on; only this Berth's hold on them ends. */
export function mortalEngines(engines: Engines, life: Life): Engines {
  const free = new Set(['isConnected', 'onEvent', 'start', 'stop']);
  const wrap = (engine: Engine): Engine =>
    mortal(engine, life, (name, call) => {
      if (name === 'stop') return Promise.resolve();
      if (free.has(name)) return call();
      life.check();
      return call();
    });
  return {
    of: (id) => wrap(engines.of(id)),
    all: () => engines.all().map(wrap),
    onEvent: (listener) => engines.onEvent(listener),
  };
}
