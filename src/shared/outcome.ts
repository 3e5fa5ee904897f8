/**
 * An expected refusal is a value, not an exception (HABITS: Errors). A fault is thrown.
 */
import type { Problem } from './problem.js';

export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

export const ok = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refuse = (problem: Problem): Outcome<never> => ({ ok: false, problem });
