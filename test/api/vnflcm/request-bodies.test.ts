import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from '../door.js';

let door: Door;
beforeEach(async () => {
  door = await openDoor({});
});
afterEach(async () => {
  await door.close();
});

test.each([
  ['operate', { changeStateTo: 'STOPPED', stopType: 'GRACEFUL', gracefulStopTimeout: 1e300 }, '/gracefulStopTimeout'],
  ['terminate', { terminationType: 'GRACEFUL', gracefulTerminationTimeout: 86_401 }, '/gracefulTerminationTimeout'],
])('%s does not wait longer than a day for a guest to stop', async (task, body, pointer) => {
  const response = await door.send('POST', `/vnflcm/v2/vnf_instances/x/${task}`, body);
  expect(await bodyOf(response)).toMatchObject({ status: 400, errors: [{ pointer }] });
});

const link = (more: object, config: object = { cpProtocolData: [{ layerProtocol: 'IP_OVER_ETHERNET' }] }) => ({
  flavourId: 'simple',
  extVirtualLinks: [{ id: 'a', resourceId: 'net', extCps: [{ cpdId: 'a', cpConfig: { one: config } }], ...more }],
});
const address = (ip: object) =>
  link({}, { cpProtocolData: [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses: [ip] } }] });
const config = '/extVirtualLinks/0/extCps/0/cpConfig/one';

test.each([
  ['POST', '/x/instantiate', link({ extLinkPorts: [{}] }), '/extVirtualLinks/0/extLinkPorts', 'leave it out'],
  ['POST', '/x/instantiate', link({}, { linkPortId: 'p' }), `${config}/linkPortId`, 'give cpProtocolData'],
  ['POST', '/x/instantiate', link({}, { parentCpConfigId: 'p' }), `${config}/parentCpConfigId`, 'leave it out'],
  [
    'POST',
    '/x/instantiate',
    address({ type: 'IPV4', numDynamicAddresses: 1_000_000, subnetId: '10.0.0.0/8' }),
    `${config}/cpProtocolData/0/ipOverEthernet/ipAddresses/0/numDynamicAddresses`,
    'must be <= 16',
  ],
  ['POST', '/x/instantiate', { flavourId: 'a', extManagedVirtualLinks: [{}] }, '/extManagedVirtualLinks', 'leave it'],
  ['POST', '/x/scale', { type: 'SCALE_IN', aspectId: 'a', additionalParams: { a: 1 } }, '/additionalParams', 'scale'],
  [
    'POST',
    '/x/terminate',
    { terminationType: 'FORCEFUL', additionalParams: { a: 1 } },
    '/additionalParams',
    'leave it',
  ],
  [
    'POST',
    '/x/operate',
    { changeStateTo: 'STARTED', additionalParams: { recreateLostDisk: true } },
    '/additionalParams/recreateLostDisk',
    '(perhaps `recreateLostDisks`)',
  ],
  ['PATCH', '/x', { vnfdId: 'other' }, '/vnfdId', 'create an instance of the other VNFD'],
  ['PATCH', '/x', { id: 'other' }, '/id', 'is not known here; known are vnfInstanceName, '],
  ['PATCH', '/x', { vnfInstanceNam: 'a' }, '/vnfInstanceNam', '(perhaps `vnfInstanceName`)'],
  ['POST', '', { vnfdId: 'a', extensions: {} }, '/extensions', 'is not known here'],
])('%s %s of %j is refused by name, with what to do', async (method, path, body, pointer, words) => {
  const response = await door.send(method, `/vnflcm/v2/vnf_instances${path}`, body);
  expect(await bodyOf(response)).toMatchObject({
    status: 400,
    type: 'urn:berth:problem:malformed-request',
    detail: expect.stringContaining(pointer),
    errors: expect.arrayContaining([{ pointer, message: expect.stringContaining(words) }]),
  });
});
