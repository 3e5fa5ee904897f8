/**
 * Nest's own messages as structured log lines.
 */
import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** Nest says one line per route and module at `log`; they are details here. */
export function nestLogger(log: Logger): LoggerService {
  const context = (rest: readonly unknown[]): Record<string, unknown> => ({ context: rest.at(-1) });
  return {
    log: (message: unknown, ...rest: unknown[]) => log.debug(context(rest), String(message)),
    error: (message: unknown, ...rest: unknown[]) => log.error({ ...context(rest), stack: rest[0] }, String(message)),
    warn: (message: unknown, ...rest: unknown[]) => log.warn(context(rest), String(message)),
    debug: (message: unknown, ...rest: unknown[]) => log.debug(context(rest), String(message)),
    verbose: (message: unknown, ...rest: unknown[]) => log.trace(context(rest), String(message)),
  };
}
