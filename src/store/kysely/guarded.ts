/**
 * The one place where errors of a database become trouble that people can read: every verb of the store goes through
 * here, and no answer shows what is not on disk. The latest trouble in writing is remembered until a write succeeds, so that readiness can tell it.
 */
import type { Store } from '../store.js';
import { isPassing, type StoreTrouble } from '../trouble.js';
import type { StoreDialect } from './dialect.js';

type Verb = (...args: unknown[]) => Promise<unknown>;

/** What kept the store from writing last. */
export class WriteTrouble {
  #last: StoreTrouble | undefined;

  get last(): StoreTrouble | undefined {
    return this.#last;
  }

  note(trouble: StoreTrouble | undefined): void {
    this.#last = trouble;
  }
}

export function guarded(verbs: Store, dialect: StoreDialect, writing: WriteTrouble): Store {
  const wrap =
    (verb: Verb): Verb =>
    async (...args) => {
      try {
        const answer = await verb(...args);
        await dialect.settled();
        await dialect.unreadable.look(dialect.db);
        const missed = isNothing(answer) ? dialect.unreadable.troubleOf(args) : undefined;
        if (missed === undefined) return answer;
        throw missed;
      } catch (error) {
        const trouble = await dialect.troubleOf(error);
        if (trouble === undefined) throw error;
        if (isPassing(trouble)) writing.note(trouble);
        throw trouble;
      }
    };
  const wrapped = Object.entries(verbs).map(([name, verb]) => [name, wrap(verb as Verb)]);
  return Object.fromEntries(wrapped) as Store;
}

/** Nothing was found, or what was wanted refers to nothing. */
const isNothing = (answer: unknown): boolean =>
  answer === undefined || (typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false);
