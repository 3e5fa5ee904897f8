import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from '../door.js';

let door: Door;
beforeAll(async () => {
  const none = () => Promise.resolve(undefined);
  door = await openDoor({ store: { opOcc: none, decision: none } });
});
afterAll(() => door.close());

test.each(['/vnflcm/v2/vnf_lcm_op_occs/x', '/nfvi/v1/placements/x'])(
  'an operation that is asked for at %s and gone is a 404 that says why it may be',
  async (path) => {
    const answer = await door.ask(path);
    expect(answer.status).toBe(404);
    expect((await bodyOf(answer))['detail']).toContain(
      'Operations are removed some time after their end (keepOperations, keepOperationDays).',
    );
  },
);
