/** Subscriptions to packages, over HTTP, with subscribers that answer well, badly and not at all. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { onboardRouter, packages } from './router.js';
import { startServer, until, type Server } from './server.js';
import { startSubscriber, type Subscriber } from './subscriber.js';

const subscriptions = '/vnfpkgm/v2/subscriptions';
const secret = 'a-secret-of-the-subscriber';

let server: Server;
let calm: Subscriber;
let shaky: Subscriber;
let guarded: Subscriber;
let authority: Subscriber;
/** Statuses that the shaky subscriber answers to POST, before it answers 204. */
let trouble: number[] = [];
let tokens = 0;

beforeAll(async () => {
  calm = await startSubscriber();
  shaky = await startSubscriber(({ method }) => ({ status: (method === 'POST' ? trouble.shift() : undefined) ?? 204 }));
  authority = await startSubscriber(({ headers }) => {
    tokens += 1;
    const known = headers.authorization === `Basic ${Buffer.from(`client:${secret}`).toString('base64')}`;
    return known
      ? { status: 200, body: { access_token: `t${tokens}`, token_type: 'Bearer', expires_in: 3600 } }
      : { status: 401 };
  });
  const basic = `Basic ${Buffer.from(`berth:${secret}`).toString('base64')}`;
  guarded = await startSubscriber(({ headers }) => {
    const known = [basic, `Bearer t${tokens}`].includes(headers.authorization ?? '');
    return { status: known ? 204 : 401 };
  });
  const callbacks = [calm, shaky, guarded, authority].map(({ origin }) => origin);
  server = await startServer({ callbacks, pageSize: 2 });
});
afterAll(async () => {
  await server.stop();
  await Promise.all([calm, shaky, guarded, authority].map((each) => each.close()));
});

const subscribe = (callbackUri: string, more: object = {}) =>
  server.send('POST', subscriptions, { callbackUri, ...more });

async function subscribed(callbackUri: string, more: object = {}): Promise<string> {
  const response = await subscribe(callbackUri, more);
  expect(response.status).toBe(201);
  return String((await bodyOf(response))['id']);
}

const remove = (id: string) => server.ask(`${subscriptions}/${id}`, { method: 'DELETE' });
const list = async () => listOf(await server.ask(subscriptions));

/** Onboards, disables and deletes the router: three events. */
async function wholeLife(on: Server = server): Promise<{ readonly id: string; readonly vnfdId: string }> {
  const info = await onboardRouter(on);
  const [id, vnfdId] = [String(info['id']), String(info['vnfdId'])];
  expect((await on.send('PATCH', `${packages}/${id}`, { operationalState: 'DISABLED' })).status).toBe(200);
  expect((await on.ask(`${packages}/${id}`, { method: 'DELETE' })).status).toBe(204);
  return { id, vnfdId };
}

const told = (subscriber: Subscriber, of: string, count: number) =>
  until(
    async () => subscriber.notifications().filter((each) => each['subscriptionId'] === of),
    (all) => all.length >= count,
    'the notifications do not come',
  );

const whats = (all: readonly Readonly<Record<string, unknown>>[]) =>
  all.map((each) => each['changeType'] ?? each['notificationType']);

/** A page of two at a time. */
afterEach(async () => {
  for (let all = await list(); all.length > 0; all = await list())
    for (const each of all) await remove(String(each['id']));
});

