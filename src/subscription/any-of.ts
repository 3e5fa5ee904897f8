/**
 * How one attribute of a notification filter matches: any of its values does; an attribute without values asks nothing.
 */

/** SOL003's tables say 0..N, its OpenAPI files have one value: clients send either. */
export type OneOrMore<T> = T | readonly T[];

export function anyOf<T extends string>(wanted: OneOrMore<T> | undefined, found: OneOrMore<T>): boolean {
  const list = wanted === undefined ? [] : [wanted].flat();
  return list.length === 0 || [found].flat().some((each) => list.includes(each));
}
