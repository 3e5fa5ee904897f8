/**
 * Fetches a package from a URI (SOL005 `upload_from_uri`) without becoming anybody's proxy: https to anywhere public,
 * http and private addresses only where the operator lists them. The name is resolved once and the connection goes to
 * that very address; every redirect is judged again.
 */
import { lookup } from 'node:dns/promises';
import { get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as httpsGet } from 'node:https';
import { isIP } from 'node:net';
import { errorText } from '../shared/error-text.js';
import { isOrigin } from '../shared/origin.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type { PackageSource } from './artifacts.js';
import { isPublicAddress } from './public-address.js';

export interface FetchRules {
  /**
   * Origins that may be fetched though they are private or plain http: `http://10.0.0.5:8080`, `https://*.example`. With
   * `onlyAllowed` nothing else may be.
   */
  readonly allowed: readonly string[];
  readonly onlyAllowed: boolean;
  readonly maxRedirects: number;
  /** For the connection and each pause in the transfer. */
  readonly idleMs: number;
  /** For the whole transfer. */
  readonly totalMs: number;
}

export const defaultFetchRules: FetchRules = {
  allowed: [],
  onlyAllowed: false,
  maxRedirects: 5,
  idleMs: 30_000,
  totalMs: 6 * 3_600_000,
};

export interface Fetched {
  /** Ends with an error when the transfer breaks, takes too long, or the signal says so. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly expectedBytes?: number;
  /** Ends the transfer, read or not. */
  close(): void;
}

export type Resolve = (name: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const systemResolve: Resolve = (name) => lookup(name, { all: true, verbatim: true });

/**
 * Credentials go to the first origin only. Refuses `unprocessable` with the reason; never throws but for `lost`, which ends
 * the transfer at any time.
 */
export async function fetchArchive(
  { address, credentials }: PackageSource,
  rules: FetchRules,
  lost: AbortSignal,
  resolve: Resolve = systemResolve,
): Promise<Outcome<Fetched>> {
  const signal = AbortSignal.any([lost, AbortSignal.timeout(rules.totalMs)]);
  const first = parsed(address);
  let at = first;
  for (let redirects = 0; redirects <= rules.maxRedirects; redirects += 1) {
    if (at === undefined) return refused(address, 'it is no http or https URI without user information');
    const target = await judge(at, rules, resolve);
    if ('why' in target) return refused(address, target.why);
    const own = at.origin === first?.origin ? credentials : undefined;
    const answer = await request(at, target, rules, signal, own);
    lost.throwIfAborted();
    if ('why' in answer) return refused(address, answer.why);
    const location = redirectOf(answer.response);
    if (location === undefined) return received(address, answer.response);
    answer.response.destroy();
    at = parsed(location, at);
  }
  return refused(address, `it redirects more than ${rules.maxRedirects} times`);
}

const refused = (address: string, why: string): Outcome<never> =>
  refuse(problem('unprocessable', `The package cannot be fetched from ${shown(address)}: ${why}. ${next}`));

const next =
  'Delete the resource; correct the address, or have the origin allowed (`uploadAllowed`); ask again on a new one.';

/** Without user information and query: both may hold secrets. */
const shown = (address: string): string =>
  address
    .replace(/\/\/[^/@]*@/, '//')
    .replace(/[?#].*$/s, '')
    .slice(0, 200);

function parsed(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base?.href);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.username === '' && url.password === '' ? url : undefined;
}

interface Target {
  readonly address: string;
  readonly family: number;
}

interface Refusal {
  readonly why: string;
}

/** Every address of a name must be good, not only the one that is used: a name with both kinds is a trick. */
async function judge(url: URL, rules: FetchRules, resolve: Resolve): Promise<Target | Refusal> {
  const isAllowed = rules.allowed.some((origin) => isOrigin(url, origin));
  if (!isAllowed && rules.onlyAllowed) return { why: `${url.origin} is not among the allowed origins` };
  if (!isAllowed && url.protocol === 'http:')
    return { why: `${url.origin} is not https and not among the allowed origins` };
  const addresses = await addressesOf(url.hostname.replace(/^\[|\]$/g, ''), resolve);
  if ('why' in addresses) return addresses;
  const inside = addresses.list.find(({ address }) => !isPublicAddress(address));
  if (inside !== undefined && !isAllowed) {
    return { why: `${url.hostname} has the address ${inside.address}, which is not public, and is not allowed` };
  }
  const [target] = addresses.list;
  return target ?? { why: `${url.hostname} has no address` };
}

async function addressesOf(name: string, resolve: Resolve): Promise<{ readonly list: readonly Target[] } | Refusal> {
  const family = isIP(name);
  if (family !== 0) return { list: [{ address: name, family }] };
  try {
    return { list: await resolve(name) };
  } catch (error) {
    return { why: `${name} cannot be resolved: ${errorText(error)}` };
  }
}

/** Connects to the address that was judged; name and certificate stay those of the URI. */
function request(
  url: URL,
  { address, family }: Target,
  { idleMs }: FetchRules,
  signal: AbortSignal,
  credentials: PackageSource['credentials'],
): Promise<{ readonly response: IncomingMessage } | Refusal> {
  const options: RequestOptions = {
    agent: false,
    signal,
    timeout: idleMs,
    headers: { accept: 'application/zip, application/octet-stream', 'accept-encoding': 'identity' },
    lookup: (_name, wishes, done) => {
      if (wishes.all === true) done(null, [{ address, family }]);
      else done(null, address, family);
    },
    ...(credentials && { auth: `${credentials.userName}:${credentials.password}` }),
  };
  return new Promise((resolve) => {
    const get = url.protocol === 'https:' ? httpsGet : httpGet;
    const sent = get(url, options, (response) => resolve({ response }));
    sent.on('timeout', () => sent.destroy(new Error(`nothing came for ${idleMs} ms`)));
    // After the answer, errors are the stream's to report; this listener keeps them from ending the process.
    sent.on('error', (error) => resolve({ why: errorText(error) }));
  });
}

const redirects: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

const redirectOf = ({ statusCode, headers }: IncomingMessage): string | undefined =>
  redirects.includes(statusCode) ? headers.location : undefined;

function received(address: string, response: IncomingMessage): Outcome<Fetched> {
  const { statusCode, headers } = response;
  const length = headers['content-length'];
  if (statusCode !== 200) {
    response.destroy();
    return refused(address, `the server answers ${statusCode ?? 'nothing'}`);
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    response.destroy();
    return refused(address, 'the server answers with a content encoding that was not asked for');
  }
  const close = (): void => void response.destroy();
  return ok({ content: response, close, ...(length === undefined ? {} : { expectedBytes: Number(length) }) });
}