describe('a subscriber', () => {
  test('is notified of a package from its onboarding to its deletion, in order, once each', async () => {
    const one = await subscribed(`${calm.origin}/one`);
    const other = await subscribed(`${calm.origin}/other`, {
      filter: { notificationTypes: ['VnfPackageChangeNotification'] },
    });
    const { id, vnfdId } = await wholeLife();
    const all = await told(calm, one, 3);
    expect(whats(all)).toEqual(['VnfPackageOnboardingNotification', 'OP_STATE_CHANGE', 'PKG_DELETE']);
    expect(all[1]).toEqual({
      id: expect.any(String),
      notificationType: 'VnfPackageChangeNotification',
      subscriptionId: one,
      timeStamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      vnfPkgId: id,
      vnfdId,
      vnfmInfo: expect.any(Array),
      changeType: 'OP_STATE_CHANGE',
      operationalState: 'DISABLED',
      _links: {
        vnfPackage: { href: `${server.origin}${packages}/${id}` },
        vnfPackageByVnfdId: { href: `${server.origin}/vnfpkgm/v2/onboarded_vnf_packages/${vnfdId}` },
        subscription: { href: `${server.origin}${subscriptions}/${one}` },
      },
    });
    const changes = await told(calm, other, 2);
    expect(changes.map((each) => each['id'])).toEqual(all.slice(1).map((each) => each['id']));
    const posts = calm.received.filter(({ method, url }) => method === 'POST' && url === '/one');
    expect(posts.map(({ headers }) => [headers['content-type'], headers['version'], headers.authorization])).toEqual(
      Array.from({ length: 3 }, () => ['application/json', '2.1.0', undefined]),
    );
  });

  test('that answers 500 twice gets the same notification a third time, and the rest after it', async () => {
    const id = await subscribed(`${shaky.origin}/n`);
    trouble = [500, 503];
    await wholeLife();
    expect(whats(await told(shaky, id, 3))).toEqual([
      'VnfPackageOnboardingNotification',
      'OP_STATE_CHANGE',
      'PKG_DELETE',
    ]);
    const posts = shaky.received.filter(({ method }) => method === 'POST');
    expect(posts.map(({ status }) => status)).toEqual([500, 503, 204, 204, 204]);
    expect(new Set(posts.slice(0, 3).map(({ text }) => text)).size).toBe(1);
  });

  test('that refuses one notification is not kept from the next', async () => {
    const id = await subscribed(`${shaky.origin}/refusing`);
    trouble = [400];
    await wholeLife();
    expect(whats(await told(shaky, id, 2))).toEqual(['OP_STATE_CHANGE', 'PKG_DELETE']);
  });

  test('that is gone delays no other, is retried, and gets nothing once unsubscribed', async () => {
    const mortal = await startSubscriber();
    const lab = await startServer({ callbacks: [mortal.origin, calm.origin] });
    const subscribeTo = async (callbackUri: string) =>
      String((await bodyOf(await lab.send('POST', subscriptions, { callbackUri })))['id']);
    const [dead, alive] = [await subscribeTo(mortal.origin), await subscribeTo(`${calm.origin}/beside`)];
    await mortal.close();
    await wholeLife(lab);
    await told(calm, alive, 3);
    const metrics = async () => (await lab.ask('/metrics')).text();
    const waits = (count: number) => (page: string) => page.includes(`\nberth_notifications_pending ${count}\n`);
    await until(metrics, waits(3), 'not three notifications wait');
    expect((await lab.ask(`${subscriptions}/${dead}`, { method: 'DELETE' })).status).toBe(204);
    expect(waits(0)(await metrics())).toBe(true);
    await lab.stop();
  });

  test('gets what it missed after a restart', async () => {
    const id = await subscribed(`${shaky.origin}/restart`);
    trouble = [500, 500];
    await wholeLife();
    await until(
      async () => trouble.length,
      (left) => left < 2,
      'the subscriber is not called',
    );
    server = await server.restart();
    const all = await told(shaky, id, 3);
    expect(whats(all)).toEqual(['VnfPackageOnboardingNotification', 'OP_STATE_CHANGE', 'PKG_DELETE']);
  });

  test('that wants a password gets it, at the test and at every notification', async () => {
    const authentication = { authType: ['BASIC'], paramsBasic: { userName: 'berth', password: secret } };
    const id = await subscribed(`${guarded.origin}/basic`, { authentication });
    await wholeLife();
    expect(await told(guarded, id, 3)).toHaveLength(3);
    expect(JSON.stringify(await bodyOf(await server.ask(`${subscriptions}/${id}`)))).not.toContain(secret);
    expect(await (await server.ask(`${subscriptions}?all_fields`)).text()).not.toContain(secret);
  });

  test('that wants a token gets one that is kept, and another when that one is not taken any more', async () => {
    const paramsOauth2ClientCredentials = {
      clientId: 'client',
      clientPassword: secret,
      tokenEndpoint: `${authority.origin}/token`,
    };
    const authentication = { authType: ['OAUTH2_CLIENT_CREDENTIALS'], paramsOauth2ClientCredentials };
    const id = await subscribed(`${guarded.origin}/oauth2`, { authentication });
    expect(tokens).toBe(1);
    expect(authority.received[0]).toMatchObject({ method: 'POST', text: 'grant_type=client_credentials' });
    await wholeLife();
    await told(guarded, id, 3);
    expect(tokens).toBe(1);
    // The guard takes the latest token only, and this makes one that Berth does not know.
    await fetch(`${authority.origin}/token`, { method: 'POST' });
    await wholeLife();
    expect(await told(guarded, id, 6)).toHaveLength(6);
    expect(tokens).toBe(3);
  });
});

