/**
 * Ports with a clock beside them: every verb of a store or an engine is timed where it is called, by its name and by how
 * it ended, and answers as before.
 */
import { EngineError, type Engine, type EngineErrorKind } from '../engine/engine.js';
import type { Engines } from '../engine/engines.js';
import type { SteadyClock } from '../shared/clock.js';
import { LeaseLost } from '../store/operations.js';
import type { Store } from '../store/store.js';
import { StoreTrouble } from '../store/trouble.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

type Clock = Pick<SteadyClock, 'elapsedMs'>;
type Tell = (verb: string, seconds: number, failure: { readonly error: unknown } | undefined) => void;
type Verb = (...args: readonly unknown[]) => unknown;

export const timedStore = (to: Instruments, store: Store, clock: Clock): Store =>
  timed(store, clock, (operation, seconds, failure) => {
    to.time(catalogue.storeCall, { operation, result: storeResult(failure) }, seconds);
  });

/** That a lease is lost is an answer. */
function storeResult(failure: { readonly error: unknown } | undefined): 'done' | 'trouble' | 'failed' {
  if (failure === undefined || failure.error instanceof LeaseLost) return 'done';
  return failure.error instanceof StoreTrouble ? 'trouble' : 'failed';
}

/** The same engine is always the same object. */
export function timedEngines(to: Instruments, engines: Engines, clock: Clock): Engines {
  const known = new WeakMap<Engine, Engine>();
  const tell: Tell = (verb, seconds, failure) => {
    if (!unending.has(verb)) to.time(catalogue.engineCall, { verb, result: engineResult(failure) }, seconds);
  };
  const one = (engine: Engine): Engine => {
    const made = known.get(engine) ?? timed(engine, clock, tell);
    known.set(engine, made);
    return made;
  };
  return {
    of: (hostId) => one(engines.of(hostId)),
    all: () => engines.all().map(one),
    onEvent: (listener) => engines.onEvent(listener),
  };
}

/** Of the connection, no calls. */
const unending: ReadonlySet<string> = new Set<keyof Engine>(['start', 'stop']);

const kinds: Readonly<Record<EngineErrorKind, string>> = {
  NotFound: 'not_found',
  Conflict: 'conflict',
  Busy: 'busy',
  Rejected: 'rejected',
  Unavailable: 'unavailable',
  Timeout: 'timeout',
};

function engineResult(failure: { readonly error: unknown } | undefined): string {
  if (failure === undefined) return 'done';
  return failure.error instanceof EngineError ? kinds[failure.error.kind] : 'fault';
}

/** What is no verb, and what answers at once, is as it is. */
function timed<Port extends object>(port: Port, clock: Clock, tell: Tell): Port {
  const verbs = new Map<string | symbol, Verb>();
  return new Proxy(port, {
    get: (target, name) => {
      const known = verbs.get(name);
      if (known !== undefined) return known;
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function' || typeof name === 'symbol') return member;
      const verb = timedVerb(name, (...args) => Reflect.apply(member, target, args) as unknown, clock, tell);
      verbs.set(name, verb);
      return verb;
    },
  });
}

const timedVerb =
  (name: string, verb: Verb, clock: Clock, tell: Tell): Verb =>
  (...args) => {
    const fromMs = clock.elapsedMs();
    const seconds = (): number => (clock.elapsedMs() - fromMs) / 1000;
    const answer = verb(...args);
    if (!(answer instanceof Promise)) return answer;
    answer.then(
      () => tell(name, seconds(), undefined),
      (error: unknown) => tell(name, seconds(), { error }),
    );
    return answer;
  };
