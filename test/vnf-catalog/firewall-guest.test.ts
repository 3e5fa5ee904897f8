import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirewallProgram, hasCompiler } from './firewall-program.js';

const folder = mkdtempSync(join(tmpdir(), 'firewall-guest.'));
const describeCompiled = hasCompiler ? describe : describe.skip;
const firewall = new FirewallProgram(folder);
// A network namespace of its own takes the ruleset, where this machine lets one be made.
const kernel = spawnSync('unshare', ['-n', 'nft', 'add', 'table', 'inet', 'probe']).status === 0;
const itInKernel = kernel ? it : it.skip;

beforeAll(() => {
  firewall.compile();
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const zones = { inside: { interfaces: ['west'] }, outside: { interfaces: ['east'] } };
const web = {
  name: 'web',
  from: 'inside',
  to: 'outside',
  protocol: 'tcp',
  destinationPorts: [80],
  action: 'accept',
};
const rules = (...changes: object[]) => ({
  zones,
  rules: changes.map((change, at) => ({ ...web, name: `r${String(at)}`, ...change })),
});
const sets = {
  hosts: { type: 'ipv4', elements: ['192.0.2.1'] },
  hosts6: { type: 'ipv6', elements: ['2001:db8::/32'] },
  ports: { type: 'port', elements: [80, '8000-8100'] },
};
const destination = {
  name: 'www',
  from: 'outside',
  address: '10.2.0.1',
  protocol: 'tcp',
  ports: '8080-8082',
  toAddress: '10.1.0.80',
};
const source = { name: 'out', from: 'inside', to: 'outside', source: '10.1.0.0/24', masquerade: true };

/** Every part of the grammar at once. */
const everything = {
  hostname: 'fw1',
  defaultAction: 'reject',
  staticRoutes: [{ to: '10.9.0.0/16', via: '10.2.0.2' }],
  zones: {
    inside: { interfaces: ['west'], networks: ['10.1.0.0/24', 'fd01::/64'] },
    outside: { interfaces: ['east'], antiSpoofing: false },
    dmz: { interfaces: ['dmz'] },
  },
  sets,
  rules: [
    {
      name: 'bad',
      from: 'any',
      to: 'any',
      source: ['@hosts', '@hosts6', '198.51.100.0/24'],
      log: true,
      action: 'drop',
    },
    web,
    {
      name: 'dns',
      from: 'any',
      to: 'outside',
      protocol: 'udp',
      destinationPorts: [53],
      rateLimit: { packetsPerSecond: 9 },
      action: 'accept',
    },
    {
      name: 'ssh',
      from: ['outside', 'dmz'],
      to: 'inside',
      protocol: 'tcp',
      sourcePorts: ['1024-65535'],
      destinationPorts: [22],
      connectionLimit: { perSource: 4 },
      rateLimit: { connectionsPerSecond: 5, burst: 5 },
      action: 'accept',
    },
    { name: 'all', from: 'dmz', to: 'outside', connectionLimit: { total: 10 }, action: 'accept' },
    { name: 'ping', from: 'inside', to: 'self', protocol: 'icmp', icmpTypes: ['echo-request', 13], action: 'accept' },
    { name: 'ping6', from: 'self', to: 'any', protocol: 'icmpv6', icmpTypes: [128], action: 'accept' },
    { name: 'esp', from: 'inside', to: 'outside', protocol: 50, enabled: false, action: 'accept' },
    {
      name: 'night',
      from: 'inside',
      to: 'outside',
      protocol: 'sctp',
      destinationPorts: ['@ports'],
      time: { from: '22:00', to: '06:00', days: ['saturday'] },
      action: 'accept',
    },
    {
      name: 'ftp',
      from: 'any',
      to: 'outside',
      source: ['@hosts', '10.1.0.0/24'],
      protocol: 'tcp',
      destinationPorts: [21],
      helper: 'ftp',
      action: 'accept',
    },
    {
      name: 'tftp',
      from: 'inside',
      to: 'dmz',
      protocol: 'udp',
      destinationPorts: [69],
      rateLimit: { connectionsPerSecond: 5 },
      helper: 'tftp',
      action: 'accept',
    },
    { name: 'late', from: 'inside', to: 'dmz', source: ['10.1.0.2-10.1.0.9', 'fd01::1'], action: 'accept' },
    { name: 'telnet', from: 'inside', to: 'outside', protocol: 'tcp', destinationPorts: [23], action: 'reject' },
  ],
  nat: {
    source: [
      source,
      { name: 'pool', from: 'dmz', to: 'outside', source: '@hosts', address: '10.2.0.8-10.2.0.9', ports: '1024-2047' },
    ],
    destination: [
      { ...destination, toPorts: '80-82', hairpin: true },
      { ...destination, name: 'one', ports: 443, toPorts: 8443 },
    ],
    prefix: [{ name: 'site', zone: 'outside', inside: 'fd01::/64', outside: '2001:db8:1::/64' }],
  },
  synProtection: { zones: 'outside', mode: 'limit', perSecond: 100, burst: 20 },
  limits: { conntrackEntries: 65536 },
  log: { perSecond: 10 },
  helpers: ['ftp', 'tftp'],
  offload: false,
};

describeCompiled('the firewall document', () => {
  it.each([
    ['an empty file', ''],
    ['an empty object', {}],
    ['zones alone', { zones }],
    ['every part', everything],
    ['one value in place of a list', rules({ source: '10.1.0.2', destinationPorts: '80-90' })],
    ['a set that is empty', { sets: { none: { type: 'ipv4', elements: [] } } }],
  ])('accepts %s', (_, content) => {
    expect(firewall.check(content)).toBe('ok');
  });

  it.each<[unknown, string]>([
    [{ hostnam: 'fw1' }, 'the configuration has an unknown key "hostnam"'],
    [rules({}, { destinationPort: 80 }), 'rules[1] has an unknown key "destinationPort"'],
    [rules({ to: 'dmz' }), 'rules[0].to: there is no zone named "dmz"'],
    [rules({ from: [] }), 'rules[0].from is an empty list: name a zone, or "any"'],
    [rules({ from: 'self', to: 'self' }), 'rules[0] is from self to self, which is never filtered'],
    [rules({ name: 'a b' }), 'rules[0].name must be a name of 1 to 40 letters, digits, dots, hyphens and underscores'],
    [rules({ name: 'x' }, {}, { name: 'x' }), 'rules[2].name: "x" is the name of rules[0] already'],
    [rules({ from: ['inside', 'outside', 'inside'] }), 'rules[0].from names inside twice'],
    [rules({ to: ['outside', 'any'] }), 'rules[0].to names outside twice'],
    [{ ...rules({ source: ['@hosts', '@hosts'] }), sets }, 'rules[0].source names the set hosts twice'],
    [
      rules({ protocol: 'icmp', destinationPorts: undefined, icmpTypes: ['echo-request', 13, 8] }),
      'rules[0].icmpTypes names echo-request twice',
    ],
    [rules({ time: { days: ['monday', 'sunday', 'monday'] } }), 'rules[0].time.days names monday twice'],
    [rules({ action: 'allow' }), 'rules[0].action must be accept, drop or reject'],
    [
      rules({ protocol: 'gre' }),
      'rules[0].protocol must be tcp, udp, sctp, icmp, icmpv6 or a number between 0 and 255',
    ],
    [rules({ protocol: 47 }), 'rules[0] has ports, so its protocol must be tcp, udp or sctp'],
    [
      rules({ source: ['10.1.0.0/24'], destination: ['2001:db8::/32'] }),
      'rules[0] mixes IPv4 and IPv6 addresses, so that no packet matches it',
    ],
    [
      rules({ source: ['10.1.0.1/24'] }),
      'rules[0].source: "10.1.0.1/24" is no network such as 10.1.0.0/24, address, range such as 10.1.0.7-10.1.0.9 or @set',
    ],
    [
      rules({ destinationPorts: [] }),
      'rules[0].destinationPorts is an empty list, which nothing matches; leave it out to match everything',
    ],
    [
      rules({ destinationPorts: [65536] }),
      'rules[0].destinationPorts: "65536" is no port such as 80, range such as "8000-8100" or @set',
    ],
    [
      rules({ destinationPorts: ['90-80'] }),
      'rules[0].destinationPorts: "90-80" is no port such as 80, range such as "8000-8100" or @set',
    ],
    [rules({ source: '@none' }), 'rules[0].source: there is no set named "none"'],
    [{ ...rules({ source: '@ports' }), sets }, 'rules[0].source: the set ports holds ports, not addresses'],
    [
      rules({ protocol: 'icmp', destinationPorts: undefined, icmpTypes: ['echo-reply'] }),
      'rules[0].icmpTypes: "echo-reply" begins no flow; answers and errors pass with the flow that they belong to',
    ],
    [rules({ icmpTypes: [8] }), 'rules[0].icmpTypes needs the protocol icmp or icmpv6'],
    [
      rules({ action: 'drop', rateLimit: { packetsPerSecond: 1 } }),
      'rules[0] limits what it does not accept; rateLimit and connectionLimit need the action accept',
    ],
    [rules({ rateLimit: { burst: 1 } }), 'rules[0].rateLimit needs one of packetsPerSecond and connectionsPerSecond'],
    [rules({ connectionLimit: {} }), 'rules[0].connectionLimit needs one of total and perSource'],
    [rules({ time: { from: '8:00' } }), 'rules[0].time.from must be a time such as "08:00"'],
    [rules({ time: { days: ['mon'] } }), 'rules[0].time.days: "mon" is no day such as monday'],
    [{ zones: { any: { interfaces: ['west'] } } }, 'no zone can be named "any"'],
    [{ zones: { a: { interfaces: ['north'] } } }, 'zones.a.interfaces: there is no interface named "north"'],
    [
      { zones: { a: { interfaces: ['west'] }, b: { interfaces: ['west'] } } },
      'zones.b.interfaces: west belongs to the zone a already',
    ],
    [
      { zones: { a: { interfaces: ['west'], antiSpoofing: false, networks: ['10.1.0.0/24'] } } },
      'zones.a.networks means nothing without antiSpoofing',
    ],
    ['{"sets":{"a":{"type":"ipv4"},"a":{"type":"port"}}}', 'line 1 repeats the key "a"'],
    ['{"zones":{"a":{"interfaces":["west"]},"a":{"interfaces":["east"]}}}', 'line 1 repeats the key "a"'],
    [{ zones: { a: { interfaces: ['west', 'west'] } } }, 'zones.a.interfaces: west belongs to the zone a already'],
    [{ sets: { a: { type: 'mac' } } }, 'sets.a.type must be ipv4, ipv6 or port'],
    [
      { sets: { a: { type: 'ipv4', elements: ['2001:db8::1'] } } },
      'sets.a.elements: "2001:db8::1" is not of the type ipv4',
    ],
    [{ sets: { a: { type: 'port', elements: [1, 2], size: 1 } } }, 'sets.a.elements has 2 entries; 1 are allowed'],
    [
      { zones, nat: { source: [{ ...source, address: '10.2.0.1' }] } },
      'nat.source[0] needs one of masquerade and address',
    ],
    [
      { zones, nat: { source: [source, { ...source, name: 'b', source: '10.1.0.7' }] } },
      'nat.source: "out" and "b" overlap; a packet must match one of them at most',
    ],
    [
      { zones, nat: { source: [source, { ...source, source: '10.9.0.0/24' }] } },
      'nat.source[1].name: "out" is the name of nat.source[0] already',
    ],
    [
      { zones, nat: { source: [source], destination: [destination, { ...destination, ports: 443, name: 'out' }] } },
      'nat.destination[1].name: "out" is the name of nat.source[0] already',
    ],
    [
      { zones, nat: { destination: [destination, { ...destination, name: 'b', ports: 8082 }] } },
      'nat.destination: "www" and "b" overlap; a packet must match one of them at most',
    ],
    [
      { zones, nat: { destination: [{ ...destination, toPorts: '80-81' }] } },
      'nat.destination[0].toPorts must be one port, or as many as ports: 3, not 2',
    ],
    [
      { zones, nat: { destination: [{ ...destination, toAddress: '2001:db8::1' }] } },
      'nat.destination[0]: address and toAddress are of different address families',
    ],
    [
      { zones, nat: { prefix: [{ name: 'a', zone: 'outside', inside: 'fd01::/64', outside: '2001:db8::/48' }] } },
      'nat.prefix[0]: inside and outside must be of the same length',
    ],
    [{ synProtection: { mode: 'proxy' } }, 'synProtection.mode must be limit'],
    [{ limits: { conntrackEntries: 1 } }, 'limits.conntrackEntries must be a whole number between 256 and 4194304'],
    [{ offload: 1 }, 'offload must be true or false'],
  ])('refuses %j', (content, reason) => {
    expect(firewall.check(content)).toBe(reason);
  });

  it('refuses more rules, places or elements than there is room for, with the number', () => {
    const many = (count: number, change = {}) =>
      Array.from({ length: count }, (_, at) => ({
        name: `r${String(at)}`,
        from: 'inside',
        to: 'outside',
        action: 'drop',
        ...change,
      }));
    expect(firewall.check({ zones, rules: many(10_000) })).toBe('rules has 10000 entries; 4095 are allowed');
    expect(firewall.check({ zones, rules: many(2000, { from: 'any', to: 'any' }) })).toBe(
      'the rules fill 8000 places, one for each pair of zones that a rule joins; 4095 are allowed',
    );
    const named = Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [`p${String(at)}`, { type: 'port', elements: [at] }]),
    );
    const lists = { protocol: 'tcp', sourcePorts: Object.keys(named).map((name) => `@${name}`), action: 'drop' };
    expect(
      firewall.check({ zones, sets: named, rules: many(257, { ...lists, destinationPorts: lists.sourcePorts }) }),
    ).toBe('rules[128]: with it, the combinations of sets, address families and zones are more than 16384');
    const elements = Array.from({ length: 65_537 }, (_, at) => at % 65_536);
    expect(firewall.check({ sets: { a: { type: 'port', elements } } })).toBe(
      'sets.a.elements has 65537 entries; 65536 are allowed',
    );
  });

  it('takes VLANs for interfaces of zones', () => {
    const vlans = [{ name: 'west.100', link: 'west', id: 100 }];
    expect(firewall.check({ vlans, zones: { a: { interfaces: ['west.100'] } } })).toBe('ok');
    expect(firewall.check({ zones: { a: { interfaces: ['west.100'] } } })).toContain('no interface named "west.100"');
  });

  it('names the rules that can never match', () => {
    const narrow = { name: 'narrow', source: ['10.1.0.7'], destinationPorts: [80] };
    const wide = { name: 'wide', source: ['10.1.0.0/24'], destinationPorts: ['80-90'], action: 'drop' };
    expect(firewall.check(rules(wide, narrow))).toBe('ok\nnarrow is shadowed by wide');
    expect(firewall.check(rules(narrow, wide))).toBe('ok');
    expect(firewall.check(rules({ ...wide, enabled: false }, narrow))).toBe('ok');
    expect(firewall.check(rules({ ...wide, time: { from: '08:00', to: '17:00' } }, narrow))).toBe('ok');
    expect(firewall.check(rules({ ...wide, to: 'inside' }, narrow))).toBe('ok');
    expect(firewall.check(rules({ ...wide, source: ['10.1.0.8-10.1.0.9'] }, narrow))).toBe('ok');
  });

  it('is never a crash, wherever a good document is cut', () => {
    const whole = JSON.stringify(everything);
    for (let length = 1; length < whole.length; length += 7)
      expect(firewall.check(whole.slice(0, length))).toMatch(/not JSON/);
  }, 120_000);
});

