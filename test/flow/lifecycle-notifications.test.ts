/** Lifecycle notifications over HTTP (SOL003 clauses 5.4.18 to 5.4.20): a receiver that records what it is sent. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { createInstance, instances, instantiation, onboardRouter, operate, opOccs } from './router.js';
import { startServer, until, type Server } from './server.js';
import { startSubscriber, type Notification, type Subscriber } from './subscriber.js';

const subscriptions = '/vnflcm/v2/subscriptions';

let server: Server;
let receiver: Subscriber;
let vnfdId: string;
/** Answers to the next POSTs under /shaky; 204 when there is none. */
let trouble: number[] = [];
const password = `Basic ${Buffer.from('u:p').toString('base64')}`;

beforeAll(async () => {
  receiver = await startSubscriber(({ method, url, headers }) => {
    if (url === '/guarded' && headers.authorization !== password) return { status: 401 };
    return { status: url === '/shaky' && method === 'POST' ? (trouble.shift() ?? 204) : 204 };
  });
  server = await startServer({ callbacks: [receiver.origin] });
  vnfdId = String((await onboardRouter(server))['vnfdId']);
});
afterAll(async () => {
  await server.stop();
  await receiver.close();
});
afterEach(async () => {
  for (const { id } of await listOf(await server.ask(subscriptions)))
    await server.ask(`${subscriptions}/${String(id)}`, { method: 'DELETE' });
});

const subscribe = async (path: string, more: object = {}): Promise<string> => {
  const made = await server.send('POST', subscriptions, { callbackUri: `${receiver.origin}/${path}`, ...more });
  expect(made.status).toBe(201);
  return String((await bodyOf(made))['id']);
};

/** Until the last thing has come. */
const told = (of: string, isLast: (each: Notification) => boolean) =>
  until(
    async () => receiver.notifications().filter((each) => each['subscriptionId'] === of),
    (all) => all.some(isLast),
    'the notifications do not come',
  );
const ofType = (type: string) => (each: Notification) => each['notificationType'] === type;
const deletion = ofType('VnfIdentifierDeletionNotification');

const words = (all: readonly Notification[]) =>
  all.map((each) =>
    [each['notificationStatus'] ?? each['notificationType'], each['operation'], each['operationState']]
      .filter(Boolean)
      .join(' '),
  );

