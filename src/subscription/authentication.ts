/**
 * How a subscriber wants Berth to authenticate at its callback (SubscriptionAuthentication, SOL013 clause 8.3.4).
 */
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';

/** As it arrives. */
export interface SubscriptionAuthentication {
  readonly authType: readonly ('BASIC' | 'OAUTH2_CLIENT_CREDENTIALS' | 'TLS_CERT')[];
  readonly paramsBasic?: { readonly userName?: string; readonly password?: string };
  readonly paramsOauth2ClientCredentials?: {
    readonly clientId?: string;
    readonly clientPassword?: string;
    readonly tokenEndpoint?: string;
  };
}

/** As it is kept: the one way that Berth takes. */
export type CallbackAuthentication = BasicAuthentication | ClientCredentials;

export interface BasicAuthentication {
  readonly kind: 'basic';
  readonly userName: string;
  readonly password: string;
}

export interface ClientCredentials {
  readonly kind: 'oauth2';
  readonly clientId: string;
  readonly clientPassword: string;
  readonly tokenEndpoint: string;
}

/** Of several ways the first that Berth can go, tokens before passwords. Refuses `unprocessable` when it can go none. */
export function authenticationOf(given: SubscriptionAuthentication): Outcome<CallbackAuthentication> {
  const found = tokensOf(given) ?? passwordOf(given);
  if (found) return ok(found);
  const asked = `authType is ${given.authType.join(', ')}`;
  const needed = 'BASIC with userName and password, or OAUTH2_CLIENT_CREDENTIALS with clientId, clientPassword and';
  return refuse(
    problem(
      'unprocessable',
      `The callback cannot be authenticated at: ${asked}. Berth needs ${needed} tokenEndpoint, in the request itself; it has no TLS client certificate and no credentials from elsewhere.`,
    ),
  );
}

function tokensOf({ authType, paramsOauth2ClientCredentials }: SubscriptionAuthentication) {
  const { clientId, clientPassword, tokenEndpoint } = paramsOauth2ClientCredentials ?? {};
  if (!authType.includes('OAUTH2_CLIENT_CREDENTIALS')) return undefined;
  if (clientId === undefined || clientPassword === undefined || tokenEndpoint === undefined) return undefined;
  return { kind: 'oauth2', clientId, clientPassword, tokenEndpoint } as const;
}

function passwordOf({ authType, paramsBasic }: SubscriptionAuthentication) {
  const { userName, password } = paramsBasic ?? {};
  if (!authType.includes('BASIC') || userName === undefined || password === undefined) return undefined;
  return { kind: 'basic', userName, password } as const;
}
