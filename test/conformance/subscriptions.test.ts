/** Subscriptions to packages against SOL005's definition; notifications, of which that file does not speak, against the tables. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf, type Client } from '../api/door.js';
import { onboardRouter, packages } from '../flow/router.js';
import { startServer, until, type Server } from '../flow/server.js';
import { startSubscriber, type Subscriber } from '../flow/subscriber.js';
import { judged } from './judged.js';
import { judgeOf, whenHere } from './openapi.js';

const subscriptions = '/vnfpkgm/v2/subscriptions';

let subscriber: Subscriber;
let server: Server;
beforeAll(async () => {
  subscriber = await startSubscriber(({ url }) => ({ status: url === '/bad' ? 500 : 204 }));
  server = await startServer({ callbacks: [subscriber.origin] });
});
afterAll(async () => {
  await server.stop();
  await subscriber.close();
});

whenHere('bodies and status codes of subscriptions', () => {
  test('are those of SOL005', async () => {
    const [seen, complaints] = [new Set<string>(), [] as string[]];
    const judge = judgeOf('sol005_vnfpkgm_openapi.json', '/vnfpkgm/v2');
    const client = judged(server, [judge], seen, complaints);
    await everyExchange(client);
    expect(complaints).toEqual([]);
    expect([...seen].toSorted()).toEqual([
      'DELETE /vnfpkgm/v2/subscriptions/* 204',
      'DELETE /vnfpkgm/v2/subscriptions/* 404',
      'GET /vnfpkgm/v2/subscriptions 200',
      'GET /vnfpkgm/v2/subscriptions 400',
      'GET /vnfpkgm/v2/subscriptions/* 200',
      'GET /vnfpkgm/v2/subscriptions/none 404',
      'POST /vnfpkgm/v2/subscriptions 201',
      'POST /vnfpkgm/v2/subscriptions 303',
      'POST /vnfpkgm/v2/subscriptions 400',
      'POST /vnfpkgm/v2/subscriptions 422',
    ]);
  });
});

whenHere('bodies and status codes of subscriptions to lifecycle changes', () => {
  test('are those of SOL003', async () => {
    const [seen, complaints] = [new Set<string>(), [] as string[]];
    const client = judged(server, [judgeOf('sol003_lifecycle_openapi.json', '/vnflcm/v2')], seen, complaints);
    const path = '/vnflcm/v2/subscriptions';
    const instancesWanted = { vnfdIds: ['a'], vnfInstanceNames: ['b'] };
    const filter = { vnfInstanceSubscriptionFilter: instancesWanted, operationStates: ['COMPLETED'] };
    const body = { callbackUri: `${subscriber.origin}/lcm`, filter, verbosity: 'SHORT' };
    const { id } = await bodyOf(await client.send('POST', path, body));
    const headers = { 'content-type': 'application/json' };
    await client.ask(path, { method: 'POST', redirect: 'manual', headers, body: JSON.stringify(body) });
    await client.send('POST', path, { callbackUri: `${subscriber.origin}/bad` });
    const both = { vnfInstanceIds: ['a'], vnfInstanceNames: ['b'] };
    await client.send('POST', path, { ...body, filter: { vnfInstanceSubscriptionFilter: both } });
    await client.ask(path);
    await client.ask(`${path}?filter=nonsense`);
    await client.ask(`${path}/${String(id)}`);
    await client.ask(`${path}/none`);
    await client.ask(`${path}/${String(id)}`, { method: 'DELETE' });
    await client.ask(`${path}/${String(id)}`, { method: 'DELETE' });
    expect(complaints).toEqual([]);
    expect(seen.size).toBe(10);
  });
});

async function everyExchange(client: Client): Promise<void> {
  const authentication = { authType: ['BASIC'], paramsBasic: { userName: 'u', password: 'p' } };
  const versions = [{ vnfSoftwareVersion: '1.0', vnfdVersions: ['1.0'] }];
  const vnfProductsFromProviders = [{ vnfProvider: 'Acme', vnfProducts: [{ vnfProductName: 'Router', versions }] }];
  const filter = { vnfProductsFromProviders, operationalState: 'ENABLED', usageState: 'NOT_IN_USE', vnfmInfo: ['x'] };
  const body = { callbackUri: `${subscriber.origin}/n`, filter, authentication };
  const { id } = await bodyOf(await client.send('POST', subscriptions, body));
  const headers = { 'content-type': 'application/json' };
  await client.ask(subscriptions, { method: 'POST', redirect: 'manual', headers, body: JSON.stringify(body) });
  await client.send('POST', subscriptions, { callbackUri: `${subscriber.origin}/bad` });
  await client.send('POST', subscriptions, { ...body, filter: { vnfdId: ['a'], vnfPkgId: ['b'] } });
  await client.ask(subscriptions);
  await client.ask(`${subscriptions}?filter=nonsense`);
  await client.ask(`${subscriptions}/${String(id)}`);
  await client.ask(`${subscriptions}/none`);
  await client.ask(`${subscriptions}/${String(id)}`, { method: 'DELETE' });
  await client.ask(`${subscriptions}/${String(id)}`, { method: 'DELETE' });
}

const link = { type: 'object', required: ['href'], properties: { href: { type: 'string', format: 'uri' } } };

/** SOL003 tables 10.5.2.5-1 and 10.5.2.6-1, closed: a member that is not there is one too many. */
const notification = (notificationType: string, more: object, moreRequired: readonly string[]) => ({
  type: 'object',
  additionalProperties: false,
  required: ['id', 'notificationType', 'subscriptionId', 'timeStamp', 'vnfPkgId', 'vnfdId', '_links', ...moreRequired],
  properties: {
    id: { type: 'string', minLength: 1 },
    notificationType: { const: notificationType },
    subscriptionId: { type: 'string', minLength: 1 },
    timeStamp: { type: 'string', format: 'date-time' },
    vnfPkgId: { type: 'string', minLength: 1 },
    vnfdId: { type: 'string', minLength: 1 },
    vnfmInfo: { type: 'array', items: { type: 'string' } },
    _links: {
      type: 'object',
      additionalProperties: false,
      required: ['vnfPackage', 'subscription'],
      properties: { vnfPackage: link, vnfPackageByVnfdId: link, subscription: link },
    },
    ...more,
  },
});

const kinds = {
  oneOf: [
    notification('VnfPackageOnboardingNotification', {}, []),
    notification(
      'VnfPackageChangeNotification',
      { changeType: { enum: ['OP_STATE_CHANGE', 'PKG_DELETE'] }, operationalState: { enum: ['ENABLED', 'DISABLED'] } },
      ['changeType'],
    ),
  ],
};

test('notifications have the attributes of SOL003, and their links lead where they say', async () => {
  const ajv = new Ajv({ allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(kinds);
  await server.send('POST', subscriptions, { callbackUri: `${subscriber.origin}/kinds` });
  const { id } = await onboardRouter(server);
  const told = (count: number) =>
    until(
      async () => subscriber.notifications(),
      (all) => all.length >= count,
      'the notifications do not come',
    );
  const [first] = await told(1);
  for (const { href } of Object.values(first?.['_links'] as Record<string, { readonly href: string }>))
    expect([href, (await server.ask(href)).status]).toEqual([href, 200]);
  await server.send('PATCH', `${packages}/${String(id)}`, { operationalState: 'DISABLED' });
  await server.ask(`${packages}/${String(id)}`, { method: 'DELETE' });
  for (const each of await told(3)) {
    validate(each);
    expect(validate.errors ?? []).toEqual([]);
  }
  expect(validate({ ...first, more: 1 })).toBe(false);
});