describeCompiled('the ruleset', () => {
  it('judges a flow by where it came from and where it really goes', () => {
    const lines = firewall.rendered(
      rules({ source: ['10.1.0.0/25', '10.1.0.128/25'], destination: '10.2.0.2', sourcePorts: ['1024-65535'] }),
    );
    expect(lines.find((line) => line.includes('r/inside/outside/r0" ct mark'))).toMatch(
      /^meta l4proto 6 ct original ip saddr 10\.1\.0\.0-10\.1\.0\.255 ct reply ip saddr 10\.2\.0\.2 ct original proto-src 1024-65535 ct reply proto-src 80 counter name "r\/inside\/outside\/r0" ct mark set 0x[0-9a-f]{5}001 accept$/,
    );
  });

  it('gives each address family and each set a line of its own', () => {
    const lines = firewall.rendered({ ...rules({ source: ['@hosts', '@hosts6', '10.1.0.2'] }), sets });
    expect(lines.filter((line) => line.includes('name "r/inside/outside/r0"') && line.startsWith('meta'))).toHaveLength(
      3,
    );
  });

  it('is done with no flow whose answer may change with the time or the rate', () => {
    const lasting = (...changes: object[]) =>
      (/map flows \{(.*?)\n {2}\}/s.exec(firewall.render(rules(...changes)))?.[1] ?? '').split(' : "').length - 1;
    expect(lasting({}, { destinationPorts: [81] })).toBe(2);
    expect(lasting({}, { destinationPorts: [81], rateLimit: { packetsPerSecond: 5 } })).toBe(1);
    expect(lasting({ time: { to: '12:00' }, action: 'drop' }, {})).toBe(0);
    expect(lasting({}, { time: { to: '12:00' } }, {})).toBe(1);
  });

  it('splits a time over midnight, the second part on the next day', () => {
    const lines = firewall.rendered(rules({ time: { from: '22:00', to: '06:30', days: ['friday', 'saturday'] } }));
    expect(lines.filter((line) => line.startsWith('meta hour')).map((line) => line.split(' meta l4proto')[0])).toEqual([
      'meta hour "22:00:00"-"23:59:59" meta day { 5, 6 }',
      'meta hour "00:00:00"-"06:29:59" meta day { 6, 0 }',
    ]);
  });

  it('keeps what both documents name, so that counters do not fall', () => {
    const before = { ...rules({}, { name: 'gone', destinationPorts: [81] }), sets };
    const script = firewall.render({ ...rules({}, { name: 'new', destinationPorts: [82] }), sets }, before);
    expect(script).not.toMatch(/(delete|^ {2})\s*counter .*r\/inside\/outside\/r0 *\{/m);
    expect(script).not.toContain('delete set');
    expect(script).toContain('delete counter inet berth r/inside/outside/gone');
    expect(script).toMatch(/^ {2}counter r\/inside\/outside\/new \{/m);
    expect(script).not.toContain('delete table');
  });

  const whyNot = kernel ? '' : ' [skipped: no nft here, or no network namespace]';
  itInKernel(`is taken by the kernel, also over itself and over another${whyNot}`, () => {
    const load = (...scripts: string[]) => {
      const names = scripts.map((script) => {
        const path = firewall.document('');
        writeFileSync(path, script);
        return path;
      });
      const command = names.map((name) => `nft -c -f ${name} && nft -f ${name}`).join(' && ');
      const { status, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', command], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(status).toBe(0);
    };
    const baseline = readFileSync('vnf-catalog/firewall/image/files/etc/berth/baseline.nft', 'utf8');
    load(
      baseline,
      firewall.render(everything),
      firewall.render(everything, everything),
      firewall.render({}, everything),
      firewall.render(everything, {}),
    );
  });
});
