import { describe, expect, test } from '@jest/globals';
import { authenticationOf, type SubscriptionAuthentication } from '../../src/subscription/authentication.js';
import { pauseMs } from '../../src/subscription/back-off.js';
import { uncallable } from '../../src/subscription/callback-uri.js';

const paramsBasic = { userName: 'u', password: 'p' };
const tokenEndpoint = 'https://as.example/token';
const paramsOauth2ClientCredentials = { clientId: 'c', clientPassword: 's', tokenEndpoint };
const basic = { kind: 'basic', ...paramsBasic };
const oauth2 = { kind: 'oauth2', ...paramsOauth2ClientCredentials };

describe('authentication at a callback', () => {
  test.each<readonly [string, SubscriptionAuthentication, unknown]>([
    ['a password', { authType: ['BASIC'], paramsBasic }, basic],
    ['a token', { authType: ['OAUTH2_CLIENT_CREDENTIALS'], paramsOauth2ClientCredentials }, oauth2],
    ['the token of both', { authType: ['BASIC', 'OAUTH2_CLIENT_CREDENTIALS'], paramsBasic, paramsOauth2ClientCredentials }, oauth2],
    ['what there are parameters for', { authType: ['OAUTH2_CLIENT_CREDENTIALS', 'BASIC'], paramsBasic }, basic],
    ['what it can, though a certificate would do', { authType: ['TLS_CERT', 'BASIC'], paramsBasic }, basic],
  ])('is by %s', (_name, given, kept) => {
    expect(authenticationOf(given)).toEqual({ ok: true, value: kept });
  }); // prettier-ignore

  test.each<SubscriptionAuthentication>([
    { authType: ['TLS_CERT'] },
    { authType: ['BASIC'] },
    { authType: ['BASIC'], paramsBasic: { userName: 'u' } },
    { authType: ['OAUTH2_CLIENT_CREDENTIALS'], paramsBasic },
    { authType: ['OAUTH2_CLIENT_CREDENTIALS'], paramsOauth2ClientCredentials: { clientId: 'c', tokenEndpoint } },
  ])('cannot be %j: the refusal says what can be', (given) => {
    const refused = authenticationOf(given);
    expect(refused).toMatchObject({
      ok: false,
      problem: { status: 422, detail: expect.stringContaining('BASIC with') },
    });
    expect(refused).toMatchObject({ problem: { detail: expect.stringContaining(given.authType.join(', ')) } });
  });
});

describe('a callback URI', () => {
  test.each(['http://em.example/notify', 'https://[2001:db8::1]:8443/n?x=1', 'http://localhost:1'])(
    'may be %s',
    (uri) => {
      expect(uncallable(uri)).toBeUndefined();
    },
  );

  test.each([
    ['/notify', 'absolute'],
    ['ftp://em.example/', 'http or https'],
    ['javascript:alert(1)', 'http or https'],
    ['http://user:pass@em.example/', 'user information'],
    ['http://em.example/#here', 'fragment'],
    [`http://em.example/${'x'.repeat(3000)}`, 'longer than 2048'],
  ])('may not be %.40s', (uri, complaint) => {
    expect(uncallable(uri)).toContain(complaint);
  });
});

describe('the pause after a failure', () => {
  const backOff = { firstPauseMs: 1000, longestPauseMs: 300_000 };

  test('doubles up to the longest, and chance takes up to half of it away', () => {
    expect([1, 2, 3, 9, 10, 1000].map((failures) => pauseMs(failures, 1, backOff))).toEqual([
      1000, 2000, 4000, 256_000, 300_000, 300_000,
    ]);
    expect([1, 2, 1000].map((failures) => pauseMs(failures, 0, backOff))).toEqual([500, 1000, 150_000]);
  });
});
