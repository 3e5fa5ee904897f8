import { describe, expect, test } from '@jest/globals';
import { addressOf, type CallbackRules, type Resolve } from '../../src/notify/callback-address.js';

const open: CallbackRules = { allowed: [], onlyAllowed: false };

const resolving =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

const judge = (uri: string, rules = open, resolve: Resolve = resolving('10.0.0.9')) =>
  addressOf(new URL(uri), rules, resolve);

describe('a callback may be', () => {
  test.each(['http://10.1.2.3:8080/n', 'http://192.168.1.1/', 'http://[fd12::1]/', 'https://93.184.215.14/'])(
    'at an address of a private or a public network: %s',
    async (uri) => {
      const host = new URL(uri).hostname.replace(/^\[|\]$/g, '');
      expect(await judge(uri)).toMatchObject({ address: host });
    },
  );

  test('at a name, called at the first of its addresses', async () => {
    expect(await judge('http://em.example/', open, resolving('10.0.0.9', 'fd12::9'))).toEqual({
      address: '10.0.0.9',
      family: 4,
    });
  });

  test('on loopback where the operator lists the origin, port included', async () => {
    const rules = { allowed: ['http://127.0.0.1:9000'], onlyAllowed: false };
    expect(await judge('http://127.0.0.1:9000/n', rules)).toEqual({ address: '127.0.0.1', family: 4 });
    expect(await judge('http://127.0.0.1:9001/n', rules)).toMatchObject({ why: expect.stringContaining('loopback') });
  });
});

describe('a callback is never', () => {
  test.each([
    'http://169.254.169.254/latest/meta-data', 'http://[fe80::1]/', 'http://[fd00:ec2::254]/', 'http://100.100.100.200/',
    'http://0.0.0.0/', 'http://224.0.0.1/', 'http://255.255.255.255/', 'http://[ff02::1]/', 'http://[::]/',
    'http://[::ffff:169.254.169.254]/', 'http://[64:ff9b::169.254.169.254]/', 'http://2852039166/', 'http://0xa9fea9fe/',
  ])('at %s, not even when it is listed', async (uri) => {
    const rules = { allowed: [new URL(uri).origin], onlyAllowed: false };
    expect(await judge(uri, rules)).toMatchObject({ why: expect.stringContaining('never called') });
  }); // prettier-ignore

  test.each([
    'http://127.0.0.1/',
    'http://127.9.9.9:80/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://2130706433/',
  ])('on loopback unless it is listed: %s', async (uri) => {
    expect(await judge(uri)).toMatchObject({
      why: expect.stringMatching(/is on loopback .* only what is in callbackAllowed is called$/),
    });
  });

  test('at a name one of whose addresses is bad', async () => {
    const why = { why: 'http://em.example is at 169.254.169.254, which is never called' };
    expect(await judge('http://em.example/', open, resolving('10.0.0.9', '169.254.169.254'))).toEqual(why);
    expect(await judge('http://em.example/', open, resolving('10.0.0.9', '::1'))).toMatchObject({
      why: expect.stringContaining('on loopback (::1)'),
    });
  });

  test('outside of what is listed, when nothing else may be called', async () => {
    const rules = { allowed: ['https://*.lab.example'], onlyAllowed: true };
    expect(await judge('https://em.lab.example/n', rules)).toMatchObject({ address: '10.0.0.9' });
    for (const uri of [
      'http://em.lab.example/',
      'https://em.lab.example:444/',
      'https://lab.example/',
      'https://x.example/',
    ])
      expect(await judge(uri, rules)).toEqual({
        why: `${new URL(uri).origin} is not in callbackAllowed, and only that is called`,
      });
  });

  test('at a name that cannot be resolved', async () => {
    const failing: Resolve = () => Promise.reject(new Error('getaddrinfo ENOTFOUND em.example'));
    expect(await judge('http://em.example/', open, failing)).toMatchObject({
      why: expect.stringContaining('ENOTFOUND'),
    });
    expect(await judge('http://em.example/', open, resolving())).toEqual({ why: 'em.example has no address' });
  });
});
