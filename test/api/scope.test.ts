/** What a request reads is read in the name of its caller. */
import { afterEach, expect, test } from '@jest/globals';
import { forTheTenant, roles, theTenant, type Caller } from '../../src/shared/caller.js';
import { openDoor, token, type Door } from './door.js';

let door: Door;
afterEach(() => door.close());

test('two callers reach the store each by a scope of its own', async () => {
  const asked: Caller[] = [];
  const callers = ['first', 'second'].map((subject) => ({ subject, roles, tenant: theTenant }));
  const credentials = callers.map((caller, at) => ({ token: `${token}-${String(at)}`, caller }));
  const store = { instancePage: () => Promise.resolve([]), scalingOf: () => Promise.resolve(new Map()) };
  door = await openDoor({
    store,
    scoped: (part) => ({
      for: (caller) => {
        asked.push(caller);
        return forTheTenant(part).for(caller);
      },
    }),
    options: { credentials },
  });
  for (const { token: shown } of credentials.toReversed()) {
    const answer = await door.ask('/vnflcm/v2/vnf_instances', { headers: { authorization: `Bearer ${shown}` } });
    expect(answer.status).toBe(200);
  }
  const [first, second] = callers;
  expect(new Set(asked)).toEqual(new Set([second, first]));
  expect(asked[0]).toEqual(second);
  expect(asked.at(-1)).toEqual(first);
});
