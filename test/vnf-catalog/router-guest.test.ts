import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contractExample } from './contract-examples.js';
import { withCpuSeconds } from './cpu-limit.js';
import { compileRouter, hasCompiler, sanitized } from './router-program.js';

const folder = mkdtempSync(join(tmpdir(), 'router-guest.'));
const describeCompiled = hasCompiler ? describe : describe.skip;
let program = '';

beforeAll(() => {
  program = compileRouter(folder);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function document(content: unknown): string {
  const path = join(folder, `${String(files++)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
function run(...words: string[]): string {
  const limited = withCpuSeconds(2, program, ...words);
  const { stdout, stderr } = spawnSync(...limited, { encoding: 'utf8', env: sanitized });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}
const check = (content: unknown) => run('check', document(content));

describeCompiled('the router document', () => {
  it('accepts what the contract shows', () => {
    expect(check(contractExample("The router's document"))).toBe('ok');
  });

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
    [{ bgp: {} }, 'bgp.asn must be an AS number between 1 and 4294967295'],
    [{ bgp: { asn: 4294967296 } }, 'bgp.asn must be an AS number between 1 and 4294967295'],
    [
      { bgp: { asn: 1, neighbors: [{ address: '10.1.0.2\n shutdown', remoteAsn: 2 }] } },
      'bgp.neighbors[0].address must be an IPv4 or IPv6 address in quotes',
    ],
    [
      { ospf: { interfaces: [{ name: 'north', area: '0.0.0.0' }] } },
      'ospf.interfaces[0].name: there is no interface named "north"',
    ],
    [
      { ospf: { interfaces: [{ name: 'west' }] } },
      'ospf.interfaces[0].area must be an IPv4 address in quotes, or a number',
    ],
    [{ frr: ['router bgp 1'] }, 'frr must be a string of FRR configuration lines'],
  ])('refuses %j', (content, reason) => {
    expect(check(content)).toBe(reason);
  });

  it('refuses a route or a neighbor named twice', () => {
    const route = { to: '10.9.0.0/16', via: '10.1.0.2' };
    const neighbor = { address: '10.1.0.2', remoteAsn: 65002 };
    expect(check({ staticRoutes: [route, route] })).toBe('staticRoutes names 10.9.0.0/16 twice');
    expect(check({ bgp: { asn: 1, neighbors: [neighbor, neighbor] } })).toBe(
      'bgp.neighbors[1].address: 10.1.0.2 is named twice',
    );
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
    expect(check(`{${keys.join(',')}}`)).toBe('line 1 is not JSON: an object has more than 1024 keys');
  });

  it('is never a crash, wherever a good document is cut', () => {
    const whole = JSON.stringify({
      bgp: { asn: 1, neighbors: [{ address: '10.1.0.2', remoteAsn: 2 }] },
      frr: 'a\\u00e9"',
    });
    for (let length = 1; length < whole.length; length++) expect(check(whole.slice(0, length))).toMatch(/not JSON/);
  });
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
        'bgp route-map delay-timer 1',
        'router bgp 65001',
        ' bgp router-id 10.1.0.1',
        ' no bgp ebgp-requires-policy',
        ' no bgp default ipv4-unicast',
        ' neighbor 10.1.0.2 remote-as 65002',
        ' address-family ipv4 unicast',
        '  neighbor 10.1.0.2 activate',
        '  network 10.1.0.0/24',
        ' address-family ipv6 unicast',
      ].join('\n'),
    );
  });

  const address = '10.1.0.2';
  const within = (...neighbors: object[]) => ({ bgp: { ...bgp, neighbors }, ...policy });
  const policy = {
    prefixLists: {
      nets: [{ prefix: '10.0.0.0/8', ge: 16, le: 24 }],
      six: [{ prefix: '2001:db8::/32', action: 'deny' }],
    },
    routeMaps: {
      in: [
        { match: { prefixList: 'nets', community: ['65002:1', 'no-export'] }, set: { localPreference: 200, med: 5 } },
        { action: 'deny', match: { prefixList: 'six' } },
      ],
      out: [{ set: { addCommunity: '65001:7', prepend: 2 } }],
    },
  };

  it('renders everything that a neighbor may have', () => {
    const neighbor = {
      address: 'fd01::2',
      remoteAsn: 65002,
      description: 'the other side',
      password: 's3cret!',
      ebgpMultihop: 2,
      timers: { keepaliveSeconds: 3, holdSeconds: 9, connectSeconds: 5 },
      bfd: { receiveMs: 100 },
      families: {
        ipv4: {},
        ipv6: { maxPrefix: { prefixes: 10, restartMinutes: 1 }, routeMapIn: 'in', routeMapOut: 'out' },
      },
    };
    const rendered = run('render', document({ ...within(neighbor), hostname: 'r1' }), 'bgpd').split('\n');
    for (const line of [
      'ip prefix-list nets seq 10 permit 10.0.0.0/8 ge 16 le 24',
      'ipv6 prefix-list six seq 10 deny 2001:db8::/32',
      'bgp community-list standard c_65002:1_no-export seq 10 permit 65002:1 no-export',
      'route-map in permit 10',
      ' match ip address prefix-list nets',
      ' match community c_65002:1_no-export',
      ' set local-preference 200',
      ' set metric 5',
      'route-map in deny 20',
      ' match ipv6 address prefix-list six',
      ' set community 65001:7 additive',
      ' set as-path prepend 65001 65001',
      ' neighbor fd01::2 remote-as 65002',
      ' neighbor fd01::2 description the other side',
      ' neighbor fd01::2 password s3cret!',
      ' neighbor fd01::2 ebgp-multihop 2',
      ' neighbor fd01::2 timers 3 9',
      ' neighbor fd01::2 timers connect 5',
      ' neighbor fd01::2 capability extended-nexthop',
      ' neighbor fd01::2 bfd profile b100-300-3',
      '  neighbor fd01::2 maximum-prefix 10 restart 1',
      '  neighbor fd01::2 route-map in in',
      '  neighbor fd01::2 route-map out out',
    ])
      expect(rendered).toContain(line);
    expect(run('render', document(within(neighbor)), 'bfdd').split('\n')).toEqual([
      ...['bfd', ' profile b100-300-3', '  detect-multiplier 3', '  receive-interval 100', '  transmit-interval 300'],
    ]);
  });

  it('renders OSPF of both versions', () => {
    const west = {
      name: 'west',
      area: 1,
      cost: 5,
      passive: true,
      network: 'point-to-point',
      helloSeconds: 1,
      deadSeconds: 4,
    };
    const content = {
      ospf: { interfaces: [west] },
      ospf6: { routerId: '10.1.0.1', interfaces: [{ ...west, bfd: true }] },
    };
    expect(run('render', document(content), 'ospfd').split('\n')).toEqual([
      ...['interface west', ' ip ospf area 0.0.0.1', ' ip ospf cost 5', ' ip ospf passive'],
      ...[' ip ospf network point-to-point', ' ip ospf hello-interval 1', ' ip ospf dead-interval 4', 'router ospf'],
    ]);
    expect(run('render', document(content), 'ospf6d').split('\n')).toEqual([
      ...['interface west', ' ipv6 ospf6 area 0.0.0.1', ' ipv6 ospf6 cost 5', ' ipv6 ospf6 passive'],
      ...[' ipv6 ospf6 network point-to-point', ' ipv6 ospf6 hello-interval 1', ' ipv6 ospf6 dead-interval 4'],
      ...[' ipv6 ospf6 bfd', ' ipv6 ospf6 bfd profile b300-300-3', 'router ospf6', ' ospf6 router-id 10.1.0.1'],
    ]);
  });

  it.each([
    [
      within({ address, remoteAsn: 2, password: 'a b' }),
      'bgp.neighbors[0].password must be 1 to 80 printable characters without spaces, without | and ?',
    ],
    [
      within({ address, remoteAsn: 2, description: 'a\nb' }),
      'bgp.neighbors[0].description must be 1 to 80 printable characters, without | and ?',
    ],
    [within({ address: 'fe80::1', remoteAsn: 2 }), 'bgp.neighbors[0].address must not be link-local'],
    [
      within({ address, remoteAsn: 65001, ebgpMultihop: 2 }),
      'bgp.neighbors[0].ebgpMultihop means nothing within the own AS',
    ],
    [
      within({ address, remoteAsn: 2, timers: { holdSeconds: 9 } }),
      'bgp.neighbors[0].timers must have both keepaliveSeconds and holdSeconds, or neither',
    ],
    [
      within({ address, remoteAsn: 2, timers: { keepaliveSeconds: 4, holdSeconds: 9 } }),
      'bgp.neighbors[0].timers.keepaliveSeconds must be at most a third of holdSeconds',
    ],
    [within({ address, remoteAsn: 2, families: {} }), 'bgp.neighbors[0].families must have ipv4, ipv6, or both'],
    [within({ address, remoteAsn: 2, families: { vpn: {} } }), 'bgp.neighbors[0].families has an unknown key "vpn"'],
    [
      within({ address, remoteAsn: 2, families: { ipv4: { routeMapIn: 'x' } } }),
      'bgp.neighbors[0].families.ipv4.routeMapIn: there is no route map named "x"',
    ],
    [
      within({ address, remoteAsn: 2, families: { ipv4: { maxPrefix: {} } } }),
      'bgp.neighbors[0].families.ipv4.maxPrefix must have prefixes',
    ],
    [
      within({ address, remoteAsn: 2, bfd: { receiveMs: 10 } }),
      'bgp.neighbors[0].bfd.receiveMs must be a number from 50 to 60000',
    ],
    [{ bgp: { asn: 1, maximumPaths: 65 } }, 'bgp.maximumPaths must be a number from 1 to 64'],
    [
      { bgp: { asn: 1, networks: ['10.0.0.1/8'] } },
      'bgp.networks[0] "10.0.0.1/8" is not a network such as 10.1.0.0/24',
    ],
    [
      { prefixLists: { 'a b': [] } },
      'prefixLists: "a b" is not 1 to 40 letters, digits, dots, hyphens and underscores',
    ],
    [{ prefixLists: { a: [] } }, 'prefixLists.a must have an entry'],
    [{ prefixLists: { a: [{ prefix: '10.0.0.0/8', ge: 8 }] } }, 'prefixLists.a[0].ge must be a number from 9 to 32'],
    [
      { prefixLists: { a: [{ prefix: '10.0.0.0/8', ge: 24, le: 16 }] } },
      'prefixLists.a[0].le must be a number from 24 to 32',
    ],
    [
      { prefixLists: { a: [{ prefix: '10.0.0.0/8' }, { prefix: '2001:db8::/32' }] } },
      'prefixLists.a[1].prefix is not of the family of the entries before it',
    ],
    [
      { routeMaps: { a: [{ match: { prefixList: 'b' } }] } },
      'routeMaps.a[0].match.prefixList: there is no prefix list named "b"',
    ],
    [
      { routeMaps: { a: [{ match: { community: '1:70000' } }] } },
      'routeMaps.a[0].match.community "1:70000" is not a community such as 65001:10 or no-export',
    ],
    [
      { routeMaps: { a: [{ action: 'deny', set: { med: 1 } }] } },
      'routeMaps.a[0].set means nothing where the action is deny',
    ],
    [
      { ospf6: { interfaces: [{ name: 'west', area: 0, helloSeconds: 40 }] } },
      'ospf6.interfaces[0].deadSeconds is 40, which is not more than helloSeconds, 40',
    ],
    [
      { ospf: { interfaces: [{ name: 'west', area: 0, network: 'nbma' }] } },
      'ospf.interfaces[0].network must be broadcast or point-to-point',
    ],
    [
      {
        bgp: {
          asn: 1,
          neighbors: Array.from({ length: 257 }, (_, at) => ({
            address: `10.1.${String(at >> 8)}.${String(at & 255)}`,
            remoteAsn: 2,
          })),
        },
      },
      'bgp.neighbors has 257 entries; 256 are allowed',
    ],
  ])('refuses %j', (content, reason) => {
    expect(check(content)).toBe(reason);
  });

  it('adds and removes only what changed', () => {
    const after = { bgp: { ...bgp, networks: ['10.2.0.0/24'] } };
    const family = (line: string) => ['router bgp 65001', 'address-family ipv4 unicast', line, 'exit', 'exit'];
    expect(difference({ bgp }, after, 'bgpd')).toEqual([
      ...family('no network 10.1.0.0/24'),
      ...family('network 10.2.0.0/24'),
    ]);
  });

  it('gives a setting its new value without taking the old one away', () => {
    const neighbor = { address, remoteAsn: 65002, password: 'old' };
    expect(difference(within(neighbor), within({ ...neighbor, password: 'new' }), 'bgpd')).toEqual([
      ...['router bgp 65001', 'neighbor 10.1.0.2 password new', 'exit'],
    ]);
    expect(difference(within(neighbor), within({ ...neighbor, remoteAsn: 65003 }), 'bgpd')).toEqual([
      ...['router bgp 65001', 'neighbor 10.1.0.2 remote-as 65003', 'exit'],
    ]);
  });

  it('removes a neighbor with one command', () => {
    const neighbor = { address, remoteAsn: 65002, password: 'old', families: { ipv4: { routeMapIn: 'in' } } };
    expect(difference(within(neighbor), within(), 'bgpd')).toEqual([
      ...['router bgp 65001', 'no neighbor 10.1.0.2 remote-as 65002', 'exit'],
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
