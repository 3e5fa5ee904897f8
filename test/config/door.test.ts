import { describe, expect, test } from '@jest/globals';
import { ConfigError, type BerthConfig } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import { ensureToken } from '../../src/config/token.js';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const user = { isRoot: false, home: () => '/home/op' };

function load(argv: readonly string[], environment: Record<string, string> = {}): BerthConfig {
  const config = loadConfig({ argv, environment, user });
  if (config === 'help') throw new Error('help was asked for');
  return config;
}

function complaint(argv: readonly string[], environment: Record<string, string> = {}): string {
  try {
    load(argv, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

const pair = ['--tls-certificate', '/etc/b/tls.crt', '--tls-key', '/etc/b/tls.key'];

describe('listening', () => {
  test.each(['127.0.0.1', '127.8.9.10', 'localhost', '[::1]', '[::ffff:127.0.0.1]'])('%s needs nothing', (host) => {
    expect(load(['--listen', `${host}:1`]).listen.port).toBe(1);
  });

  test.each(['0.0.0.0', '10.0.0.5', '[::]', '[fd00::5]', 'nfv.example', '128.0.0.1', '[::ffff:10.0.0.1]'])(
    '%s needs TLS, or to be asked for in so many words',
    (host) => {
      const listen = ['--listen', `${host}:9641`];
      const said = complaint(listen);
      expect(said).toContain(`listen is ${host}:9641 without TLS`);
      expect(said).toMatch(/tls\.certificate and tls\.key.*127\.0\.0\.1.*insecureListen: true/);
      expect(load([...listen, '--insecure-listen']).listen.port).toBe(9641);
      expect(load(listen, { BERTH_INSECURE_LISTEN: 'true' }).listen.port).toBe(9641);
      expect(complaint(listen, { BERTH_INSECURE_LISTEN: 'false' })).toContain('without TLS');
      expect(load([...listen, ...pair]).tls).toEqual({ certificate: '/etc/b/tls.crt', key: '/etc/b/tls.key' });
    },
  );

  test.each<readonly [string, string]>([
    ['127.0.0.1:99999', 'listen is "127.0.0.1:99999", and ports go from 0 to 65535'],
    [':19707', 'listen is ":19707", which is no address with a port: write it as 127.0.0.1:9641 or [::1]:9641'],
    ['::1:19707', 'listen is "::1:19707", which is no address with a port'],
  ])('%s is refused in words', (listen, said) => {
    expect(complaint(['--listen', listen])).toContain(said);
  });
});

describe('TLS', () => {
  test('may be given by several sources, a part each', () => {
    const environment = { BERTH_TLS_KEY: '/k', BERTH_TLS_CERTIFICATE: '/other', BERTH_TLS_CLIENT_CA: '/ca' };
    expect(load(['--tls-certificate', '/c'], environment).tls).toEqual({
      certificate: '/c',
      key: '/k',
      clientCa: '/ca',
    });
    expect(load([]).tls).toBeUndefined();
  });

  test.each([
    [['--tls-key', '/k'], 'tls lacks certificate'],
    [['--tls-certificate', '/c'], 'tls lacks key'],
    [['--tls-client-ca', '/c'], 'tls lacks certificate'],
  ])('%p is not enough', (argv, said) => {
    expect(complaint(argv)).toContain(said);
  });
});

describe('behind a proxy', () => {
  test.each([
    ['https://nfv.example', 'https://nfv.example'],
    ['https://NFV.example:443/', 'https://nfv.example'],
    ['http://10.0.0.1:8080/a/b/', 'http://10.0.0.1:8080/a/b'],
  ])('%s is where links begin: %s', (given, used) => {
    expect(load(['--public-url', given]).publicUrl).toBe(used);
  });

  test.each([
    'nfv.example',
    'ftp://a',
    'https://a/?x=1',
    'https://a/#x',
    'https://u:p@a',
    'https://a:99999',
    'https://a/..',
  ])('%s is no public URL', (given) => {
    expect(complaint(['--public-url', given])).toContain('which is no address that links can begin with');
  });

  test('proxies are addresses and subnets', () => {
    const proxies = ['10.0.0.5', '10.1.0.0/16', 'fd00::/64'];
    expect(load(proxies.flatMap((each) => ['--trusted-proxy', each])).trustedProxies).toEqual(proxies);
    expect(load([], { BERTH_TRUSTED_PROXIES: '10.0.0.5, ::1' }).trustedProxies).toEqual(['10.0.0.5', '::1']);
    for (const wrong of ['proxy.example', '10.0.0.0/33', '10.0.0', '*', '0.0.0.0/0/0'])
      expect(complaint(['--trusted-proxy', wrong])).toMatch(/trustedProxies.*(neither an (IP )?address nor a subnet)/);
  });
});

describe('a token', () => {
  test.each(['secret-token-of-an-operator\n', 'secret-token-of an-operator', 'secret-token-of-an-operatör', 'secret'])(
    '%p is refused, and never said',
    (token) => {
      const said = complaint([], { BERTH_TOKEN: token });
      expect(said).toContain('token is (hidden)');
      expect(said).not.toContain('secret');
    },
  );

  test('in a file that every user may read is refused with what to do', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'berth-token-'));
    const file = join(dataDir, 'token');
    writeFileSync(file, 'secret-token-of-an-operator\n', { mode: 0o644 });
    const said = await ensureToken(dataDir).catch((error: unknown) => String(error));
    expect(said).toContain(`the token file ${file} may be read by every user of this machine: chmod 600 ${file}`);
    expect(said).not.toContain('secret');
    rmSync(dataDir, { recursive: true });
  });
});
