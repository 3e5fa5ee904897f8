/**
 * Berth killed between any two writes of an operation, started again, and compared with a Berth that was not. And: every
 * step failed once, rolled back or retried, with nothing left over.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OpOccId } from '../../src/shared/ids.js';
import { newFleet, startBerth, valueOf, worldOf, type RunningBerth, type World } from '../builders/berth.js';
import { everyOperation, type OperationCase } from './every-operation.js';
import { reach, terminate } from './operations.js';
import { Life, mortalEngines, mortalStore, type Death } from './mortal.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'berth-crash-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const newDir = (): string => mkdtempSync(join(root, 'life-'));

/** Runs the case in a Berth that dies as told, then lets another finish; the world and what is left after terminate. */
async function liveDieFinish(
  { before, ask }: OperationCase,
  death: Death,
): Promise<{ writes: number; world: World; left: World }> {
  const dir = newDir();
  const fleet = newFleet();
  const first = await startBerth({ dir, fleet });
  const id = await reach(first, before);
  await first.stop();

  const life = new Life(death);
  const second = await startBerth({
    dir,
    fleet,
    through: { store: (store) => mortalStore(store, life), engines: (engines) => mortalEngines(engines, life) },
  });
  const { id: occId } = valueOf(await ask(second, id));
  await endOrDeath(second, occId, life);
  await second.stop();

  const third = await startBerth({ dir, fleet });
  const occ = await third.settled(occId);
  expect([occ.operationState, occ.error]).toEqual(['COMPLETED', undefined]);
  const world = await worldOf(third);
  const after = (await third.store.instance(id))?.instantiated;
  if (after !== undefined) {
    expect((await third.settled(valueOf(await terminate(third, id)).id)).operationState).toBe('COMPLETED');
  }
  const left = await worldOf(third);
  await third.stop();
  return { writes: life.writes, world, left };
}

async function endOrDeath(berth: RunningBerth, occId: OpOccId, life: Life): Promise<void> {
  const over = berth.settled(occId).then(() => true);
  while (!life.dead && !(await Promise.race([over, soon()]))) await soon();
}

const soon = (): Promise<false> => new Promise((resolve) => setTimeout(resolve, 2, false));

const nothing: Partial<World> = { domains: [], volumes: 0, claims: [], instantiated: undefined };

describe.each(everyOperation)('$name', (one) => {
  it('ends the same wherever Berth is killed, and leaves nothing after terminate', async () => {
    const calm = await liveDieFinish(one, { at: Infinity, when: 'before' });
    expect(calm.left).toMatchObject(nothing);
    expect(calm.writes).toBeGreaterThanOrEqual(4);
    for (let at = 1; at <= calm.writes; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const { world, left } = await liveDieFinish(one, { at, when });
        expect({ at, when, world }).toEqual({ at, when, world: calm.world });
        expect({ at, when, left }).toEqual({ at, when, left: calm.left });
      }
    }
  }, 240_000);
});