describe('a subscription', () => {
  test('is created, shown, listed in pages and filtered, under the alias too, and deleted', async () => {
    const filter = { vnfdId: ['x'], operationalState: 'ENABLED' };
    const response = await subscribe(`${calm.origin}/a`, { filter });
    const body = await bodyOf(response);
    const href = `${server.origin}${subscriptions}/${String(body['id'])}`;
    expect(body).toEqual({
      id: expect.any(String),
      filter,
      callbackUri: `${calm.origin}/a`,
      _links: { self: { href } },
    });
    expect([response.status, response.headers.get('location')]).toEqual([201, href]);
    expect(await bodyOf(await server.ask(href))).toEqual(body);
    for (const path of ['b', 'c']) await subscribed(`${calm.origin}/${path}`);
    const first = await server.ask(subscriptions);
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const all = [...(await listOf(first)), ...(await listOf(await server.ask(next)))];
    expect(all.map((each) => each['callbackUri'])).toEqual(['a', 'b', 'c'].map((path) => `${calm.origin}/${path}`));
    const enabled = await listOf(await server.ask(`${subscriptions}?filter=(eq,filter/operationalState,ENABLED)`));
    expect(enabled).toEqual([body]);
    const alias = await listOf(await server.ask(`/vnfpkgm/v1/subscriptions?filter=(eq,id,${String(body['id'])})`));
    expect(JSON.stringify(alias[0]?.['_links'])).toContain('/vnfpkgm/v1/subscriptions/');
    expect((await server.ask(href, { method: 'DELETE' })).status).toBe(204);
    expect((await server.ask(href, { method: 'DELETE' })).status).toBe(404);
    expect((await server.ask(href)).status).toBe(404);
  });

  test('through the alias gets links and version of the alias', async () => {
    const response = await server.send('POST', '/vnfpkgm/v1/subscriptions', { callbackUri: `${calm.origin}/v1` });
    const { id } = await bodyOf(response);
    await wholeLife();
    const [first] = await told(calm, String(id), 3);
    expect(JSON.stringify(first?.['_links'])).toContain(`${server.origin}/vnfpkgm/v1/vnf_packages/`);
    const post = calm.received.find(({ method, url }) => method === 'POST' && url === '/v1');
    expect(post?.headers['version']).toBe('1.1.0');
  });

  test('asked for again is answered by the first', async () => {
    const id = await subscribed(`${calm.origin}/same`, { filter: { vnfdId: ['a', 'b'] } });
    const again = await server.ask(subscriptions, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callbackUri: `${calm.origin}/same`, filter: { vnfdId: ['b', 'a'] } }),
    });
    expect([again.status, again.headers.get('location')]).toEqual([303, `${server.origin}${subscriptions}/${id}`]);
    await subscribed(`${calm.origin}/same`, { filter: { vnfdId: ['a'] } });
  });

  const basic = { authType: ['BASIC'], paramsBasic: { userName: 'berth', password: 'wrong' } };
  test.each<readonly [string, () => string, object, number, string]>([
    ['a filter that says in two ways which packages', () => calm.origin, { filter: { vnfdId: ['a'], vnfPkgId: ['b'] } }, 400, '/filter vnfdId and vnfPkgId are both given'],
    ['a filter with an attribute that is none', () => calm.origin, { filter: { vnfdid: ['a'] } }, 400, 'vnfdid'],
    ['a value that is none', () => calm.origin, { filter: { usageState: 'USED' } }, 400, '/filter/usageState'],
    ['a callback that is no URI', () => 'here', {}, 400, '/callbackUri'],
    ['a callback of another kind', () => 'ftp://127.0.0.1/', {}, 400, '/callbackUri is no absolute http or https URI'],
    ['a token endpoint of another kind', () => calm.origin, { authentication: { authType: ['BASIC'], paramsOauth2ClientCredentials: { tokenEndpoint: 'ftp://x/' } } }, 400, 'tokenEndpoint is no'],
    ['a client certificate', () => calm.origin, { authentication: { authType: ['TLS_CERT'] } }, 422, 'authType is TLS_CERT'],
    ['a callback that answers 401', () => guarded.origin, {}, 422, 'it answers 401 to GET, not 204'],
    ['a password that is wrong', () => guarded.origin, { authentication: basic }, 422, 'it answers 401 to GET, not 204'],
    ['a callback where nobody listens', () => 'http://127.0.0.2:1', {}, 422, 'on loopback (127.0.0.2)'],
    ['the metadata service of a cloud', () => 'http://169.254.169.254/latest', {}, 422, 'never called'],
    ['a name that is none', () => 'http://nobody.invalid/', {}, 422, 'cannot be resolved'],
  ])('is refused with %s', async (_name, callback, more, status, complaint) => {
    const response = await subscribe(callback(), more);
    expect(await bodyOf(response)).toMatchObject({ status, detail: expect.stringContaining(complaint) });
    expect(await list()).toEqual([]);
  }); // prettier-ignore

  test('with no token for the callback is refused with the reason, not with the secret', async () => {
    const paramsOauth2ClientCredentials = {
      clientId: 'client',
      clientPassword: `${secret}!`,
      tokenEndpoint: authority.origin,
    };
    const authentication = { authType: ['OAUTH2_CLIENT_CREDENTIALS'], paramsOauth2ClientCredentials };
    const text = await (await subscribe(guarded.origin, { authentication })).text();
    expect(text).toContain('answers 401, not 200');
    expect(text).not.toContain(secret);
  });
});
