/** Work in turn, and work whose callers share a run. */
import { expect, test } from '@jest/globals';
import { InTurn } from '../../src/shared/in-turn.js';
import { SharedRun } from '../../src/shared/shared-run.js';

test('pieces are done one after the other, and one that fails holds up none after it', async () => {
  const turns = new InTurn();
  const told: string[] = [];
  const piece = (name: string, end: Promise<void>) => async () => {
    told.push(`${name} begins`);
    await end;
    told.push(`${name} ends`);
    return name;
  };
  const { promise, reject } = Promise.withResolvers<void>();
  const first = turns.do(piece('first', promise));
  const second = turns.do(piece('second', Promise.resolve()));
  const failed = expect(first).rejects.toThrow('no');
  reject(new Error('no'));
  await failed;
  expect(await second).toBe('second');
  expect(told).toEqual(['first begins', 'second begins', 'second ends']);
});

test('who asks while a run is under way shares it, for the same key, and the next begins a new one', async () => {
  const ends: PromiseWithResolvers<string>[] = [];
  const runs = new SharedRun((_key: string) => {
    const end = Promise.withResolvers<string>();
    ends.push(end);
    return end.promise;
  });
  const both = [runs.get('a'), runs.get('a')];
  const other = runs.get('b');
  ends[0]?.resolve('a1');
  ends[1]?.reject(new Error('away'));
  expect(await Promise.all(both)).toEqual(['a1', 'a1']);
  await expect(other).rejects.toThrow('away');
  void runs.get('a');
  void runs.get('b');
  expect(ends).toHaveLength(4);
});