async function wholeLife(): Promise<string> {
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  expect(await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject({
    operationState: 'COMPLETED',
  });
  expect((await server.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
  return id;
}

const life = [
  'VnfIdentifierCreationNotification',
  'START INSTANTIATE STARTING',
  'RESULT INSTANTIATE PROCESSING',
  'RESULT INSTANTIATE COMPLETED',
  'START TERMINATE STARTING',
  'RESULT TERMINATE PROCESSING',
  'RESULT TERMINATE COMPLETED',
  'VnfIdentifierDeletionNotification',
];

describe('a subscriber to lifecycle changes', () => {
  test('is notified of an instance from its creation to its deletion, in order, with what changed', async () => {
    const full = await subscribe('full');
    const short = await subscribe('short', { verbosity: 'SHORT' });
    const id = await wholeLife();
    const all = await told(full, deletion);
    expect(words(all)).toEqual(life);
    expect(new Set(all.map((each) => each['vnfInstanceId']))).toEqual(new Set([id]));
    const done = all[3] ?? {};
    const occ = await bodyOf(await server.ask(`${opOccs}/${String(done['vnfLcmOpOccId'])}`));
    expect(done).toMatchObject({
      ...(occ['resourceChanges'] as object),
      isAutomaticInvocation: false,
      verbosity: 'FULL',
    });
    expect((done['affectedVnfcs'] as unknown[]).length).toBeGreaterThan(0);
    for (const at of [1, 2]) expect(all[at]).not.toHaveProperty('affectedVnfcs');
    const brief = await told(short, deletion);
    expect(brief.map((each) => each['id'])).toEqual(all.map((each) => each['id']));
    expect(brief.filter((each) => 'affectedVnfcs' in each)).toEqual([]);
    const post = receiver.received.find(({ method, url }) => method === 'POST' && url === '/full');
    expect(post?.headers['version']).toBe('2.0.0');
  });

  test('is notified only of what its filter matches', async () => {
    const ends = await subscribe('ends', {
      filter: {
        vnfInstanceSubscriptionFilter: { vnfdIds: [vnfdId] },
        notificationTypes: ['VnfLcmOperationOccurrenceNotification', 'VnfIdentifierDeletionNotification'],
        operationTypes: ['INSTANTIATE'],
        operationStates: ['COMPLETED'],
      },
    });
    const nobody = await subscribe('nobody', { filter: { vnfInstanceSubscriptionFilter: { vnfInstanceIds: ['x'] } } });
    await wholeLife();
    expect(words(await told(ends, deletion))).toEqual([life[3], life[7]]);
    expect(receiver.notifications().filter((each) => each['subscriptionId'] === nobody)).toEqual([]);
  });

  test('gets what it missed after trouble and a restart, in order', async () => {
    const id = await subscribe('shaky');
    trouble = [500, 503];
    await wholeLife();
    await until(
      async () => trouble.length,
      (left) => left < 2,
      'the receiver is not called',
    );
    server = await server.restart();
    expect(words(await told(id, deletion))).toEqual(life);
  });

  test('that wants a password gets it, and nobody else sees it', async () => {
    const authentication = { authType: ['BASIC'], paramsBasic: { userName: 'u', password: 'p' } };
    const id = await subscribe('guarded', { authentication });
    await wholeLife();
    expect(words(await told(id, deletion))).toEqual(life);
    expect(await (await server.ask(`${subscriptions}/${id}`)).text()).not.toContain('authentication');
  });

  test('gets the reason for a rollback', async () => {
    const id = await subscribe('failing', { filter: { operationStates: ['ROLLED_BACK'] }, verbosity: 'SHORT' });
    const instance = await createInstance(server, vnfdId);
    const hosts = (await listOf(await server.ask('/nfvi/v1/hosts'))).map((host) => String(host['id']));
    const setAll = async (adminState: string) => {
      for (const host of hosts) await server.send('PATCH', `/nfvi/v1/hosts/${host}`, { adminState });
    };
    await setAll('draining');
    const occ = await operate(server, instance, 'instantiate', instantiation);
    await setAll('active');
    expect(occ).toMatchObject({ operationState: 'ROLLED_BACK' });
    const isEnd = (each: Notification) => each['operationState'] === 'ROLLED_BACK';
    const result = (await told(id, isEnd)).find(isEnd);
    expect(result?.['error']).toMatchObject({ detail: (occ['error'] as { readonly detail: string }).detail });
    await server.ask(`${instances}/${instance}`, { method: 'DELETE' });
  });
});

describe('a subscription to lifecycle changes', () => {
  test('is created, shown and deleted, is no subscription to packages, and is answered again by the first', async () => {
    const filter = { operationTypes: ['HEAL'] };
    const id = await subscribe('one', { filter });
    const href = `${server.origin}${subscriptions}/${id}`;
    const body = { id, filter, callbackUri: `${receiver.origin}/one`, verbosity: 'FULL', _links: { self: { href } } };
    expect(await bodyOf(await server.ask(href))).toEqual(body);
    expect(await listOf(await server.ask(subscriptions))).toEqual([body]);
    expect((await server.ask(`/vnfpkgm/v2/subscriptions/${id}`)).status).toBe(404);
    const again = await server.ask(subscriptions, {
      ...{ method: 'POST', redirect: 'manual' },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ callbackUri: body.callbackUri, filter }),
    });
    expect([again.status, again.headers.get('location')]).toEqual([303, href]);
    expect((await server.ask(href, { method: 'DELETE' })).status).toBe(204);
    expect((await server.ask(href)).status).toBe(404);
  });

  test.each<readonly [string, object, number, string]>([
    ['two ways to say which VNFD', { filter: { vnfInstanceSubscriptionFilter: { vnfdIds: ['a'], vnfProductsFromProviders: [] } } }, 400, 'vnfdIds and vnfProductsFromProviders are both'],
    ['states of operations that it does not want', { filter: { notificationTypes: ['VnfIdentifierCreationNotification'], operationStates: ['FAILED'] } }, 400, 'operationStates is given'],
    ['an attribute that is none', { filter: { vnfdIds: ['a'] } }, 400, 'vnfdIds'],
    ['an operation that is none', { filter: { operationTypes: ['JUMP'] } }, 400, '/filter/operationTypes'],
    ['another verbosity', { verbosity: 'LONG' }, 400, '/verbosity'],
    ['too many values', { filter: { operationTypes: Array.from({ length: 257 }, () => 'HEAL') } }, 400, '/filter/operationTypes'],
  ])('is refused with %s', async (_name, more, status, complaint) => {
    const response = await server.send('POST', subscriptions, { callbackUri: `${receiver.origin}/bad`, ...more });
    expect(await bodyOf(response)).toMatchObject({ status, detail: expect.stringContaining(complaint) });
  }); // prettier-ignore

  test('is refused under v1 by the name of the path', async () => {
    const response = await server.send('POST', '/vnflcm/v1/subscriptions', { callbackUri: receiver.origin });
    expect(response.status).toBe(404);
  });
});
