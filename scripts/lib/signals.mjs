/**
 * Signals that ask a script to end.
 */
import { once } from 'node:events';
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The signal, once it came. The next one of its kind ends the process at once. */
export const interrupted = () =>
  Promise.race(
    signals.map(async (signal) => {
      await once(process, signal);
      return signal;
    }),
  );

/** What a shell says of a program that a signal ended. */
export const exitCodeOf = (signal) => 128 + constants.signals[signal];
