/**
 * How clients see Berth: every link of an answer begins with what the operator configured, with what a trusted proxy says,
 * or with the Host of the request, and with nothing that anybody else wrote.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ApiOptions } from '../../../src/api/ports.js';
import { vnfInstanceId } from '../../../src/shared/ids.js';
import type { InstanceRecords } from '../../../src/store/instances.js';
import { instance } from '../../builders/instance.js';
import { openDoor, token, type Door } from '../door.js';
import { rawClient } from './raw-client.js';

let door: Door;
afterEach(() => door.close());

const page = '/vnflcm/v2/vnf_instances';
const instances = ['a', 'b', 'c'].map((id) => instance({ id: vnfInstanceId(id) }));

async function open(options: Partial<ApiOptions> = {}): Promise<void> {
  const instancePage: InstanceRecords['instancePage'] = ({ after, limit }) =>
    Promise.resolve(instances.filter(({ id }) => after === undefined || id > after).slice(0, limit));
  door = await openDoor({ store: { instancePage }, options: { pageSize: 2, ...options } });
}

interface Said {
  readonly status: string;
  /** What all links begin with; a link each when they differ. */
  readonly bases: readonly string[];
}

async function ask(lines: readonly string[], start = `GET ${page} HTTP/1.1`): Promise<Said> {
  const head = [start, `Authorization: Bearer ${token}`, 'Version: 2.0.0', 'Connection: close', ...lines, '', ''];
  const client = await rawClient(door.origin, head.join('\r\n'));
  const answer = await client.untilClosed();
  client.socket.destroy();
  const links = [...answer.matchAll(/"href":"([^"]*)"|<([^>]*)>; rel="next"/g)].map((each) => each[1] ?? each[2] ?? '');
  return { status: answer.slice(9, 12), bases: [...new Set(links.map((each) => each.replace(/\/vnflcm\/.*$/, '')))] };
}

const from = (base: string): Said => ({ status: '200', bases: [base] });
const refused: Said = { status: '400', bases: [] };
const host = 'Host: berth.example';
const evil = [
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: https',
  'X-Forwarded-Port: 666',
  'X-Forwarded-Prefix: /evil',
  'X-Forwarded-For: 6.6.6.6',
  'Forwarded: for=6.6.6.6;host=evil.example;proto=https',
  'X-Forwarded-Server: evil.example',
  'X-Original-Host: evil.example',
  'X-Host: evil.example',
];

describe('without proxies', () => {
  test('links begin with the Host of the request, and headers of proxies mean nothing', async () => {
    await open();
    expect(await ask([host])).toEqual(from('http://berth.example'));
    expect(await ask([host, ...evil])).toEqual(from('http://berth.example'));
  });

  test('of a client without Host they begin with the address that it reached', async () => {
    await open();
    const start = `GET ${page} HTTP/1.0`;
    expect(await ask([], start)).toEqual(from(door.origin));
    expect(await ask(['Host:'], start)).toEqual(from(door.origin));
  });

  test.each(['a b', 'x:70000', 'x:y', '999.1.2.3', '[::zz]', 'evil@berth', 'a/b', 'a?b', 'a\\b', '"a"', 'a:1:2'])(
    'Host %s is refused',
    async (wrong) => {
      await open();
      expect(await ask([`Host: ${wrong}`])).toEqual(refused);
    },
  );

  test('two Hosts are refused', async () => {
    await open();
    expect((await ask([host, 'Host: evil.example'])).status).toBe('400');
  });

  test('a target in absolute form is taken as its path, and its authority counts', async () => {
    await open();
    expect(await ask(['Host: other'], `GET http://berth.example${page} HTTP/1.1`)).toEqual(
      from('http://berth.example'),
    );
    expect(await ask([host], `GET http://a:70000${page} HTTP/1.1`)).toEqual(refused);
    expect(await ask([host], `GET http://u:p@a${page} HTTP/1.1`)).toEqual(refused);
    expect((await ask([host], 'GET http://berth.example/healthz HTTP/1.1')).status).toBe('200');
    expect((await ask([host], 'GET http://berth.example HTTP/1.1')).status).toBe('200');
    expect((await ask([host], `PUT http://berth.example${page} HTTP/1.1`)).status).toBe('405');
  });
});

