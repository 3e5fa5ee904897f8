import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withCpuSeconds } from './cpu-limit.js';

const folder = mkdtempSync(join(tmpdir(), 'network-guest.'));
const program = join(folder, 'network-guest');
const parts = [
  ...['addresses', 'address', 'document-checks', 'files', 'json', 'link-control', 'links', 'links-apply', 'modules'],
  ...['netlink', 'network', 'network-apply', 'reason', 'routes', 'static-routes', 'static-routes-apply'],
  ...['vlans', 'vlans-apply'],
];
const sources = ['test/vnf-catalog/network-guest.c', ...parts.map((name) => `vnf-catalog/guest/${name}.c`)];
const compiler = spawnSync('gcc', ['--version']).status === 0;
const describeCompiled = compiler ? describe : describe.skip;
// A network namespace of its own takes the routes, where this machine lets one be made.
const kernel = spawnSync('unshare', ['-n', '-m', 'true']).status === 0;
const describeInKernel = compiler && kernel ? describe : describe.skip;

beforeAll(() => {
  const checks = ['-std=gnu11', '-g', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  if (compiler)
    execFileSync('gcc', [...checks, '-fno-sanitize-recover', '-Ivnf-catalog/guest', '-o', program, ...sources]);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function document(content: unknown): string {
  const path = join(folder, `${String(files++)}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}
// Nothing is freed on purpose (json.h), so leaks are no finding; a memory error is, and shows on stderr.
const env = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' };
function check(content: unknown): string {
  const limited = withCpuSeconds(2, program, 'check', document(content));
  const { stdout, stderr } = spawnSync(...limited, { encoding: 'utf8', env });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}
const route = (...changes: object[]) => ({
  staticRoutes: changes.map((change) => ({ to: '10.9.0.0/16', via: '10.1.0.2', ...change })),
});
const vlan = { name: 'west.100', link: 'west', id: 100, addresses: ['10.100.0.1/24', '2001:db8:100::1/64'], mtu: 1500 };
const vlans = (...changes: object[]) => ({ vlans: changes.map((change) => ({ ...vlan, ...change })) });

describeCompiled('the network part of a document', () => {
  it.each([
    ['one next hop', route({})],
    ['several next hops', route({ via: ['10.1.0.2', { address: '10.2.0.2', weight: 3 }] })],
    ['IPv6', route({ to: '2001:db8::/32', via: ['fd01::2', 'fd02::2'] })],
    ['an IPv6 default route', route({ to: '::/0', via: 'fd01::2' }, { to: 'default', via: '10.1.0.2' })],
    ['a link-local next hop', route({ to: 'default', via: { address: 'fe80::1', interface: 'west' } })],
    ['two metrics', route({}, { metric: 200, via: '10.2.0.2' })],
    ['a black hole', { staticRoutes: [{ to: '10.0.0.0/8', blackhole: true }] }],
    ['an MTU', { links: [{ name: 'east', mtu: 9000 }] }],
    ['VLANs', vlans({}, { name: 'v', id: 101, addresses: [] })],
    ['a route over a VLAN', { ...vlans({}), ...route({ via: { address: '10.100.0.2', interface: 'west.100' } }) }],
  ])('takes %s', (_, content) => {
    expect(check(content)).toBe('ok');
  });

  it.each([
    [route({ dev: 'west' }), 'staticRoutes[0] has an unknown key "dev"'],
    [route({}, { to: '10.9.0.1/16' }), 'staticRoutes[1].to "10.9.0.1/16" is not a network such as 10.9.0.0/16'],
    [route({ via: [] }), 'staticRoutes[0].via must have a next hop'],
    [route({ via: ['10.1.0.2', 'x'] }), 'staticRoutes[0].via[1] "x" is not the address of a next hop'],
    [route({ via: ['10.1.0.2', '10.1.0.2'] }), 'staticRoutes[0].via[1] names 10.1.0.2 twice'],
    [
      route({ via: Array.from({ length: 17 }, (_, at) => `10.1.0.${String(at + 2)}`) }),
      'staticRoutes[0].via has 17 entries; 16 are allowed',
    ],
    [route({ via: 'fd01::2' }), 'staticRoutes[0].via is not of the same family as 10.9.0.0/16'],
    [route({ via: 'fe80::1', to: '::/0' }), 'staticRoutes[0].via is link-local, so its interface must be named'],
    [
      route({ via: { address: '10.1.0.2', interface: 'north' } }),
      'staticRoutes[0].via: there is no interface named "north"',
    ],
    [route({ via: { address: '10.1.0.2', weight: 257 } }), 'staticRoutes[0].via.weight must be a number from 1 to 256'],
    [route({ metric: 0 }), 'staticRoutes[0].metric must be a number from 1 to 4294967295'],
    [route({ metric: 100 }), 'staticRoutes[0].metric must not be 100, which routes of others have'],
    [route({ blackhole: true }), 'staticRoutes[0] is a black hole, so it has no via'],
    [route({}, {}), 'staticRoutes names 10.9.0.0/16 twice'],
    [route({ to: '10.1.0.0/24' }), 'staticRoutes: 10.1.0.0/24 is the network of west itself; give the route a metric'],
    [{ links: [{ name: 'north', mtu: 1500 }] }, 'links[0].name: there is no connection point named "north"'],
    [{ links: [{ name: 'west', mtu: 500 }] }, 'links[0].mtu must be a number from 1280 to 65535'],
    [vlans({ id: 4095 }), 'vlans[0].id must be a number from 1 to 4094'],
    [vlans({ link: 'north' }), 'vlans[0].link: there is no connection point named "north"'],
    [vlans({ name: 'east' }), 'vlans[0].name: east is a connection point'],
    [vlans({ name: 'a b' }), 'vlans[0].name must be 1 to 15 letters, digits, dots, hyphens and underscores'],
    [vlans({ mtu: 1501 }), 'vlans[0].mtu is 1501, but west has 1500'],
    [vlans({}, { name: 'b', addresses: [] }), 'vlans[1].id: 100 of west is west.100 already'],
    [vlans({}, { name: 'b', id: 1 }), 'vlans[1].addresses: the address 10.100.0.1/24 is given twice'],
    [vlans({ addresses: ['10.1.0.1/25'] }), 'vlans[0].addresses: the address 10.1.0.1/25 is given twice'],
    [
      { vlans: Array.from({ length: 65 }, (_, at) => ({ name: `v${String(at)}`, link: 'west', id: at + 1 })) },
      'vlans has 65 entries; 64 are allowed',
    ],
  ])('refuses %j', (content, reason) => {
    expect(check(content)).toBe(reason);
  });

  it('takes the most routes at once', () => {
    const networks = Array.from({ length: 4096 }, (_, at) => ({
      to: `10.${String(16 + (at >> 8))}.${String(at & 255)}.0/24`,
    }));
    expect(check(route(...networks))).toBe('ok');
  });
});

// The links of network-guest.c, each with a peer in the same namespace.
const makeLinks = [
  'mount -t sysfs sysfs /sys',
  'ip link set lo up',
  'ip link add west type veth peer name peer0',
  'ip link add east type veth peer name peer1',
  'for at in 1 2; do link=$([ $at = 1 ] && echo west || echo east)',
  'ip link set $link up; ip link set peer$((at - 1)) up',
  'ip addr add 10.$at.0.1/24 dev $link; ip -6 addr add fd0$at::1/64 dev $link nodad; done',
].join('\n');

describeInKernel('the network part in force', () => {
  const inNamespace = (script: string) => {
    const { stdout, stderr } = spawnSync('unshare', ['-n', '-m', 'sh', '-ec', `${makeLinks}\n${script}`], {
      encoding: 'utf8',
      env,
    });
    expect(stderr).toBe('');
    return stdout;
  };
  const apply = (...contents: unknown[]) => `${program} apply ${contents.map(document).join(' ')}`;
  const routesAfter = (...contents: unknown[]) =>
    inNamespace(`${apply(...contents)}; ip route show proto static; ip -6 route show proto static`).replaceAll(
      /[ \t]+/g,
      ' ',
    );

  it('spreads a route over several next hops, by weight, in both families', () => {
    const said = routesAfter(
      route(
        { via: ['10.1.0.2', { address: '10.2.0.2', weight: 3 }] },
        { to: '::/0', via: ['fd01::2', 'fd02::2'], metric: 7 },
      ),
    );
    expect(said).toMatch(
      /^ok\n10\.9\.0\.0\/16 \n nexthop via 10\.1\.0\.2 dev west weight 1 \n nexthop via 10\.2\.0\.2 dev east weight 3/,
    );
    expect(said).toMatch(/default metric 7 .*\n nexthop via fd01::2 dev west .*\n nexthop via fd02::2 dev east/);
  });

  it('changes a route from each form to each other one', () => {
    const to = (family: string) => (family === 'ipv4' ? '10.9.0.0/16' : '2001:db8::/32');
    const via = (family: string) => (family === 'ipv4' ? ['10.1.0.2', '10.2.0.2'] : ['fd01::2', 'fd02::2']);
    for (const family of ['ipv4', 'ipv6']) {
      const [first = '', second = ''] = via(family);
      const forms = [
        [{ to: to(family), via: first }, new RegExp(`via ${first} dev west`), 1],
        [{ to: to(family), via: [first, second] }, new RegExp(`${first} dev west[^]*${second} dev east`), 2],
        [{ to: to(family), blackhole: true }, /^blackhole/m, 0],
        [{ to: to(family), via: second }, new RegExp(`via ${second} dev east`), 1],
      ] as const;
      for (const [before] of forms)
        for (const [after, expected, hops] of forms) {
          const said = routesAfter({ staticRoutes: [before] }, { staticRoutes: [after] });
          expect(said).toMatch(/^ok\nok\n/);
          expect(said).toMatch(expected);
          expect(said.match(/ via /g)?.length ?? 0).toBe(hops);
        }
    }
  });

  it('takes away what is no longer wanted, and nothing that others put there', () => {
    const said = inNamespace(
      `ip route add 10.8.0.0/16 via 10.1.0.2\n${apply(route({}, { metric: 200 }), route({}))}; ip route`,
    );
    expect(said).toMatch(/^ok\nok\n/);
    expect(said.match(/^10\.9\.0\.0/gm)).toHaveLength(1);
    expect(said).toContain('10.8.0.0/16 via 10.1.0.2');
  });

  it('refuses a next hop on no connected network, by name', () => {
    expect(routesAfter(route({ via: '192.0.2.1' }))).toBe(
      'the next hop 192.0.2.1 of the route to 10.9.0.0/16 is on no connected network\n',
    );
    expect(routesAfter(route({ via: ['10.1.0.2', '192.0.2.1'] }))).toBe(
      'a next hop of the route to 10.9.0.0/16 is on no connected network\n',
    );
    expect(routesAfter(route({ to: '2001:db8::/32', via: 'fd09::1' }))).toBe(
      'the next hop fd09::1 of the route to 2001:db8::/32 is on no connected network\n',
    );
  });

  it('leaves a route alone that stands already', () => {
    const wanted = route({ via: ['10.1.0.2', '10.2.0.2'] }, { to: '::/0', via: ['fd01::2', 'fd02::2'] });
    const seen = `${folder}/seen`;
    const again = (what: string, work = ':') =>
      `n=0; until ${what} || [ $n -ge 1500 ]; do ${work}; n=$((n + 1)); sleep 0.02; done`;
    const said = inNamespace(
      `${apply(wanted)}; (ip monitor route > ${seen} & echo $! > ${folder}/pid)\n` +
        // Until the monitor listens.
        `${again(`[ -s ${seen} ]`, 'ip route replace 10.78.0.0/16 via 10.1.0.2')}\n` +
        `${apply(wanted)}; ip route add 10.77.0.0/16 via 10.1.0.2; ${again(`grep -q ^10.77 ${seen}`)}\n` +
        // The kernel adds routes of IPv6 to a link by itself, some seconds after it is up.
        `kill $(cat ${folder}/pid); grep -v -e ^10.78 -e 'table local' -e fe80: -e ff00: ${seen}`,
    );
    expect(said.trim().split('\n')).toEqual(['ok', 'ok', expect.stringMatching(/^10\.77\.0\.0\/16/)]);
  });

  it('sets an MTU and puts the link’s own back', () => {
    const said = inNamespace(
      `mount -t tmpfs tmpfs /run; mkdir /run/berth\n${apply({ links: [{ name: 'east', mtu: 1400 }] })}; cat /sys/class/net/east/mtu\n` +
        `${apply({})}; cat /sys/class/net/east/mtu`,
    );
    expect(said).toBe('ok\n1400\nok\n1500\n');
  });
});
