/**
 * Errno of a failed system call, undefined for anything else. Asked of any object: errors of another realm (a worker, a test's
 * sandbox) are no instances of this realm's Error.
 */
export function errnoOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

/** Whether the call failed with one of `errnos`. */
export const failedWith = (error: unknown, ...errnos: readonly string[]): boolean =>
  errnos.includes(String(errnoOf(error)));