describe('behind a trusted proxy', () => {
  const trusted = { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] };

  test.each<readonly [string, readonly string[], string]>([
    ['nothing said', [], 'http://berth.example'],
    ['the protocol', ['X-Forwarded-Proto: HTTPS'], 'https://berth.example'],
    ['protocol and host', ['X-Forwarded-Proto: https', 'X-Forwarded-Host: nfv.example'], 'https://nfv.example'],
    [
      'a port',
      ['X-Forwarded-Host: nfv.example', 'X-Forwarded-Port: 8443', 'X-Forwarded-Proto: https'],
      'https://nfv.example:8443',
    ],
    ['the usual port', ['X-Forwarded-Port: 443', 'X-Forwarded-Proto: https'], 'https://berth.example'],
    ['a prefix', ['X-Forwarded-Host: nfv.example', 'X-Forwarded-Prefix: /a/berth/'], 'http://nfv.example/a/berth'],
    ['the standard', ['Forwarded: for=10.1.1.1;proto=https;host="nfv.example:8443"'], 'https://nfv.example:8443'],
    [
      'both, of one mind',
      ['Forwarded: proto=https;host=n', 'X-Forwarded-Host: n', 'X-Forwarded-Proto: https'],
      'https://n',
    ],
    [
      'two proxies',
      ['X-Forwarded-For: 6.6.6.6, 10.0.0.9', 'X-Forwarded-Host: nfv.example, inner', 'X-Forwarded-Proto: https, http'],
      'https://nfv.example',
    ],
    [
      'what the client itself wrote first',
      ['X-Forwarded-For: 10.0.0.1, 6.6.6.6', 'X-Forwarded-Host: evil.example, nfv.example'],
      'http://nfv.example',
    ],
    [
      'the same in the standard',
      ['Forwarded: for=10.0.0.1;host=evil.example, for="[2001:db8::6]:4711";host=nfv.example'],
      'http://nfv.example',
    ],
  ])('%s', async (_, lines, base) => {
    await open(trusted);
    expect(await ask([host, ...lines])).toEqual(from(base));
  });

  test.each([
    ['X-Forwarded-Host: a b'],
    ['X-Forwarded-Host: evil.example/x'],
    ['X-Forwarded-Proto: javascript'],
    ['X-Forwarded-Port: 70000'],
    ['X-Forwarded-Prefix: //evil.example'],
    ['X-Forwarded-Prefix: /..'],
    ['Forwarded: host=evil.example/x'],
    ['Forwarded: for="'],
    ['Forwarded: host=evil.example', 'X-Forwarded-Host: nfv.example'],
    ['Forwarded: for=6.6.6.6', 'X-Forwarded-For: 7.7.7.7'],
  ])('%s %s is refused', async (...lines) => {
    await open(trusted);
    expect(await ask([host, ...lines])).toEqual(refused);
  });

  test('the log names the client and not the proxy', async () => {
    await open(trusted);
    await ask([host, 'X-Forwarded-For: 192.0.2.7'], `POST ${page} HTTP/1.1`);
    expect(door.log.join()).toContain('"client":"192.0.2.7"');
  });

  test('of another proxy nothing is believed', async () => {
    await open({ trustedProxies: ['10.0.0.5'] });
    expect(await ask([host, ...evil])).toEqual(from('http://berth.example'));
    await ask([host, 'X-Forwarded-For: 192.0.2.7'], `POST ${page} HTTP/1.1`);
    expect(door.log.join()).not.toContain('192.0.2.7');
  });
});

describe('with a public URL', () => {
  test('every link begins with it, whatever the request says', async () => {
    const publicUrl = 'https://nfv.example/berth';
    await open({ publicUrl });
    for (const lines of [[host], ['Host: evil.example'], [host, ...evil]])
      expect(await ask(lines)).toEqual(from(publicUrl));
    expect(await ask([], `GET ${page} HTTP/1.0`)).toEqual(from(publicUrl));
  });
});
