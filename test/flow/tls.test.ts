/**
 * The listener with TLS, as clients and those who renew certificates meet it: a real server, keys made by OpenSSL.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { connect, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { complaintOf, createProgram } from '../../src/cli/program.js';
import { Pki, type Identity } from '../artifacts/signatures/authority.js';
import { token } from '../api/door.js';
import { startServer, until, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

const pki = new Pki();
const names = 'subjectAltName=DNS:localhost,DNS:berth.example,IP:127.0.0.1\n';
let ca: Identity;
let other: Identity;
beforeAll(() => {
  ca = pki.authority('ca');
  other = pki.authority('other');
});
afterAll(() => pki.remove());

const certificateOf = (name: string, days = 30): Identity => pki.signer(name, { by: ca, extensions: names, days });
const inFolder = (file: string): string => join(pki.folder, file);

/** Files as Kubernetes mounts a Secret: names that lead over `..data` to a folder, which is swapped as a whole. */
class Mounted {
  readonly folder: string;
  #generation = 0;

  constructor(name: string, first: Readonly<Record<string, string | Buffer>>) {
    this.folder = inFolder(name);
    mkdirSync(this.folder);
    this.swap(first);
    for (const file of Object.keys(first)) symlinkSync(join('..data', file), join(this.folder, file));
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  swap(content: Readonly<Record<string, string | Buffer>>): void {
    const to = `..${(this.#generation += 1)}`;
    mkdirSync(join(this.folder, to));
    for (const [name, text] of Object.entries(content)) writeFileSync(join(this.folder, to, name), text);
    symlinkSync(to, join(this.folder, '..next'));
    renameSync(join(this.folder, '..next'), join(this.folder, '..data'));
  }
}

const pairOf = ({ certificateFile, keyFile }: Identity): Record<string, Buffer> => ({
  'tls.crt': pki.openssl('x509', '-in', certificateFile),
  'tls.key': pki.openssl('pkey', '-in', keyFile),
});

const portOf = (server: Server): number => Number(new URL(server.origin).port);

function shownBy(server: Server, options: ConnectionOptions = {}): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const at = { host: '127.0.0.1', port: portOf(server), servername: 'localhost', ca: ca.certificate };
    const socket = connect({ ...at, ...options }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

function ask(server: Server, path: string, options: object = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = get(`https://localhost:${portOf(server)}${path}`, { ca: ca.certificate, ...options }, (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers });
      answer.resume();
    });
    request.on('error', reject);
  });
}

/** What the image asks to see whether Berth lives. */
function isHealthy(server: Server): Promise<boolean> {
  const file = readFileSync(join(import.meta.dirname, '../../Dockerfile'), 'utf8');
  const [, json = ''] = /^HEALTHCHECK .* CMD (\[.*\])$/m.exec(file) ?? [];
  const [, ...args] = JSON.parse(json) as string[];
  return new Promise((resolve) => {
    const ofPort = args.map((each) => each.replace('9641', String(portOf(server))));
    execFile(process.execPath, ofPort, (error) => resolve(error === null));
  });
}

async function berth(server: Server, options: readonly string[], url = `https://localhost:${portOf(server)}`) {
  const said: string[] = [];
  const program = createProgram({
    clock: systemClock,
    environment: { BERTH_TOKEN: token },
    out: (text) => said.push(text),
  });
  try {
    await program.parseAsync(['node', 'berth', '--url', url, ...options, 'host', 'list']);
  } catch (error) {
    said.push(complaintOf(error));
  }
  return said.join('\n');
}

