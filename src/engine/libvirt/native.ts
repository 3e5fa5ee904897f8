/**
 * Around a native call: results checked, the thread's last error kept, handles freed. Works because every call is
 * synchronous: libvirt keeps its last error per thread, so it must be read before anything else is called.
 */
import type { EngineErrorKind } from '../engine.js';
import {
  type ArrayPtr,
  free,
  GetLastErrorCode,
  GetLastErrorDomain,
  GetLastErrorMessage,
  type Int64,
  type Out,
  pointersAt,
} from './bindings.js';

/** What libvirt said. */
export class NativeFailure extends Error {
  readonly code: number;
  readonly domain: number;

  constructor(code: number, domain: number, text: string) {
    super(text);
    this.name = 'NativeFailure';
    this.code = code;
    this.domain = domain;
  }
}

/** What we say, having looked. */
export class CallRefusal extends Error {
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, text: string) {
    super(text);
    this.name = 'CallRefusal';
    this.kind = kind;
  }
}

export const lastFailure = (): NativeFailure =>
  new NativeFailure(GetLastErrorCode(), GetLastErrorDomain(), GetLastErrorMessage());

export function check(result: number): number {
  if (result < 0) throw lastFailure();
  return result;
}

export function present<T>(value: T | null): T {
  if (value === null) throw lastFailure();
  return value;
}

/** Undefined when libvirt's answer is one of these codes. */
export function unless<T>(codes: readonly number[], call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (error instanceof NativeFailure && codes.includes(error.code)) return undefined;
    throw error;
  }
}

export function using<H, T>(handle: H, release: (handle: H) => unknown, use: (handle: H) => T): T {
  try {
    return use(handle);
  } finally {
    release(handle);
  }
}

/** Calls a `ListAll` function and maps its objects, freeing each and the array. */
export function mapListed<Item extends bigint, T>(
  listAll: (list: Out<ArrayPtr | null>) => number,
  release: (item: Item) => unknown,
  map: (item: Item) => T,
): T[] {
  const list: Out<ArrayPtr | null> = [null];
  const count = check(listAll(list));
  const [array] = list;
  if (array === null) return [];
  const items = using(array, free, () => pointersAt<Item>(array, count));
  const left = [...items];
  try {
    return items.map((item) => {
      left.shift();
      return using(item, release, map);
    });
  } finally {
    left.forEach((item) => release(item));
  }
}

export const toNumber = (value: Int64): number => Number(value);
