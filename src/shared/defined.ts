/**
 * Members that may be absent: with `exactOptionalPropertyTypes` one without a value is left out, not undefined.
 */
type WithoutUndefined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only the members that have a value. */
export const defined = <T extends object>(members: T): WithoutUndefined<T> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>;
