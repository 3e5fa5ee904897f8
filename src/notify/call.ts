/**
 * One HTTP request to a place that a subscriber named: address judged, connection pinned to it, no redirect followed, one
 * limit on its whole duration and one on the answer. Its status is the answer; what follows it is waited for only when the
 * call wants the text.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { errorText } from '../shared/error-text.js';
import { addressOf, type Address, type CallbackRules, type Resolve } from './callback-address.js';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The text of a 200 is wanted as well, and whole. */
  readonly wantsText?: true;
  readonly signal?: AbortSignal;
}

/** `why`: no answer, for the reason that ends this sentence. */
export type Answer = { readonly status: number; readonly text: string } | { readonly why: string };
export type Caller = (call: Call) => Promise<Answer>;

const answerLimitBytes = 64 * 1024;
/** So that the connection of a server that has little left to send is not broken off in the middle of it. */
const leftoverMs = 200;
/** Of 1xx before the answer proper (RFC 9110 clause 15.2). */
const mostInterim = 16;

/** `timeoutMs`: for resolving, connecting, sending and the answer together. */
export const createCaller =
  (rules: CallbackRules, timeoutMs: number, resolve?: Resolve): Caller =>
  async (call) => {
    const url = URL.parse(call.uri);
    if (url === null) return { why: `${call.uri} is no URI` };
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = call.signal ? AbortSignal.any([timeout, call.signal]) : timeout;
    const answer = await answerOf(url, call, rules, signal, resolve);
    if ('status' in answer) return answer;
    if (timeout.aborted) return { why: `it did not answer within ${timeoutMs} ms` };
    return call.signal?.aborted === true ? { why: 'Berth is stopping' } : answer;
  };

const aborted = (signal: AbortSignal): Promise<{ readonly why: string }> =>
  new Promise((done) => {
    signal.addEventListener('abort', () => done({ why: 'it was broken off' }), { once: true });
    if (signal.aborted) done({ why: 'it was broken off' });
  });

async function answerOf(
  url: URL,
  call: Call,
  rules: CallbackRules,
  signal: AbortSignal,
  resolve?: Resolve,
): Promise<Answer> {
  // The system's resolver cannot be broken off.
  const address = await Promise.race([addressOf(url, rules, resolve), aborted(signal)]);
  if ('why' in address) return address;
  try {
    const response = await send(url, call, address, signal);
    const status = response.statusCode ?? 0;
    if (call.wantsText === true && status === 200) return { status, text: await textOf(response) };
    await letGo(response);
    return { status, text: '' };
  } catch (error) {
    return { why: errorText(error) };
  }
}

/** Name and certificate stay those of the URI; only the address is fixed. */
function send(url: URL, call: Call, { address, family }: Address, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, body } = call;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((done, failed) => {
    const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = request(url, {
      method,
      agent: false,
      signal,
      headers: { ...call.headers, ...length, 'user-agent': 'berth' },
      lookup: (_name, wishes, found) => {
        if (wishes.all === true) found(null, [{ address, family }]);
        else found(null, address, family);
      },
    });
    let interim = 0;
    sent.on('information', () => {
      interim += 1;
      if (interim > mostInterim) sent.destroy(new Error('it sends one interim answer after the other'));
    });
    sent.on('response', done);
    sent.on('error', failed);
    // No other event follows a switch to another protocol.
    sent.on('close', () => failed(new Error('the connection ended without an answer')));
    sent.end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerLimitBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Whatever becomes of the rest, the answer has been given. */
function letGo(response: IncomingMessage): Promise<void> {
  const tooLong = AbortSignal.timeout(leftoverMs);
  let bytes = 0;
  return new Promise((done) => {
    tooLong.addEventListener('abort', () => response.destroy(), { once: true });
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > answerLimitBytes) response.destroy();
    });
    response.on('error', () => undefined);
    response.once('close', () => done());
  });
}
