/**
 * Whether two values of JSON say the same. What is one object is not looked into, which makes it quick for values that
 * share most of their parts; a member that is undefined is as good as none.
 */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && isSameList(a, b);
  const [one, other] = [a as Members, b as Members];
  for (const key in one) if (!isSameJson(one[key], memberOf(other, key))) return false;
  for (const key in other) if (other[key] !== undefined && memberOf(one, key) === undefined) return false;
  return true;
}

type Members = Readonly<Record<string, unknown>>;

/** Every object has members that it inherits, `toString` for one, which are not of its JSON. */
const memberOf = (all: Members, key: string): unknown => (Object.hasOwn(all, key) ? all[key] : undefined);

const isSameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((value, at) => isSameJson(value, b[at]));
