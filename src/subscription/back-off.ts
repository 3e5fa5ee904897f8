/**
 * When a callback that failed is tried again: the pause doubles with every failure up to a limit, and chance spreads the
 * attempts of many subscribers that went away together.
 */
export interface BackOff {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** `failures` from 1 on; `chance` from 0 to 1. Between half of the pause and the whole. */
export function pauseMs(failures: number, chance: number, { firstPauseMs, longestPauseMs }: BackOff): number {
  const whole = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
  return Math.round(whole * (0.5 + chance / 2));
}
