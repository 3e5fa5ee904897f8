/** Packages that Berth fetches by itself, from a server on loopback that the operator allows. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '../api/door.js';
import { createPackage, onboarded, packages, routerPackage, upload } from './router.js';
import { startServer, until, type Server } from './server.js';

let server: Server;
let origin = '';
let content: Buffer;
const seen: IncomingMessage[] = [];

const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  '/router.csar': (response) => response.writeHead(200, { 'content-length': content.length }).end(content),
  '/short.csar': (response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
  },
  '/endless.csar': (response) => response.writeHead(200).write('PK'),
  '/large.csar': (response) => response.writeHead(200, { 'content-length': 1024 ** 4 }).write('PK'),
  '/inside': (response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
};

const files = createServer((request, response) => {
  seen.push(request);
  const answer = answers[request.url ?? ''];
  if (answer === undefined) response.writeHead(404).end();
  else answer(response);
});

beforeAll(async () => {
  content = await routerPackage();
  files.listen(0, '127.0.0.1');
  await once(files, 'listening');
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  server = await startServer({ uploadAllowed: [origin] });
});
afterAll(async () => {
  await server.stop();
  files.closeAllConnections();
  files.close();
});

const fetchInto = (id: string, body: Record<string, unknown>) =>
  server.send('POST', `${packages}/${id}/package_content/upload_from_uri`, body);

/** A package of its own, once its onboarding has ended. */
async function fetched(address: string, more: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const id = await createPackage(server);
  const response = await fetchInto(id, { addressInformation: address, ...more });
  expect([response.status, await response.text()]).toEqual([202, '']);
  return onboarded(server, id);
}

const remove = (id: unknown) => server.ask(`${packages}/${String(id)}`, { method: 'DELETE' });

describe('a package from a URI', () => {
  test('is onboarded like one that was uploaded', async () => {
    const info = await fetched(`${origin}/router.csar`);
    expect(info).toMatchObject({ onboardingState: 'ONBOARDED', operationalState: 'ENABLED' });
    const response = await server.ask(`${packages}/${String(info['id'])}/package_content`);
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    await server.send('PATCH', `${packages}/${String(info['id'])}`, { operationalState: 'DISABLED' });
    expect((await remove(info['id'])).status).toBe(204);
  });

  test('is asked for with the credentials, which are told to nobody else', async () => {
    const info = await fetched(`${origin}/none`, { userName: 'vendor', password: 'open-sesame' });
    expect(seen.at(-1)?.headers.authorization).toBe(`Basic ${Buffer.from('vendor:open-sesame').toString('base64')}`);
    expect(JSON.stringify(info)).not.toContain('open-sesame');
    await remove(info['id']);
  });

  test.each([
    ['its server does not have it', '/none', /answers 404/],
    ['it redirects to where nobody may fetch', '/inside', /169\.254\.169\.254/],
    ['it is larger than the limit', '/large.csar', /larger than/],
    ['it breaks off', '/short.csar', /broke before its end/],
  ])('ends in ERROR that says why and what to do, when %s', async (_, path, why) => {
    const info = await fetched(`${origin}${path}`);
    const { detail } = info['onboardingFailureDetails'] as { detail: string };
    expect([info['onboardingState'], detail]).toEqual(['ERROR', expect.stringMatching(why)]);
    expect(detail).toMatch(/[Dd]elete the resource/);
    expect((await remove(info['id'])).status).toBe(204);
  });

  test('comes from nowhere else', async () => {
    const before = seen.length;
    const info = await fetched(origin.replace('127.0.0.1', 'localhost'));
    expect(JSON.stringify(info['onboardingFailureDetails'])).toContain('not among the allowed origins');
    expect(seen.length).toBe(before);
    await remove(info['id']);
  });
});

describe('a fetch under way', () => {
  test('is UPLOADING, takes no other upload, and ends when the package is deleted', async () => {
    const id = await createPackage(server);
    expect((await fetchInto(id, { addressInformation: `${origin}/endless.csar` })).status).toBe(202);
    expect(await bodyOf(await server.ask(`${packages}/${id}`))).toMatchObject({ onboardingState: 'UPLOADING' });
    const again = await fetchInto(id, { addressInformation: `${origin}/router.csar` });
    expect(await bodyOf(again)).toMatchObject({ status: 409, type: 'urn:berth:problem:wrong-state' });
    expect((await upload(server, id, content)).status).toBe(409);
    await until(
      () => Promise.resolve(seen.at(-1)?.url),
      (url) => url === '/endless.csar',
      'nothing was asked for',
    );
    const gone = once(seen.at(-1)!.socket, 'close');
    expect((await remove(id)).status).toBe(204);
    await gone;
  });

  test('that Berth’s stop interrupts ends in ERROR', async () => {
    const id = await createPackage(server);
    await fetchInto(id, { addressInformation: `${origin}/endless.csar` });
    server = await server.restart();
    const info = await onboarded(server, id);
    expect(info).toMatchObject({ onboardingState: 'ERROR' });
    expect(JSON.stringify(info['onboardingFailureDetails'])).toContain('upload to a new one');
  });
});

test.each([
  ['no address', {}],
  ['another scheme', { addressInformation: 'ftp://example.org/a.csar' }],
  ['a password without a user name', { addressInformation: 'https://example.org/a.csar', password: 'p' }],
])('a request with %s is refused, and the package stays as it is', async (_, body) => {
  const id = await createPackage(server);
  expect((await fetchInto(id, body)).status).toBe(400);
  expect(await bodyOf(await server.ask(`${packages}/${id}`))).toMatchObject({ onboardingState: 'CREATED' });
});

test('a request for a package that does not exist is 404', async () => {
  expect((await fetchInto('none', { addressInformation: `${origin}/router.csar` })).status).toBe(404);
});
