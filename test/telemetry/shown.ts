/** Instruments and what they show. */
import { Instruments } from '../../src/telemetry/instruments.js';
import { systemClock } from '../../src/system.js';

export interface Shown {
  readonly to: Instruments;
  /** Samples of a metric: labels in braces, then the value. */
  readonly lines: (name: string) => Promise<readonly string[]>;
}

export function instruments(): Shown {
  const to = new Instruments(systemClock);
  const lines = async (name: string) =>
    Buffer.from(await to.page())
      .toString()
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .map((line) => line.slice(name.length).trimStart());
  return { to, lines };
}
