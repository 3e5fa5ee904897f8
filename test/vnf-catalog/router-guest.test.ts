import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'router-guest.'));
const program = join(folder, 'router-guest');
const guest = [
  ...['json', 'reason', 'address', 'files', 'document-checks', 'links', 'network', 'routes', 'netlink'],
  ...['static-routes', 'vlans'],
].map((name) => `vnf-catalog/guest/${name}.c`);
const router = ['document.c', 'frr-render.c'].map((file) => `vnf-catalog/router/guest/${file}`);
const compiler = spawnSync('gcc', ['--version']).status === 0;
const describeCompiled = compiler ? describe : describe.skip;

beforeAll(() => {
  const includes = ['-Ivnf-catalog/guest', '-Ivnf-catalog/router/guest'];
  const checks = [
    '-std=gnu11',
    '-g',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover',
  ];
  if (compiler)
    execFileSync('gcc', [
      ...checks,
      ...includes,
      '-o',
      program,
      'test/vnf-catalog/router-guest.c',
      ...guest,
      ...router,
    ]);
}, 60_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function document(content: unknown): string {
  const path = join(folder, `${String(files++)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
// Nothing is freed on purpose (json.h), so leaks are no finding; a memory error is, and shows on stderr.
function run(...words: string[]): string {
  const { stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', env: { ASAN_OPTIONS: 'detect_leaks=0' } });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}
const check = (content: unknown) => run('check', document(content));

describeCompiled('the router document', () => {
  it.each([
    ['an empty file', ''],
    ['an empty object', {}],
    ['forwarding alone', { forwarding: true }],
    ['IPv6 routes', { staticRoutes: [{ to: '2001:db8:9::/48', via: '2001:db8::1' }] }],
    ['a default route', { staticRoutes: [{ to: 'default', via: '10.1.0.254' }] }],
    ['an area as a number', { ospf: { interfaces: [{ name: 'west', area: 0 }] } }],
    ['a 32-bit AS number', { bgp: { asn: 4294967295 } }],
    ['escapes', '{"frr":"router bgp 1\\n \\u00e9\\ud83d\\ude00\\"\\\\"}'],
  ])('accepts %s', (_, content) => {
    expect(check(content)).toBe('ok');
  });

  it.each([
    [{ hostnam: 'r1' }, 'the configuration has an unknown key "hostnam"'],
    [{ bgp: { asn: 1, peers: [] } }, 'bgp has an unknown key "peers"'],
    [
      { staticRoutes: [{ to: '10.0.0.0/8', via: '10.1.0.2', dev: 'west' }] },
      'staticRoutes[0] has an unknown key "dev"',
    ],
    [[], 'the configuration must be an object, not an array'],
    ['{"forwarding":true,"forwarding":false}', 'line 1 repeats the key "forwarding"'],
    ['{\n"forwarding": yes\n}', 'line 2 is not JSON: a value was expected'],
    ['{} {}', 'line 1 is not JSON: text follows the document'],
    ['{"hostname":"r1\n"}', 'line 2 is not JSON: a control character stands in a string'],
    ['{"frr":"\\u0000"}', 'line 1 is not JSON: a string holds an unknown escape'],
    ['['.repeat(100), 'line 1 is not JSON: it is nested too deeply'],
    [{ forwarding: 'yes' }, 'forwarding must be true or false'],
    [{ hostname: 'r 1' }, 'hostname may hold letters, digits, hyphens and dots only'],
    [{ staticRoutes: {} }, 'staticRoutes must be an array, not an object'],
    [
      { staticRoutes: [{ to: '10.9.0.1/16', via: '10.1.0.2' }] },
      'staticRoutes[0].to "10.9.0.1/16" is not a network such as 10.9.0.0/16',
    ],
    [
      { staticRoutes: [{ to: '10.9.0.0/33', via: '10.1.0.2' }] },
      'staticRoutes[0].to "10.9.0.0/33" is not a network such as 10.9.0.0/16',
    ],
    [
      { staticRoutes: [{ to: '10.9.0.0/16', via: '2001:db8::1' }] },
      'staticRoutes[0].via is not of the same family as 10.9.0.0/16',
    ],
    [{ bgp: {} }, 'bgp: asn must be an AS number between 1 and 4294967295'],
    [{ bgp: { asn: 4294967296 } }, 'bgp: asn must be an AS number between 1 and 4294967295'],
    [
      { bgp: { asn: 1, neighbors: [{ address: '10.1.0.2\n shutdown', remoteAsn: 2 }] } },
      'bgp: the address of a neighbor must be an IPv4 address in quotes',
    ],
    [{ ospf: { interfaces: [{ name: 'north', area: '0.0.0.0' }] } }, 'ospf: there is no interface named "north"'],
    [{ ospf: { interfaces: [{ name: 'west' }] } }, 'ospf: the area of an interface must be an IPv4 address in quotes'],
    [{ frr: ['router bgp 1'] }, 'frr must be a string of FRR configuration lines'],
  ])('refuses %j', (content, reason) => {
    expect(check(content)).toBe(reason);
  });

  it('refuses a route or a neighbor named twice', () => {
    const route = { to: '10.9.0.0/16', via: '10.1.0.2' };
    const neighbor = { address: '10.1.0.2', remoteAsn: 65002 };
    expect(check({ staticRoutes: [route, route] })).toBe('staticRoutes names 10.9.0.0/16 twice');
    expect(check({ bgp: { asn: 1, neighbors: [neighbor, neighbor] } })).toBe('bgp names the neighbor 10.1.0.2 twice');
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a code above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a cut character', [0xe2, 0x82]],
  ])('refuses bytes that are not UTF-8: %s', (_, bytes) => {
    const path = document('');
    writeFileSync(path, Buffer.concat([Buffer.from('{"frr":"'), Buffer.from(bytes), Buffer.from('"}')]));
    expect(run('check', path)).toBe('line 1 is not JSON: a string is not UTF-8');
  });

  it('refuses an object of very many keys at once', () => {
    const keys = Array.from({ length: 60_000 }, (_, at) => `"k${String(at)}":1`);
    const begun = Date.now();
    expect(check(`{${keys.join(',')}}`)).toBe('line 1 is not JSON: an object has more than 1024 keys');
    expect(Date.now() - begun).toBeLessThan(2000);
  });

  it('is never a crash, wherever a good document is cut', () => {
    const whole = JSON.stringify({
      bgp: { asn: 1, neighbors: [{ address: '10.1.0.2', remoteAsn: 2 }] },
      frr: 'a\\u00e9"',
    });
    for (let length = 1; length < whole.length; length++) expect(check(whole.slice(0, length))).toMatch(/not JSON/);
  }, 60_000);
});

describeCompiled('FRR configuration', () => {
  const bgp = {
    asn: 65001,
    routerId: '10.1.0.1',
    neighbors: [{ address: '10.1.0.2', remoteAsn: 65002 }],
    networks: ['10.1.0.0/24'],
  };
  const difference = (before: unknown, after: unknown, daemon: string) =>
    run('difference', document(before), document(after), daemon).split('\n');

  it('renders BGP', () => {
    expect(run('render', document({ bgp }), 'bgpd')).toBe(
      [
        'router bgp 65001',
        ' bgp router-id 10.1.0.1',
        ' no bgp ebgp-requires-policy',
        ' neighbor 10.1.0.2 remote-as 65002',
        ' network 10.1.0.0/24',
      ].join('\n'),
    );
  });

  it('adds and removes only what changed', () => {
    const after = { bgp: { ...bgp, networks: ['10.2.0.0/24'] } };
    expect(difference({ bgp }, after, 'bgpd')).toEqual([
      ...['router bgp 65001', 'no network 10.1.0.0/24', 'exit'],
      ...['router bgp 65001', 'network 10.2.0.0/24', 'exit'],
    ]);
  });

  it('replaces the whole process when the AS number changes', () => {
    const commands = difference({ bgp }, { bgp: { ...bgp, asn: 65003 } }, 'bgpd');
    expect(commands.slice(0, 3)).toEqual(['no router bgp 65001', 'router bgp 65003', 'exit']);
    expect(commands).not.toContain('router bgp 65001');
  });

  it('takes OSPF off an interface without removing the interface', () => {
    const ospf = (...names: string[]) => ({ ospf: { interfaces: names.map((name) => ({ name, area: '0.0.0.0' })) } });
    expect(difference(ospf('west', 'east'), ospf('east'), 'ospfd')).toEqual([
      'interface west',
      'no ip ospf area 0.0.0.0',
      'exit',
    ]);
  });

  it('says nothing when nothing changed', () => {
    expect(difference({ bgp }, { bgp }, 'bgpd')).toEqual(['']);
  });
});
