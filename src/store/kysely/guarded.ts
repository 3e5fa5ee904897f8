/**
 * Translates errors of the database to StoreTrouble. Every verb of the store goes through here, and none answers before
 * what it shows is on disk. The latest write error is kept for readiness until a write succeeds.
 */
import type { Store } from '../store.js';
import { isPassing, type StoreTrouble } from '../trouble.js';
import type { StoreDialect } from './dialect.js';

type Verb = (...args: unknown[]) => Promise<unknown>;

/** The latest write error. */
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

/** No row was found, or a reference points to no row. */
const isNothing = (answer: unknown): boolean =>
  answer === undefined || (typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false);