describe('a listener with TLS', () => {
  let server: Server;
  let mounted: Mounted;
  beforeAll(async () => {
    mounted = new Mounted('mounted', pairOf(certificateOf('first')));
    const tls = { certificate: mounted.file('tls.crt'), key: mounted.file('tls.key') };
    server = await startServer({ settings: { tls } });
  });
  afterAll(() => server.stop());

  test('speaks TLS 1.2 and later and nothing else, and promises browsers that it will go on', async () => {
    expect(server.origin).toMatch(/^https:/);
    const { status, headers } = await ask(server, '/healthz');
    expect([status, headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
    await shownBy(server, { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(shownBy(server, old)).rejects.toThrow(/protocol version/);
    await expect(fetch(`http://127.0.0.1:${portOf(server)}/healthz`)).rejects.toThrow('fetch failed');
    expect(server.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('serves requests with the token at once, and counts their connections as those without TLS', async () => {
    const authorization = { headers: { authorization: `Bearer ${token}` } };
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(server, '/nfvi/v1/hosts', authorization)));
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
  });

  test('is reached by the command with the CA; without it the error says what is wrong', async () => {
    expect(await berth(server, ['--ca', inFolder(ca.certificateFile)])).toContain('sim-1');
    expect(await berth(server, [])).toContain('name the CA with --ca (BERTH_CA)');
    expect(await berth(server, ['--ca', inFolder(other.certificateFile)])).toContain('name the CA with --ca');
    expect(await berth(server, ['--ca', '/no/such.pem'])).toContain('The file /no/such.pem (--ca) cannot be read');
    expect(await berth(server, [], `http://localhost:${portOf(server)}`)).toContain('perhaps it speaks TLS');
    const elsewhere = `https://127.0.0.2:${portOf(server)}`;
    expect(await berth(server, ['--ca', inFolder(ca.certificateFile)], elsewhere)).toMatch(
      /does not answer|another name/,
    );
    const named = ['--ca', inFolder(ca.certificateFile), '--tls-name'];
    expect(await berth(server, [...named, 'berth.example'])).toContain('sim-1');
    expect(await berth(server, [...named, 'nfv.example'])).toContain('--tls-name (BERTH_TLS_NAME)');
  });

  test('takes a certificate that was swapped in, and keeps the former one when the new one does not fit', async () => {
    mounted.swap(pairOf(certificateOf('second')));
    await server.lookAgain();
    expect((await shownBy(server)).subject.CN).toBe('second');
    const third = pairOf(certificateOf('third'));
    const wrongs: readonly (readonly [Record<string, string | Buffer>, RegExp])[] = [
      [
        { ...third, 'tls.key': pairOf(ca)['tls.key'] ?? '' },
        /the key in \S+tls\.key is not that of the certificate in \S+tls\.crt/,
      ],
      [{ ...third, 'tls.crt': 'nonsense' }, /tls\.crt holds no certificate in PEM/],
      [{ ...third, 'tls.key': '' }, /tls\.key holds no key that can be used/],
      [{ 'tls.crt': third['tls.crt'] ?? '' }, /tls\.key cannot be read \(ENOENT/],
      [pairOf(certificateOf('late', -1)), /the certificate in \S+tls\.crt expired on /],
    ];
    for (const [content, said] of wrongs) {
      mounted.swap(content);
      const before = server.log.length;
      // The server looks by itself meanwhile, too: which look tells is shown in tls-certificates.test.ts.
      for (let look = 0; look < 3; look += 1) await server.lookAgain();
      const lines = server.log.slice(before);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatch(said);
      expect(lines[0]).toContain('the former certificate stays in force');
      expect((await shownBy(server)).subject.CN).toBe('second');
    }
    mounted.swap(third);
    await server.lookAgain();
    expect((await shownBy(server)).subject.CN).toBe('third');
  });

  test('is alive for the image', async () => {
    expect(await isHealthy(server)).toBe(true);
  });

  test('sees by itself that a file was replaced', async () => {
    mounted.swap(pairOf(certificateOf('by-itself')));
    await until(
      async () => (await shownBy(server)).subject.CN,
      (name) => name === 'by-itself',
      'the certificate was not looked at',
    );
  });

  test('tells when its certificate expires', async () => {
    const authorization = { headers: { authorization: `Bearer ${token}` } };
    const text = await new Promise<string>((resolve, reject) => {
      const at = { ca: ca.certificate, ...authorization };
      get(`https://localhost:${portOf(server)}/metrics`, at, (answer) => {
        let body = '';
        answer.on('data', (chunk) => (body += String(chunk))).on('end', () => resolve(body));
      }).on('error', reject);
    });
    const at = Number(/^berth_tls_expires_timestamp_seconds (\S+)$/m.exec(text)?.[1]) * 1000;
    expect(Math.abs(at - new Date((await shownBy(server)).valid_to).getTime())).toBeLessThan(1000);
    expect(text).toMatch(/^berth_tls_files_refused 0$/m);
  });
});

describe('a listener that asks for client certificates', () => {
  let server: Server;
  let mine: Identity;
  beforeAll(async () => {
    const own = certificateOf('asking');
    mine = certificateOf('operator');
    const [certificate, key, clientCa] = [own.certificateFile, own.keyFile, ca.certificateFile].map(inFolder);
    server = await startServer({
      settings: { tls: { certificate: certificate ?? '', key: key ?? '', clientCa: clientCa ?? '' } },
    });
  });
  afterAll(() => server.stop());

  test('answers nobody without one, and nobody whose is signed by another', async () => {
    await expect(ask(server, '/healthz')).rejects.toThrow(/certificate required|ECONNRESET|socket hang up/);
    const stranger = pki.signer('stranger', { by: other });
    const [cert, key] = [stranger.certificate, pki.openssl('pkey', '-in', stranger.keyFile)];
    await expect(ask(server, '/healthz', { cert, key })).rejects.toThrow(/alert|ECONNRESET|socket hang up/);
    const known = { cert: mine.certificate, key: pki.openssl('pkey', '-in', mine.keyFile) };
    expect((await ask(server, '/healthz', known)).status).toBe(200);
    expect((await ask(server, '/nfvi/v1/hosts', known)).status).toBe(401);
  });

  test('is alive for the image', async () => {
    expect(await isHealthy(server)).toBe(true);
  });

  test('is reached by the command with certificate and key', async () => {
    const trust = ['--ca', inFolder(ca.certificateFile)];
    const pair = ['--client-certificate', inFolder(mine.certificateFile), '--client-key', inFolder(mine.keyFile)];
    expect(await berth(server, [...trust, ...pair])).toContain('sim-1');
    expect(await berth(server, trust)).toMatch(/asks for a client certificate/);
    expect(await berth(server, [...trust, ...pair.slice(0, 2)])).toContain(
      'give both --client-certificate and --client-key',
    );
  });
});

describe('a start', () => {
  const certificate = (): string => inFolder(ca.certificateFile);
  test.each<readonly [string, () => { certificate: string; key: string; clientCa?: string }, RegExp]>([
    [
      'without the file',
      () => ({ certificate: '/no/such.pem', key: '/no/such.key' }),
      /^tls: \/no\/such\.pem cannot be read \(ENOENT/,
    ],
    [
      'with another key',
      () => ({ certificate: certificate(), key: inFolder(other.keyFile) }),
      /is not that of the certificate/,
    ],
    [
      'with no certificate of a client CA',
      () => ({ certificate: certificate(), key: inFolder(ca.keyFile), clientCa: inFolder(ca.keyFile) }),
      /holds no certificates in PEM/,
    ],
  ])('%s is refused', async (_, tls, said) => {
    await expect(startServer({ settings: { tls: tls() } })).rejects.toThrow(said);
  });
});

test('a Berth without TLS is alive for the image, and one that is gone is not', async () => {
  const server = await startServer();
  expect(await isHealthy(server)).toBe(true);
  await server.stop();
  expect(await isHealthy(server)).toBe(false);
});
