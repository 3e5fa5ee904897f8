/**
 * Time and chance as ports: core code takes them as arguments, so that a plan is a function of its inputs.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** Makes identifiers. The real one gives random UUIDs (RFC 9562 version 4), a test one counts. */
export interface IdSource {
  uuid(): string;
}
