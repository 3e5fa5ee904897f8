/**
 * Uploads as no library sends them, byte by byte: each is answered, by a problem unless it is good, and the server goes on.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { bodyOf, token } from '../api/door.js';
import { createPackage, onboarded, packages } from './router.js';
import { startServer, until, type Server } from './server.js';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

/** Sends these bytes, and reads until the server ends the connection. `leaves`: the client ends its side first. */
async function exchange(bytes: Buffer, leaves: boolean): Promise<readonly Answer[]> {
  const { hostname, port } = new URL(server.origin);
  const socket = connect({ host: hostname, port: Number(port) });
  // The server may be done with us while we still send.
  socket.on('error', () => undefined);
  socket.write(bytes);
  if (leaves) socket.end();
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return answersIn(Buffer.concat(chunks).toString('latin1'));
}

const answersIn = (text: string): readonly Answer[] =>
  text.split(/^(?=HTTP\/1\.1 \d)/m).map((answer) => {
    const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
    const type = /^content-type: (.*?)\r?$/im.exec(head)?.[1];
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), type, body };
  });

type Headers = Readonly<Record<string, string>>;

function put(id: string, headers: Headers, body: Buffer): Buffer {
  const all: Headers = {
    host: 'berth',
    authorization: `Bearer ${token}`,
    version: '2.1.0',
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([
    Buffer.from(`PUT ${packages}/${id}/package_content HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`),
    body,
  ]);
}

/** An archive with nothing in it. */
const content = Buffer.concat([Buffer.from('PK\u0005\u0006'), Buffer.alloc(18)]);

const part = (name: string) =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${content.toString('latin1')}\r\n`;
const form = (...parts: readonly string[]) => Buffer.from(`${parts.join('')}--B--\r\n`, 'latin1');
const chunked = Buffer.concat([Buffer.from('16\r\n'), content, Buffer.from('\r\n0\r\n\r\n')]);
const lengthOf = (body: Buffer) => ({ 'content-length': String(body.length) });
const zip = { 'content-type': 'application/zip' };
const multipart = { 'content-type': 'multipart/form-data; boundary=B' };
const whole = (headers: Headers, body: Buffer) => ({ headers: { ...headers, ...lengthOf(body) }, body });

interface Upload {
  readonly leaves?: boolean;
  readonly headers: Headers;
  readonly body: Buffer;
}

async function send({ headers, body, leaves = false }: Upload) {
  const id = await createPackage(server);
  const answers = await exchange(put(id, headers, body), leaves);
  return { id, answers };
}

const stateOf = async (id: string) => String((await bodyOf(await server.ask(`${packages}/${id}`)))['onboardingState']);

describe('an upload is taken', () => {
  const cases: readonly (readonly [string, Upload])[] = [
    ['with its length', whole(zip, content)],
    ['in chunks of no told length', { headers: { ...zip, 'transfer-encoding': 'chunked' }, body: chunked }],
    ['with nothing in it', whole(zip, Buffer.alloc(0))],
    ['as a form, behind another field', whole(multipart, form(part('note'), part('file')))],
    ['as a form, before another field', whole(multipart, form(part('file'), part('note')))],
    ['as a form in chunks', { headers: { ...multipart, 'transfer-encoding': 'chunked' }, body: formInChunks() }],
  ];

  test.each(cases)('%s, and its onboarding ends', async (_, upload) => {
    const { id, answers } = await send(upload);
    expect(answers.map(({ status }) => status)).toEqual([202]);
    expect((await onboarded(server, id))['onboardingState']).toBe('ERROR');
  });

  test('by a client that waits for leave', async () => {
    const { answers } = await send(whole({ ...zip, expect: '100-continue' }, content));
    expect(answers.map(({ status }) => status)).toEqual([100, 202]);
  });
});

function formInChunks(): Buffer {
  const body = form(part('file'));
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
}

describe('an upload is refused, and may be tried again on the same resource, when', () => {
  const cases: readonly (readonly [string, number, Upload])[] = [
    ['its form has no boundary', 400, whole({ 'content-type': 'multipart/form-data' }, form(part('file')))],
    ['its form has no part named file', 400, whole(multipart, form(part('note')))],
    ['its form is empty', 400, whole(multipart, Buffer.alloc(0))],
    ['its length is no number', 400, { headers: { ...zip, 'content-length': 'many' }, body: content }],
    ['it has a length and chunks', 400, whole({ ...zip, 'transfer-encoding': 'chunked' }, chunked)],
    ['its headers are huge', 431, whole({ ...zip, 'x-huge': 'x'.repeat(70_000) }, content)],
    ['it is compressed on the way', 415, whole({ ...zip, 'content-encoding': 'gzip' }, content)],
    ['it is of another type', 415, whole({ 'content-type': 'application/json' }, content)],
    ['it is of no type', 415, whole({}, content)],
    ['it is only a part of the package', 400, whole({ ...zip, 'content-range': 'bytes 0-21/100' }, content)],
    ['it does not say what it brings', 400, { headers: {}, body: Buffer.alloc(0) }],
  ];

  test.each(cases)('%s: %i', async (_, status, upload) => {
    const { id, answers } = await send(upload);
    expectProblem(answers, status);
    expect(await stateOf(id)).toBe('CREATED');
  });
});

describe('an upload breaks, and the resource ends in ERROR, when', () => {
  const cases: readonly (readonly [string, Upload])[] = [
    ['its form ends before its last delimiter', whole(multipart, form(part('file')).subarray(0, -7))],
    ['its form has two files', whole(multipart, form(part('file'), part('file')))],
    [
      'its client leaves before the end',
      { leaves: true, headers: { ...zip, 'content-length': '5000' }, body: content },
    ],
    [
      'its client leaves within a chunk',
      { leaves: true, headers: { ...zip, 'transfer-encoding': 'chunked' }, body: chunked.subarray(0, 9) },
    ],
    ['a chunk has no size', { headers: { ...zip, 'transfer-encoding': 'chunked' }, body: Buffer.from('zz\r\n') }],
  ];

  test.each(cases)('%s', async (_, upload) => {
    const { id, answers } = await send(upload);
    expectProblem(answers, 400);
    const ended = await until(
      () => stateOf(id),
      (state) => state === 'ERROR',
      'the upload does not end',
    );
    expect(ended).toBe('ERROR');
  });
});

function expectProblem([answer]: readonly Answer[], status: number): void {
  expect([answer?.status, answer?.type]).toEqual([status, expect.stringContaining('application/problem+json')]);
  expect(JSON.parse(answer?.body ?? '')).toMatchObject({ status, detail: expect.any(String) });
}
