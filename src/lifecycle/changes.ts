/**
 * The changes of a plan, read and made.
 */
import type { Change } from './model.js';

/** As SOL003 calls it (ResourceChangeType). */
export type ChangeType = 'ADDED' | 'REMOVED' | 'MODIFIED';

export function changeType(change: Change<unknown>): ChangeType {
  if (change.before === undefined) return 'ADDED';
  return change.after === undefined ? 'REMOVED' : 'MODIFIED';
}

/** The ends of a change, of which it has at least one. */
interface Ends<T> {
  readonly before?: T;
  readonly after?: T;
}

/** What the change is about, as it will be, or as it was when it goes. */
export function subjectOf<T>({ before, after }: Ends<T>): T {
  const subject = after ?? before;
  if (subject === undefined) throw new Error('a change of a plan has neither a before nor an after');
  return subject;
}

/** As it was and as it will be, where there is such. */
export const endsOf = <T>({ before, after }: Ends<T>): readonly T[] => [
  ...(before === undefined ? [] : [before]),
  ...(after === undefined ? [] : [after]),
];

export const adding = <T>(things: readonly T[]): readonly Change<T>[] => things.map((after) => ({ after }));

export const removing = <T>(things: readonly T[]): readonly Change<T>[] => things.map((before) => ({ before }));

export const addedBy = <T>(changes: readonly Ends<T>[]): readonly T[] =>
  changes.flatMap(({ before, after }) => (before === undefined && after !== undefined ? [after] : []));
