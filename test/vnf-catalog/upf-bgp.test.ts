/** `bgp` of the UPF's document: what FRR is asked for, what is refused, and changes on FRR's own daemons. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeUnless } from '../libvirt/environment.js';
import { followDocuments, missingFrr } from './frr-daemons.js';
import { hasCompiler } from './firewall-program.js';
import { sanitized } from './router-program.js';
import { compileUpfGuest } from './upf-guest-program.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-bgp.'));
chmodSync(folder, 0o755); // FRR's daemons are not root when they read their files.
const describeCompiled = hasCompiler ? describe : describe.skip;
let program = '';

beforeAll(() => {
  program = compileUpfGuest(folder);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let files = 0;
function run(command: string, content: object, ...more: string[]): string {
  const path = join(folder, `document-${String(files++)}.json`);
  writeFileSync(path, JSON.stringify(content));
  const { stdout, stderr } = spawnSync(program, [command, path, ...more], { encoding: 'utf8', env: sanitized });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}

const pools = ['10.60.0.0/16', '2001:db8:60::/48'];
const access = { link: 'n3', side: 'access', networkInstance: 'access' };
const core = { link: 'n6', side: 'core', networkInstance: 'internet', pools };
const trunk = { name: 'n6.100', link: 'n6', id: 100, addresses: ['10.100.0.1/24'] };
const enterprise = { link: 'n6.100', side: 'core', networkInstance: 'enterprise', pools: ['10.61.0.0/24'] };
const document = (bgp?: object, interfaces: readonly object[] = [access, core, enterprise]) => ({
  n4: { link: 'n4' },
  vlans: [trunk],
  interfaces,
  bgp,
});
const withNeighbors = (...neighbors: object[]) => document({ asn: 65001, routerId: '10.6.0.1', neighbors });
const peer = { address: '10.6.0.2', remoteAsn: 65002 };
const families = { ipv4: {}, ipv6: {} };

const lines = (content: object, daemon = 'bgpd') => run('render', content, daemon).split('\n');
const bodyOf = (content: object, family: string) => {
  const all = lines(content);
  const begun = all.indexOf(` address-family ${family} unicast`);
  const rest = all.slice(begun + 1);
  const end = rest.findIndex((line) => line.startsWith(' address-family'));
  return rest.slice(0, end < 0 ? undefined : end).map((line) => line.trim());
};

describeCompiled('bgp of the UPF', () => {
  it('announces to a neighbor the pools of the link that it is on, and nothing else', () => {
    const content = withNeighbors({ ...peer, families });
    expect(bodyOf(content, 'ipv4')).toEqual([
      'neighbor 10.6.0.2 activate',
      'neighbor 10.6.0.2 route-map nothing in',
      'neighbor 10.6.0.2 route-map pools4-n6 out',
      'network 10.60.0.0/16',
      'network 10.61.0.0/24',
    ]);
    expect(bodyOf(content, 'ipv6')).toEqual([
      'neighbor 10.6.0.2 activate',
      'neighbor 10.6.0.2 route-map nothing in',
      'neighbor 10.6.0.2 route-map pools6-n6 out',
      'network 2001:db8:60::/48',
    ]);
    expect(lines(content).slice(0, 10)).toEqual([
      'bgp route-map delay-timer 1',
      'ip prefix-list pools4-n6 seq 10 permit 10.60.0.0/16',
      'ipv6 prefix-list pools6-n6 seq 10 permit 2001:db8:60::/48',
      'route-map nothing deny 10',
      'route-map pools4-n6 permit 10',
      ' match ip address prefix-list pools4-n6',
      'route-map pools6-n6 permit 10',
      ' match ipv6 address prefix-list pools6-n6',
      'router bgp 65001',
      ' bgp router-id 10.6.0.1',
    ]);
  });

  it('announces nothing of a family of which the link has no pool', () => {
    const content = withNeighbors({ ...peer, address: '10.100.0.2', families });
    expect(bodyOf(content, 'ipv4')).toContain('neighbor 10.100.0.2 route-map pools4-n6.100 out');
    expect(bodyOf(content, 'ipv6')).toContain('neighbor 10.100.0.2 route-map nothing out');
    expect(lines(content)).toContain('ip prefix-list pools4-n6.100 seq 10 permit 10.61.0.0/24');
  });

  it('announces all pools to a neighbor that is further away, or on a data network without pools', () => {
    const all = [
      'ip prefix-list pools4 seq 10 permit 10.60.0.0/16',
      'ip prefix-list pools4 seq 20 permit 10.61.0.0/24',
    ];
    expect(lines(withNeighbors({ ...peer, address: '192.0.2.1', ebgpMultihop: 3 }))).toEqual(
      expect.arrayContaining([...all, '  neighbor 192.0.2.1 route-map pools4 out']),
    );
    const plain = { ...enterprise, pools: [], gtp: false };
    const second = document({ asn: 65001, neighbors: [{ ...peer, address: '10.100.0.2' }] }, [access, core, plain]);
    expect(lines(second)).toEqual(expect.arrayContaining([all[0], '  neighbor 10.100.0.2 route-map pools4 out']));
  });

  it('learns the default route alone, through the neighbor, and counts all that it announces', () => {
    const maxPrefix = { prefixes: 5, restartMinutes: 2 };
    const content = withNeighbors({ ...peer, learn: 'default', families: { ipv4: { maxPrefix }, ipv6: {} } });
    expect(bodyOf(content, 'ipv4').slice(1, 4)).toEqual([
      'neighbor 10.6.0.2 maximum-prefix 5 restart 2 force',
      'neighbor 10.6.0.2 soft-reconfiguration inbound',
      'neighbor 10.6.0.2 route-map default4 in',
    ]);
    expect(bodyOf(content, 'ipv6')).toContain('neighbor 10.6.0.2 route-map nothing in');
    const all = lines(content);
    expect(all).toContain('ip prefix-list default4 seq 10 permit 0.0.0.0/0');
    expect(all.slice(all.indexOf('route-map default4 permit 10')).slice(1, 3)).toEqual([
      ' match ip address prefix-list default4',
      ' set ip next-hop peer-address',
    ]);
    const six = lines(withNeighbors({ ...peer, address: 'fd06::2', learn: 'default' }));
    expect(six).toEqual(
      expect.arrayContaining([
        'ipv6 prefix-list default6 seq 10 permit ::/0',
        ' match ipv6 address prefix-list default6',
        ' set ipv6 next-hop peer-address',
        '  neighbor fd06::2 route-map default6 in',
      ]),
    );
  });

  it('makes a map once, however many neighbors need it', () => {
    const more = ['10.6.0.3', '10.6.0.4', '192.0.2.1', '192.0.2.2'].map((address) => ({ ...peer, address }));
    const all = lines(
      withNeighbors({ ...peer, learn: 'default' }, ...more.map((each) => ({ ...each, learn: 'default' }))),
    );
    const made = all.filter((line) => /^(route-map|ip prefix-list)/.test(line));
    expect(made).toEqual([...new Set(made)]);
    expect(made.filter((line) => line.startsWith('route-map'))).toHaveLength(4);
  });

  it('is nothing for FRR without bgp', () => {
    expect(lines(document())).toEqual(['']);
    expect(lines(withNeighbors({ ...peer, bfd: { receiveMs: 100 } }), 'bfdd')).toContain(' profile b100-300-3');
  });

  it('is left to the role by upfd', () => {
    expect(run('unlinked', document({ asn: 'none' }))).toBe('ok');
  });

  it('needs a router id where no link has an IPv4 address', () => {
    const content = (routerId?: string) => ({
      ...document({ asn: 65001, routerId, neighbors: [{ ...peer, address: 'fd06::2' }] }, [access, core]),
      vlans: [],
    });
    expect(run('check6', content())).toMatch(/^bgp.routerId is missing: no link has an IPv4 address/);
    expect(run('check6', content('10.6.0.1'))).toBe('ok');
    expect(run('check', content())).toBe('ok');
    const zero = 'bgp.routerId must not be 0.0.0.0, which no neighbor takes';
    expect(run('check', content('0.0.0.0'))).toBe(zero);
  });

  const sixteen = Array.from({ length: 17 }, (_, at) => ({ ...peer, address: `10.6.0.${String(at + 2)}` }));
  it.each<[object, string]>([
    [document([]), 'bgp must be an object, not an array'],
    [document({ neighbors: [] }), 'bgp.asn must be an AS number between 1 and 4294967295'],
    [document({ asn: 65001, networks: ['10.1.0.0/24'] }), 'bgp has an unknown key "networks"'],
    [document({ asn: 65001, routerId: 'r1' }), 'bgp.routerId must be an IPv4 address in quotes'],
    [withNeighbors(...sixteen), 'bgp.neighbors has 17 entries; 16 are allowed'],
    [
      withNeighbors({ ...peer, remoteAsn: 0 }),
      'bgp.neighbors[0].remoteAsn must be an AS number between 1 and 4294967295',
    ],
    [withNeighbors({ ...peer, learn: 'all' }), 'bgp.neighbors[0].learn must be default'],
    [withNeighbors({ ...peer, learn: true }), 'bgp.neighbors[0].learn must be default'],
    [
      withNeighbors({ ...peer, families: { ipv4: { routeMapIn: 'x' } } }),
      'bgp.neighbors[0].families.ipv4 has an unknown key "routeMapIn"',
    ],
    [
      withNeighbors({ ...peer, families: { ipv4: { maxPrefix: {} } } }),
      'bgp.neighbors[0].families.ipv4.maxPrefix must have prefixes',
    ],
    ...['0.0.0.0', '127.0.0.1', '224.0.0.5', '255.255.255.255', '::', '::1', 'ff02::1', '::ffff:10.6.0.2'].map(
      (address): [object, string] => [
        withNeighbors(peer, { ...peer, address }),
        `bgp.neighbors[1].address: ${address} is no address of a router`,
      ],
    ),
    [
      withNeighbors({ ...peer, address: '10.60.0.5', ebgpMultihop: 2 }),
      "bgp.neighbors[0].address: 10.60.0.5 is a UE's, of the pool 10.60.0.0/16",
    ],
    [
      withNeighbors({ ...peer, learn: 'default', families: { ipv6: {} } }),
      'bgp.neighbors[0].learn is of the family of the address: families must have ipv4',
    ],
    [withNeighbors(peer, peer), 'bgp.neighbors[1].address: 10.6.0.2 is named twice'],
    [withNeighbors({ ...peer, address: '10.6.0.1' }), "bgp.neighbors[0].address: 10.6.0.1 is the UPF's own"],
    [
      withNeighbors({ ...peer, address: '10.3.0.2' }),
      'bgp.neighbors[0].address: 10.3.0.2 is in the network of n3, which is no link of a data network',
    ],
    [
      withNeighbors({ ...peer, address: '10.4.0.2' }),
      'bgp.neighbors[0].address: 10.4.0.2 is in the network of n4, which is no link of a data network',
    ],
    [
      document({ asn: 65001, neighbors: [{ ...peer, address: '10.100.0.2' }] }, [
        access,
        core,
        { ...enterprise, pools: [] },
      ]),
      'bgp.neighbors[0].address: 10.100.0.2 is in the network of n6.100, which is no link of a data network',
    ],
  ])('refuses %j', (content, reason) => {
    expect(run('check', content)).toBe(reason);
  });
});

describeUnless(missingFrr, 'changes of bgp of the UPF on running daemons', () => {
  it('end where a start with the new document begins', () => {
    const limit = { ipv4: { maxPrefix: { prefixes: 5, restartMinutes: 2 } } };
    const two = [
      { ...peer, learn: 'default', families: limit, password: 'one', bfd: true },
      { ...peer, address: 'fd06::2' },
    ];
    const [first, second] = two;
    followDocuments(
      program,
      folder,
      ['bfdd', 'bgpd'],
      [
        withNeighbors(...two),
        withNeighbors({ ...peer, families: { ipv4: { maxPrefix: { prefixes: 9 } } } }, { ...second, learn: 'default' }),
        withNeighbors({ ...peer, families }, { ...second, families }),
        document({ asn: 65001, neighbors: two }, [
          access,
          { ...core, pools: ['10.60.0.0/17', '10.62.0.0/16'] },
          enterprise,
        ]),
        document({ asn: 65009, neighbors: [first] }, [access, { ...core, pools: [], gtp: false }, enterprise]),
        document(),
        withNeighbors(...two),
      ],
    );
    const running = readFileSync(join(folder, 'live.6.bgpd'), 'utf8');
    expect(running).toContain('neighbor 10.6.0.2 maximum-prefix 5 restart 2 force');
    expect(running).toContain('neighbor fd06::2 route-map pools6-n6 out');
    expect(running).toMatch(/match ip address prefix-list default4\n set ip next-hop peer-address/);
  }, 240_000);
});
