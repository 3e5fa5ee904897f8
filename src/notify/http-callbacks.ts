/**
 * Callbacks over HTTP (SOL013 clauses 5.9, 8.3.4): GET to test one, POST to deliver, authenticated as the subscriber asked.
 * Only the status of an answer is ever reported: a callback may be any server inside a network.
 */
import type { SteadyClock } from '../shared/clock.js';
import type { CallbackAuthentication } from '../subscription/authentication.js';
import type { Delivery, Subscription } from '../subscription/model.js';
import { AccessTokens, basic } from './access-tokens.js';
import { bodyOf } from './bodies.js';
import { createCaller, type Answer, type Call, type Caller } from './call.js';
import type { CallbackRules, Resolve } from './callback-address.js';
import type { CallbackAnswer, Callbacks } from './notify.js';

/** For each request, to a callback as well as to a token endpoint. */
const timeoutMs = 10_000;
/** Answers to the very body: sending the same again cannot help. */
const refusing: readonly number[] = [400, 413, 415, 422];

export interface CallbackSettings extends CallbackRules {
  /** Links in notifications begin with it, also of subscriptions that were made when another was known. */
  readonly publicUrl?: string | undefined;
}

export class HttpCallbacks implements Callbacks {
  readonly #publicUrl: string | undefined;
  readonly #call: Caller;
  readonly #tokens: AccessTokens;

  /** `resolve` is the system's unless a test knows better. */
  constructor(rules: CallbackSettings, clock: Pick<SteadyClock, 'elapsedMs'>, resolve?: Resolve) {
    this.#publicUrl = rules.publicUrl;
    this.#call = createCaller(rules, timeoutMs, resolve);
    this.#tokens = new AccessTokens(this.#call, clock);
  }

  async test(subscription: Subscription): Promise<string | undefined> {
    const answer = await this.ask(subscription, { method: 'GET' });
    if ('why' in answer) return answer.why;
    return answer.status === 204 ? undefined : `it answers ${answer.status} to GET, not 204`;
  }

  async deliver({ subscription, event }: Delivery, signal: AbortSignal): Promise<CallbackAnswer> {
    const body = JSON.stringify(bodyOf(event, this.asReached(subscription)));
    const answer = await this.ask(subscription, { method: 'POST', body, signal });
    if ('why' in answer) return { result: 'failed', why: answer.why };
    const { status } = answer;
    // 204 is what the standard asks for; whoever answers another success has taken it as well.
    if (status >= 200 && status < 300) return { result: 'delivered' };
    return { result: refusing.includes(status) ? 'refused' : 'failed', why: `it answers ${status}, not 204` };
  }

  private asReached<S extends Subscription>(subscription: S): S {
    if (this.#publicUrl === undefined) return subscription;
    const api = /\/[a-z]+\/v\d+$/.exec(subscription.apiRoot)?.[0] ?? '';
    return { ...subscription, apiRoot: `${this.#publicUrl}${api}` };
  }

  /** A token that is not accepted any more is replaced once. */
  private async ask(subscription: Subscription, what: Omit<Call, 'uri' | 'headers'>): Promise<Answer> {
    const answer = await this.askOnce(subscription, what);
    const { authentication } = subscription;
    if ('why' in answer || answer.status !== 401 || authentication?.kind !== 'oauth2') return answer;
    this.#tokens.forget(authentication);
    return this.askOnce(subscription, what);
  }

  private async askOnce(subscription: Subscription, what: Omit<Call, 'uri' | 'headers'>): Promise<Answer> {
    const { callbackUri, authentication, apiVersion } = subscription;
    const credentials = await this.credentials(authentication, what.signal);
    if ('why' in credentials) return credentials;
    const headers = {
      ...credentials.headers,
      version: apiVersion,
      accept: 'application/json',
      ...(what.body !== undefined && { 'content-type': 'application/json' }),
    };
    return this.#call({ ...what, uri: callbackUri, headers });
  }

  private async credentials(authentication: CallbackAuthentication | undefined, signal: AbortSignal | undefined) {
    if (authentication === undefined) return { headers: {} };
    if (authentication.kind === 'basic') {
      return { headers: { authorization: basic(authentication.userName, authentication.password) } };
    }
    const granted = await this.#tokens.token(authentication, signal);
    return 'why' in granted ? granted : { headers: { authorization: `Bearer ${granted.token}` } };
  }
}
