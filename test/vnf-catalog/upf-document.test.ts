import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contractExample } from './contract-examples.js';
import { hasCompiler } from './firewall-program.js';
import { compileUpfGuest } from './upf-guest-program.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-guest.'));
const describeCompiled = hasCompiler ? describe : describe.skip;

let program = '';

beforeAll(() => {
  program = compileUpfGuest(folder);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Nothing is freed on purpose (json.h), so leaks are no finding; a memory error is, and shows on stderr.
let files = 0;
function run(command: string, content: unknown, ...more: string[]): string {
  const path = join(folder, `${String(files++)}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  const env = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' };
  const { stdout, stderr } = spawnSync(program, [command, path, ...more], { encoding: 'utf8', env });
  expect(stderr).toBe('');
  return stdout.trimEnd();
}
const check = (content: unknown) => run('check', content);

const n4 = { link: 'n4', nodeId: 'upf.example', peers: ['10.4.0.2'], allow: ['10.4.0.0/24', '2001:db8:4::/48'] };
const access = { link: 'n3', side: 'access', networkInstance: 'access' };
const core = { link: 'n6', side: 'core', networkInstance: 'internet', pools: ['10.60.0.0/16', '2001:db8:60::/48'] };
const least = { n4: { link: 'n4' }, interfaces: [access, core] };
const everything = {
  hostname: 'upf1',
  links: [{ name: 'n3', mtu: 1600 }],
  vlans: [{ name: 'n6.100', link: 'n6', id: 100, addresses: ['10.100.0.1/24'] }],
  staticRoutes: [{ to: 'default', via: '10.6.0.254' }],
  n4: {
    ...n4,
    peers: [{ address: '10.4.0.2', nodeId: 'smf.example' }],
    t1Ms: 500,
    n1: 5,
    heartbeatSeconds: 10,
    sessionsPerNode: 1000,
  },
  interfaces: [
    access,
    core,
    { link: 'n9', side: 'core', networkInstance: 'n9' },
    { link: 'n6.100', side: 'core', networkInstance: 'enterprise', pools: ['10.61.0.0/24'], gtp: true },
  ],
  sessions: 250000,
  ueMtu: 1400,
  buffer: { packetsPerSession: 16, packets: 1024, seconds: 10 },
  gtpEchoSeconds: 0,
};
const withN4 = (change: object) => ({ ...least, n4: { ...n4, ...change } });
const withCore = (change: object) => ({ ...least, interfaces: [access, { ...core, ...change }] });
const withMore = (...more: object[]) => ({ ...least, interfaces: [access, core, ...more] });

describeCompiled('the document of the UPF', () => {
  it('is read whole', () => {
    expect(run('show', everything).split('\n')).toEqual([
      "n4 n4 'upf.example' peers 1 allowed 2 bounded t1 500 n1 5 heartbeat 10 each 1000",
      '10.4.0.2 is smf.example',
      'n3 0 access gtp',
      'n6 1 internet 10.60.0.0/16 2001:db8:60::/48',
      'n9 1 n9 gtp',
      'n6.100 1 enterprise 10.61.0.0/24 gtp',
      'sessions 250000 mtu 1400 buffer 16 1024 10 echo 0',
    ]);
  });

  it('has defaults for all but its links', () => {
    expect(run('show', least).split('\n')).toEqual([
      "n4 n4 '' peers 0 allowed 0 t1 3000 n1 3 heartbeat 60 each 0",
      'n3 0 access gtp',
      'n6 1 internet 10.60.0.0/16 2001:db8:60::/48',
      'sessions 100000 mtu 0 buffer 64 8192 30 echo 60',
    ]);
  });

  it('is read by the daemon too, which does not know the links', () => {
    expect(run('unlinked', everything)).toBe('ok');
    expect(run('unlinked', withCore({ link: 'somewhere' }))).toBe('ok');
    expect(run('unlinked', withCore({ link: 'a-name-of-16-char' }))).toBe(
      'interfaces[1].link: there is no interface named "a-name-of-16-char"',
    );
  });

  it('is taken as the contract shows it', () => {
    expect(check(contractExample("The UPF's document"))).toBe('ok');
  });

  const vlan = { link: 'n6', id: 100, addresses: ['10.6.100.1/24'] };
  const tagged = withMore({ link: 'n6.100', side: 'core', networkInstance: 'enterprise' });
  const trunk = (change: object) => ({ ...tagged, vlans: [{ ...vlan, name: 'n6.100', ...change }] });
  it.each([
    ['nothing', trunk({}), trunk({}), 'no'],
    ['a peer of N4', trunk({}), { ...trunk({}), n4: { link: 'n4', peers: ['10.4.0.9'] } }, 'no'],
    ['a timer of N4', trunk({}), { ...trunk({}), n4: { link: 'n4', t1Ms: 700 } }, 'leave'],
    ['the id of a VLAN', trunk({}), trunk({ id: 200 }), 'stop'],
    ['the card of a VLAN', trunk({}), trunk({ link: 'n9' }), 'stop'],
    ['the address of a VLAN', trunk({}), trunk({ addresses: ['10.6.100.2/24'] }), 'stop'],
    ['the MTU of a VLAN', trunk({}), trunk({ mtu: 1400 }), 'leave'],
    ['the MTU of N3', least, { ...least, links: [{ name: 'n3', mtu: 1400 }] }, 'leave'],
    ['a VLAN that is none of the UPF', least, { ...least, vlans: [{ ...vlan, name: 'n6.100' }] }, 'no'],
  ])('tells how upfd starts again when %s changes', (_, now, wanted, how) => {
    const path = join(folder, `${String(files++)}.json`);
    writeFileSync(path, JSON.stringify(wanted));
    expect(run('restart', now, path)).toBe(how);
  });

  it.each([
    ['an address as node id', withN4({ nodeId: '10.4.0.1' })],
    ['an IPv6 address as node id', withN4({ nodeId: '2001:db8:4::1' })],
    ['peers alone', withN4({ allow: [] })],
    ['no heartbeat', withN4({ heartbeatSeconds: 0 })],
    ['no pools', withCore({ pools: [] })],
    ['the smallest pools', withCore({ pools: ['10.60.0.0/30', '2001:db8:60::/64'] })],
    ['one instance at two sides', withCore({ networkInstance: 'access' })],
    ['a network of N6 as sgi-lan', withCore({ side: 'sgi-lan', pools: [] })],
    ['a million sessions', { ...least, sessions: 1000000 }],
  ])('takes %s', (_, content) => {
    expect(check(content)).toBe('ok');
  });

  it.each([
    ['', 'n4 is missing: it names the link towards the SMF, as in {"link": "n4"}'],
    [{ ...least, n5: {} }, 'the configuration has an unknown key "n5"'],
    [{ ...least, ha: {} }, 'the configuration has an unknown key "ha"'],
    [{ ...least, n4: [] }, 'n4 must be an object, not an array'],
    [withN4({ port: 8805 }), 'n4 has an unknown key "port"'],
    [withN4({ link: 'n5' }), 'n4.link: there is no interface named "n5"'],
    [withN4({ nodeId: '' }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ nodeId: '10.4.0.300' }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ nodeId: 'upf..example' }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ nodeId: 'upf-.example' }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ nodeId: 'upf_1.example' }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ nodeId: `${'a'.repeat(64)}.example` }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ nodeId: `${'a.'.repeat(126)}ab` }), 'n4.nodeId must be an address or a domain name'],
    [withN4({ peers: '10.4.0.2' }), 'n4.peers must be an array, not a string'],
    [withN4({ peers: ['smf'] }), 'n4.peers[0] "smf" is not the address of an SMF'],
    [withN4({ peers: ['10.4.0.2', '224.0.0.1'] }), 'n4.peers[1] "224.0.0.1" is not the address of an SMF'],
    [withN4({ peers: ['10.4.0.2', '10.4.0.2'] }), 'n4.peers names 10.4.0.2 twice'],
    [
      withN4({ peers: Array.from({ length: 9 }, (_, at) => `10.4.0.${String(at + 2)}`) }),
      'n4.peers has 9 entries; 8 are allowed',
    ],
    [withN4({ allow: ['10.4.0.1/24'] }), 'n4.allow[0] "10.4.0.1/24" is not a network such as 10.4.0.0/24'],
    [withN4({ allow: ['default'] }), 'n4.allow[0] "default" is not a network such as 10.4.0.0/24'],
    [
      withN4({ allow: Array.from({ length: 65 }, (_, at) => `10.4.${String(at)}.0/24`) }),
      'n4.allow has 65 entries; 64 are allowed',
    ],
    [withN4({ allow: [], peers: [] }), 'n4.allow is empty and n4.peers too, so no SMF could speak to this UPF'],
    [withN4({ t1Ms: 99 }), 'n4.t1Ms must be a number from 100 to 60000'],
    [withN4({ n1: 0 }), 'n4.n1 must be a number from 1 to 10'],
    [withN4({ heartbeatSeconds: 3601 }), 'n4.heartbeatSeconds must be a number from 0 to 3600'],
    [withN4({ sessionsPerNode: 0 }), 'n4.sessionsPerNode must be a number from 1 to 1000000'],
    [withN4({ peers: ['fe80::2'] }), 'n4.peers[0] fe80::2 is link-local: N4 uses no such addresses'],
    [withN4({ peers: [{ nodeId: 'smf' }] }), 'n4.peers[0] "" is not the address of an SMF'],
    [
      withN4({ peers: [{ address: '10.4.0.2', nodeId: 'smf_1' }] }),
      'n4.peers[0].nodeId must be an address or a domain name',
    ],
    [withN4({ peers: [{ address: '10.4.0.2', name: 'smf' }] }), 'n4.peers[0] has an unknown key "name"'],
    [withN4({ peers: ['10.4.0.2', { address: '10.4.0.2' }] }), 'n4.peers names 10.4.0.2 twice'],
    [withCore({ gtp: 1 }), 'interfaces[1].gtp must be true or false'],
    [
      { ...least, interfaces: [{ ...access, gtp: false }, core] },
      'interfaces[0].gtp: an interface of the side access is for GTP-U',
    ],
    [{ n4 }, 'interfaces must have one of the side access'],
    [{ n4, interfaces: {} }, 'interfaces must be an array, not an object'],
    [{ n4, interfaces: [core] }, 'interfaces must have one of the side access'],
    [{ n4, interfaces: [access] }, 'interfaces must have one of the side core or sgi-lan'],
    [{ n4, interfaces: Array.from({ length: 9 }, () => access) }, 'interfaces has 9 entries; 8 are allowed'],
    [withCore({ vrf: 1 }), 'interfaces[1] has an unknown key "vrf"'],
    [withCore({ link: 'n7' }), 'interfaces[1].link: there is no interface named "n7"'],
    [withCore({ link: 'n3' }), 'interfaces[1].link: n3 is named twice'],
    [withCore({ side: 'n6' }), 'interfaces[1].side must be access, core or sgi-lan'],
    [
      withCore({ networkInstance: 'inter net' }),
      'interfaces[1].networkInstance must be 1 to 63 letters, digits, dots, hyphens and underscores',
    ],
    [
      withCore({ networkInstance: 'i'.repeat(64) }),
      'interfaces[1].networkInstance must be 1 to 63 letters, digits, dots, hyphens and underscores',
    ],
    [
      withMore({ link: 'n9', side: 'core', networkInstance: 'internet' }),
      'interfaces[2].networkInstance: "internet" is at n6 already',
    ],
    [
      { n4, interfaces: [{ ...access, pools: ['10.60.0.0/16'] }, core] },
      'interfaces[0].pools: only an interface of the side core has pools',
    ],
    [
      withCore({ pools: ['10.60.0.1/16'] }),
      'interfaces[1].pools[0] "10.60.0.1/16" is not a network such as 10.60.0.0/16',
    ],
    [withCore({ pools: ['10.60.0.0/31'] }), 'interfaces[1].pools[0]: the length of 10.60.0.0/31 must be 8 to 30'],
    [withCore({ pools: ['2001:db8::/65'] }), 'interfaces[1].pools[0]: the length of 2001:db8::/65 must be 32 to 64'],
    [withCore({ pools: ['10.60.0.0/16', '10.60.5.0/24'] }), 'interfaces[1].pools[1] overlaps 10.60.0.0/16 of n6'],
    [
      withMore({ link: 'n9', side: 'core', networkInstance: 'other', pools: ['10.0.0.0/8'] }),
      'interfaces[2].pools[0] overlaps 10.60.0.0/16 of n6',
    ],
    [withCore({ pools: ['10.6.0.0/16'] }), 'interfaces[1].pools[0] overlaps the network of n6 (10.6.0.1/24)'],
    [
      withCore({ pools: Array.from({ length: 9 }, (_, at) => `10.7.${String(at)}.0/24`) }),
      'interfaces[1].pools has 9 entries; 8 are allowed',
    ],
    [{ ...least, sessions: 0 }, 'sessions must be a number from 1 to 1000000'],
    [{ ...least, ueMtu: 1279 }, 'ueMtu must be a number from 1280 to 9000'],
    [{ ...least, buffer: { bytes: 1 } }, 'buffer has an unknown key "bytes"'],
    [{ ...least, buffer: { seconds: 0 } }, 'buffer.seconds must be a number from 1 to 3600'],
    [{ ...least, buffer: { packets: 65537 } }, 'buffer.packets must be a number from 1 to 65536'],
    [{ ...least, buffer: { packets: 10 } }, 'buffer.packetsPerSession is 64, but buffer.packets is 10'],
    [{ ...least, gtpEchoSeconds: 3601 }, 'gtpEchoSeconds must be a number from 0 to 3600'],
    [{ ...least, vlans: [{ name: 'n3', link: 'n3', id: 1 }] }, 'vlans[0].name: n3 is a connection point'],
  ])('refuses %j', (content, reason) => {
    expect(check(content)).toBe(reason);
  });

  it.each([
    ['10.4.0.77', 'yes'],
    ['10.4.1.1', 'no'],
    ['10.9.9.9', 'yes'],
    ['2001:db8:4:1::1', 'yes'],
    ['2001:db8:5::1', 'no'],
  ])('knows whether %s may speak N4', (address, answer) => {
    expect(run('allows', withN4({ peers: ['10.9.9.9'] }), address)).toBe(answer);
    expect(run('allows', least, address)).toBe('yes');
  });
});
