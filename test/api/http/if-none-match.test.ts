/**
 * What a client has already is not sent again (RFC 9110 clause 13.1.2): by what it would see, of which much is not stored.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { instance } from '../../builders/instance.js';
import { instantiated } from '../../builders/vnfc.js';
import { sampleOperation } from '../../contract/store-samples.js';
import { openDoor, type Door } from '../door.js';

let door: Door;
let isSeen = false;
const operation = sampleOperation('o1', 'i1');
beforeEach(async () => {
  isSeen = false;
  door = await openDoor({
    store: {
      instance: async () => instance({ instantiated: instantiated() }),
      scalingOf: async () => new Map(),
      opOcc: async () => operation,
      journal: async () => [],
    },
    fleet: { isSeen: () => isSeen },
    lcm: { delete: async () => ({ ok: true, value: undefined }) },
  });
});
afterEach(() => door.close());

const vnf = '/vnflcm/v2/vnf_instances/i1';

test.each([vnf, '/vnflcm/v2/vnf_lcm_op_occs/o1'])('%s is 304 as long as it is the same', async (path) => {
  const first = await door.ask(path);
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, etag]).toEqual([200, expect.stringMatching(/^"\d+-[0-9a-f]{16}"$/)]);
  for (const method of ['GET', 'HEAD']) {
    const again = await door.ask(path, { method, headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect(again.headers.get('content-type')).toBeNull();
    expect((await door.ask(path, { method, headers: { 'if-none-match': '"0"' } })).status).toBe(200);
  }
});

test('what is seen on the hosts makes another representation of the same revision', async () => {
  const etag = (await door.ask(vnf)).headers.get('etag') ?? '';
  isSeen = true;
  const changed = await door.ask(vnf, { headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
  expect(changed.headers.get('etag')).not.toBe(etag);
  expect(changed.headers.get('etag')?.split('-')[0]).toBe(etag.split('-')[0]);
  // Nothing was written: the client may still change what it knows.
  expect((await door.ask(vnf, { method: 'DELETE', headers: { 'if-match': etag } })).status).toBe(204);
});

test('a refusal is sent in full whatever the client has', async () => {
  const response = await door.ask(`${vnf}?`, { headers: { 'if-none-match': '*', version: '9.9.9' } });
  expect(response.status).toBe(406);
});
