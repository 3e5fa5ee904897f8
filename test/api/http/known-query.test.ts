import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from '../door.js';

let door: Door;
beforeAll(async () => {
  door = await openDoor({
    store: { instancePage: async () => Promise.resolve([]), packagePage: async () => Promise.resolve([]) },
  });
});
afterAll(async () => {
  await door.close();
});

const selectors = 'all_fields, exclude_default, exclude_fields, fields, filter, nextpage_opaque_marker';

test.each([
  ['GET', '/vnflcm/v2/vnf_instances?foo=bar', `The query has foo, which is not known; known are ${selectors}.`],
  ['GET', '/vnflcm/v2/vnf_instances?filters=(eq,id,1)', 'filters, which is not known (perhaps `filter`)'],
  ['GET', '/vnflcm/v2/vnf_instances/x?fields=id', 'The query has fields, which is not known; it takes none.'],
  ['GET', '/vnflcm/v2/vnf_lcm_op_occs?Filter=(eq,id,1)', 'Filter, which is not known (perhaps `filter`)'],
  ['DELETE', '/vnflcm/v2/vnf_instances/x?force', 'The query has force, which is not known; it takes none.'],
  ['GET', '/vnfpkgm/v2/vnf_packages/x/artifacts?select=a', 'known are exclude_all_mano_artifacts, '],
  ['GET', '/vnfpkgm/v2/vnf_packages/x?all_fields', 'known are include_signatures.'],
  ['POST', '/vnfpkgm/v1/vnf_packages?dry_run', 'The query has dry_run, which is not known; it takes none.'],
  ['GET', '/nfvi/v1/hosts?zone=a', 'The query has zone, which is not known'],
  ['GET', '/vnflcm/api_versions?a=1', 'The query has a, which is not known; it takes none.'],
  ['GET', `/vnflcm/v2/vnf_instances/x?${'a'.repeat(2000)}`, 'which is not known; it takes none.'],
])('%s %s is refused with what is known', async (method, path, words) => {
  const answer = await bodyOf(method === 'POST' ? await door.send(method, path, {}) : await door.ask(path, { method }));
  expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining(words) });
  expect(String(answer['detail']).length).toBeLessThan(600);
});

test.each([
  '/vnflcm/v2/vnf_instances?all_fields',
  '/vnflcm/v2/vnf_instances?exclude-fields=metadata',
  '/vnflcm/v2/vnf_instances?fields=metadata&exclude_default&filter=(eq,id,1)',
  '/vnflcm/v2/vnf_instances?',
])('GET %s is answered', async (path) => {
  expect((await door.ask(path)).status).toBe(200);
});
