/**
 * Access tokens by client credentials (RFC 6749 clause 4.4), kept until shortly before they run out. The key is the whole of
 * the credentials: a subscriber that does not know the password never gets the token of one that does.
 */
import type { SteadyClock } from '../shared/clock.js';
import type { ClientCredentials } from '../subscription/authentication.js';
import type { Caller } from './call.js';

interface Kept {
  readonly token: string;
  /** By the steady clock. */
  readonly untilMs: number;
}

/** Of a token whose server does not say how long it lives. */
const assumedSeconds = 60;
/** Not used in its last moments, in which it may run out on its way. */
const marginMs = 5_000;

export class AccessTokens {
  readonly #kept = new Map<string, Kept>();

  constructor(
    private readonly call: Caller,
    private readonly clock: Pick<SteadyClock, 'elapsedMs'>,
  ) {}

  /** A token, or why there is none, as the end of a sentence. */
  async token(
    credentials: ClientCredentials,
    signal?: AbortSignal,
  ): Promise<{ readonly token: string } | { readonly why: string }> {
    this.dropStale();
    return this.#kept.get(keyOf(credentials)) ?? this.fetch(credentials, signal);
  }

  /** The token was not accepted: the next one is fetched. */
  forget(credentials: ClientCredentials): void {
    this.#kept.delete(keyOf(credentials));
  }

  private async fetch(credentials: ClientCredentials, signal?: AbortSignal) {
    const { tokenEndpoint } = credentials;
    const answer = await this.call({
      method: 'POST',
      uri: tokenEndpoint,
      headers: {
        authorization: basic(formEncoded(credentials.clientId), formEncoded(credentials.clientPassword)),
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: 'grant_type=client_credentials',
      wantsText: true,
      ...(signal && { signal }),
    });
    const endpoint = `the token endpoint ${withoutQuery(tokenEndpoint)}`;
    if ('why' in answer) return { why: `${endpoint} cannot be asked: ${answer.why}` };
    if (answer.status !== 200) return { why: `${endpoint} answers ${answer.status}, not 200` };
    const granted = grantIn(answer.text);
    if (granted === undefined) return { why: `${endpoint} answers no bearer token` };
    const untilMs = this.clock.elapsedMs() + granted.seconds * 1000 - marginMs;
    const kept = { token: granted.token, untilMs };
    this.#kept.set(keyOf(credentials), kept);
    return kept;
  }

  private dropStale(): void {
    const now = this.clock.elapsedMs();
    for (const [key, { untilMs }] of this.#kept) if (untilMs <= now) this.#kept.delete(key);
  }
}

const keyOf = ({ tokenEndpoint, clientId, clientPassword }: ClientCredentials): string =>
  JSON.stringify([tokenEndpoint, clientId, clientPassword]);

/** A query may hold a secret, and this is logged. */
const withoutQuery = (uri: string): string => uri.replace(/\?.*$/s, '');

export const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;

/** RFC 6749 clause 2.3.1 has the two form-encoded before they go into the header. */
const formEncoded = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);

function grantIn(text: string): { readonly token: string; readonly seconds: number } | undefined {
  const body = parsed(text);
  const { access_token: token, token_type: type, expires_in: seconds } = body;
  if (typeof token !== 'string' || typeof type !== 'string' || type.toLowerCase() !== 'bearer') return undefined;
  // What would break the header is no token (RFC 6750 clause 2.1).
  if (!/^[\x21-\x7e]+$/.test(token)) return undefined;
  return { token, seconds: typeof seconds === 'number' ? seconds : assumedSeconds };
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
