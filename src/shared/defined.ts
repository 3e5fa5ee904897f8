/**
 * Members that may be absent: with `exactOptionalPropertyTypes` one without a value is left out, not undefined.
 */
type WithoutUndefined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only the members that have a value. */
export function defined<T extends object>(members: T): WithoutUndefined<T> {
  const kept: { [K in keyof T]?: T[K] } = {};
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept as WithoutUndefined<T>;
}
