import type { Engine } from '../../src/engine/engine.js';
import { realClock } from '../builders/berth.js';
import type { Life } from './mortal.js';

/** A guest that does not heed being asked: only force ends it, which Berth uses when the guest's time is up. `asked`: the times it was given. */
export function deafGuests(engine: Engine, life: Life, asked: number[]): Engine {
  return new Proxy(engine, {
    get(object, name, receiver): unknown {
      if (name !== 'ensureStopped') return Reflect.get(object, name, receiver) as unknown;
      return async (uuid: Parameters<Engine['ensureStopped']>[0], timeoutMs: number) => {
        asked.push(timeoutMs);
        await realClock.sleep(Math.min(timeoutMs, 10_000));
        life.check();
        return object.ensureStopped(uuid, 0);
      };
    },
  });
}
