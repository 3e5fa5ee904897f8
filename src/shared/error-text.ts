/**
 * What a thrown thing says. Asked of any object: errors of another realm (a worker, a test's sandbox) are no instances of
 * this realm's Error.
 */
export function errorText(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
