#!/usr/bin/env node
// Boots the router between neighbours that speak BGP (IPv4 and IPv6), OSPFv2, OSPFv3 and BFD with it, BIRD in the west and
// north and FRR in the east, and prints how long each takes to converge:
//   peers-selftest.mjs [IMAGE.qcow2]      (root; what selftest.mjs needs, and Debian's frr and bird2)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAllOwn } from '../../selftest/indicators.mjs';
import { Lab } from '../../selftest/lab.mjs';
import { startBird, startFrr } from '../../selftest/peers.mjs';
import { accept, ethernet, status, until } from '../../selftest/vnf.mjs';
import { carryOut } from '../../selftest/steps.mjs';

const LIMIT_MS = 60_000;
const lab = new Lab();
const say = (text) => console.log(`  ${text}`);

function showLogs() {
  if (lab.qemu) console.error(lab.console());
  for (const log of ['west.bird.log', 'north.bird.log', 'east.frr.log']) {
    const file = join(lab.folder, log);
    console.error(log, existsSync(file) ? readFileSync(file, 'utf8') : 'is not there');
  }
}

function buildImage() {
  execFileSync(join(import.meta.dirname, 'build.sh'), [lab.folder], { stdio: 'inherit' });
  return join(lab.folder, 'router-cloud.qcow2');
}

const names = ['west', 'east', 'north'];
const bfd = { receiveMs: 300, transmitMs: 300, multiplier: 3 };
const timers = { keepaliveSeconds: 3, holdSeconds: 9, connectSeconds: 1 };
const neighbor = (address, remoteAsn, more = {}) => ({ address, remoteAsn, timers, bfd, ...more });
const ospfInterfaces = (more = {}) =>
  ['west', 'east'].map((name) => ({
    name,
    area: 0,
    network: 'point-to-point',
    helloSeconds: 1,
    deadSeconds: 4,
    bfd,
    ...more,
  }));
const limit = (prefixes) => ({ ipv4: { maxPrefix: { prefixes, restartMinutes: 1 }, routeMapIn: 'west-in' } });
const documentOf = ({ password = 'sesame', westLimit = 100 } = {}) => ({
  hostname: 'r1',
  prefixLists: { west: [{ prefix: '10.77.0.0/16', le: 24 }] },
  routeMaps: {
    'west-in': [{ match: { prefixList: 'west' }, set: { localPreference: 150 } }],
  },
  bgp: {
    asn: 65001,
    routerId: '10.1.0.1',
    maximumPaths: 2,
    neighbors: [
      neighbor('10.1.0.2', 65002, { families: limit(westLimit) }),
      neighbor('fd01::2', 65002),
      neighbor('10.2.0.2', 65003, { password }),
      neighbor('fd02::2', 65003),
      neighbor('10.3.0.2', 65004),
    ],
    networks: ['10.1.0.0/24', 'fd01::/64'],
  },
  ospf: { routerId: '10.1.0.1', interfaces: ospfInterfaces() },
  ospf6: { routerId: '10.1.0.1', interfaces: ospfInterfaces() },
});

const birdBgp = (name, own, other, asn, channel) => `
protocol bgp ${name} { local ${own} as ${asn}; neighbor ${other} as 65001; direct; bfd on; hold time 9; connect retry time 1;
  connect delay time 1; error wait time 1, 4; ${channel} { import all; export where source = RTS_STATIC; }; }`;
const birdOspf = (version, channel) => `
protocol ospf ${version} ospf_${channel} { ${channel} { import all; export none; }; area 0 {
  interface "eth0" { type ptp; hello 1; dead 4; bfd on; }; interface "lo" { stub; }; }; }`;
const birdBase = (id) => `
router id ${id};
protocol device {}
protocol bfd { interface "eth0" { interval 300 ms; multiplier 3; }; }
protocol kernel { ipv4 { export all; }; }
protocol kernel { ipv6 { export all; }; }`;
const westNetworks = Array.from({ length: 20 }, (_, at) => `route 10.77.${at}.0/24 blackhole;`).join(' ');
const west = `${birdBase('10.1.0.2')}
protocol static { ipv4; ${westNetworks} route 10.78.0.0/24 blackhole; }
protocol static { ipv6; route 2001:db8:77::/48 blackhole; }
${birdBgp('west4', '10.1.0.2', '10.1.0.1', 65002, 'ipv4')}${birdBgp('west6', 'fd01::2', 'fd01::1', 65002, 'ipv6')}
${birdOspf('v2', 'ipv4')}${birdOspf('v3', 'ipv6')}`;
const north = `${birdBase('10.3.0.2')}
protocol static { ipv4; route 10.99.0.0/24 blackhole; }
${birdBgp('north4', '10.3.0.2', '10.3.0.1', 65004, 'ipv4')}`;

const frrInterface = (version) => `interface eth0
 ${version} area 0
 ${version} network point-to-point
 ${version} hello-interval 1
 ${version} dead-interval 4
 ${version} bfd
 ${version} bfd profile lab
`;
const east = {
  bfdd: 'bfd\n profile lab\n  receive-interval 300\n  transmit-interval 300\n',
  bgpd: `router bgp 65003
 bgp router-id 10.2.0.2
 no bgp ebgp-requires-policy
 neighbor 10.2.0.1 remote-as 65001
 neighbor 10.2.0.1 password sesame
 neighbor 10.2.0.1 bfd profile lab
 neighbor 10.2.0.1 timers connect 1
 neighbor fd02::1 remote-as 65001
 neighbor fd02::1 bfd profile lab
 neighbor fd02::1 timers connect 1
 address-family ipv4 unicast
  network 10.99.0.0/24
  no neighbor fd02::1 activate
 address-family ipv6 unicast
  neighbor fd02::1 activate
  network 2001:db8:99::/64
`,
  ospfd: `${frrInterface('ip ospf')}router ospf\n ospf router-id 10.2.0.2\n`,
  ospf6d: `${frrInterface('ipv6 ospf6')}router ospf6\n ospf6 router-id 10.2.0.2\n`,
};

async function boots() {
  const sides = names.map((name, at) => lab.addSide(name, `10.${at + 1}.0.2/24`, `10.${at + 1}.0.1`));
  for (const [at, name] of names.entries()) {
    lab.in(name, 'ip', 'address', 'add', `fd0${at + 1}::2/64`, 'dev', 'eth0', 'nodad');
    lab.in(name, 'sysctl', '-q', 'net.ipv4.ip_forward=1');
  }
  for (const name of ['east', 'north']) lab.in(name, 'ip', 'address', 'add', '10.99.0.1/24', 'dev', 'lo');
  lab.in('east', 'ip', 'address', 'add', '2001:db8:99::1/64', 'dev', 'lo');
  lab.in('west', 'ip', 'address', 'add', '10.77.0.1/24', 'dev', 'lo');
  lab.in('west', 'ip', 'address', 'add', '2001:db8:77::1/64', 'dev', 'lo');
  const ethernets = sides.map((side, at) => [side.name, ethernet(side, `10.${at + 1}.0.1/24`, `fd0${at + 1}::1/64`)]);
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'unused' },
    'network-config': { version: 2, ethernets: Object.fromEntries(ethernets) },
    'user-data': documentOf(),
  });
  const image = process.argv[2] ?? buildImage();
  startBird(lab, 'west', west);
  startBird(lab, 'north', north);
  startFrr(lab, 'east', east);
  const begun = Date.now();
  lab.boot(image);
  await lab.awaitPing('west', '10.1.0.1', LIMIT_MS);
  await lab.agent.awaitReady(LIMIT_MS);
  await until('ready', LIMIT_MS, async () => (await status(lab)).ready);
  say(`QEMU started to ready, with six daemons of FRR: ${Date.now() - begun} ms`);
}

const bgpStates = ({ bgpNeighbors }) => Object.values(bgpNeighbors).map(({ state }) => state);
const fullOf = (members) => Object.values(members).map((numbers) => numbers.neighbors_full);

async function converges() {
  const begun = Date.now();
  const first = {};
  const once = (name, holds) => {
    if (holds && !(name in first)) first[name] = Date.now() - begun;
    return holds;
  };
  await until('every neighbour', LIMIT_MS, async () => {
    const seen = await status(lab);
    return [
      once(
        'BGP',
        bgpStates(seen).every((state) => state === 'Established'),
      ),
      once(
        'OSPFv2',
        fullOf(seen.labelledGauges.ospfinterface).every((full) => full === 1),
      ),
      once(
        'OSPFv3',
        fullOf(seen.labelledGauges.ospf6interface).every((full) => full === 1),
      ),
      once(
        'BFD',
        Object.values(seen.labelledGauges.bgpneighbor).every((numbers) => numbers.bfd_up === 1),
      ),
    ].every(Boolean);
  });
  say(
    `after ready: ${Object.entries(first)
      .map(([name, ms]) => `${name} ${ms} ms`)
      .join(', ')}`,
  );
  // A session is established before its first routes have come.
  await until('the routes of every neighbour', LIMIT_MS, async () => {
    const { gauges, labelledGauges } = await status(lab);
    const received = labelledGauges.bgpneighbor['10.1.0.2'].ipv4_prefixes_received;
    return received >= 20 && gauges.bgp_ipv6_prefixes_received >= 2;
  });
  const seen = await status(lab);
  assert.equal(
    seen.labelledGauges.bgpneighbor['10.1.0.2'].ipv4_prefixes_received,
    20,
    'the prefix list lets 20 networks in, not 10.78.0.0/24',
  );
  assert.ok(
    seen.gauges.bfd_sessions_up >= 5 && seen.gauges.bgp_ipv6_prefixes_received === 2,
    JSON.stringify(seen.gauges),
  );
  assert.ok(seen.ready && Object.values(seen.daemons).every(Boolean), seen.reason);
  expectAllOwn('router', seen);
  const { stdout } = await lab.agent.run('/bin/sh', [
    '-c',
    'ip route; ip -6 route; wc -l < /proc/modules; grep -c conntrack /proc/modules',
  ]);
  assert.ok(stdout.includes('10.77.5.0/24') && !stdout.includes('10.78.0.0/24'), stdout);
  assert.match(stdout, /2001:db8:99::\/64/);
  assert.match(stdout, /\n0\n$/, 'connection tracking is loaded');
}

const received = (name) => Number(lab.in(name, 'cat', '/sys/class/net/eth0/statistics/rx_packets'));
async function flows() {
  const before = [received('east'), received('north')];
  const arrived = () => ['east', 'north'].map((name, at) => received(name) - before[at]);
  lab.in('west', 'bash', '-c', 'for port in {20001..20200}; do echo x >/dev/udp/10.99.0.1/$port; done');
  await until('all of 200 flows', 10_000, () => arrived()[0] + arrived()[1] >= 200);
  return arrived();
}

// busybox's ip does not show several next hops.
async function nextHops(network) {
  const { stdout } = await lab.agent.run('/usr/bin/vtysh', ['-c', `show ip route ${network} json`]);
  return Object.values(JSON.parse(stdout)).flatMap(([route]) =>
    route.nexthops.filter(({ fib }) => fib).map(({ ip }) => ip),
  );
}

async function spreads() {
  for (const [at, name] of [
    [2, 'east'],
    [3, 'north'],
  ])
    lab.ping(name, `10.${at}.0.1`, 2);
  await until('two next hops', 20_000, async () => (await nextHops('10.99.0.0/24')).length === 2);
  const both = await flows();
  assert.ok(Math.min(...both) > 40, `${both}`);
  say(`200 flows to a network that two ASes announce: ${both.join(' through FRR, ')} through BIRD`);
}

// A stretch without answers, from a stream of pings.
function longestGap(log) {
  const times = [...readFileSync(join(lab.folder, log), 'utf8').matchAll(/^\[([\d.]+)\] \d+ bytes/gm)].map(
    ([, at]) => Number(at) * 1000,
  );
  return Math.max(...times.slice(1).map((at, index) => at - times[index]));
}

// The cable between the bridge and FRR's side goes; the guest's own link stays up, so that only BFD can tell.
async function failsOver() {
  const asked = lab.start('west', ['ping', '-D', '-n', '-i', '0.02', '10.99.0.1'], 'failover.log');
  const other = lab.start('west', ['ping', '-D', '-n', '-i', '0.02', '-I', '10.77.0.1', '10.99.0.1'], 'failover2.log');
  await sleep(1000);
  execFileSync('ip', ['-n', `${lab.tag}-host`, 'link', 'set', 'v-east', 'down']);
  const begun = Date.now();
  const gone = await until('BFD told', 20_000, async () => (await stateOf('10.2.0.2')).established === 0);
  assert.deepEqual(await nextHops('10.99.0.0/24'), ['10.3.0.2']);
  await sleep(1500);
  for (const child of [asked, other]) child.kill();
  const gap = Math.max(longestGap('failover.log'), longestGap('failover2.log'));
  say(
    `a neighbour lost without its link: session ended after ${gone} ms, longest gap in two streams ${Math.round(gap)} ms (hold time 9000 ms)`,
  );
  assert.ok(gap < 7000, 'BFD did not tell');
  execFileSync('ip', ['-n', `${lab.tag}-host`, 'link', 'set', 'v-east', 'up']);
  await until('BGP again', LIMIT_MS, async () =>
    bgpStates(await status(lab)).every((state) => state === 'Established'),
  );
  say(`BGP with it again ${Date.now() - begun} ms after the loss`);
}

async function stateOf(address) {
  const { bgpNeighbors, labelledGauges } = await status(lab);
  return { ...bgpNeighbors[address], ...labelledGauges.bgpneighbor[address] };
}

async function guards() {
  await accept(lab, documentOf({ password: 'other' }));
  await until('the session ended', LIMIT_MS, async () => (await stateOf('10.2.0.2')).established === 0);
  await sleep(3000);
  assert.equal((await stateOf('10.2.0.2')).established, 0, 'a session came up with another password');
  assert.equal((await stateOf('10.1.0.2')).established, 1, 'a session was lost that the change did not concern');
  await accept(lab, documentOf());
  const back = await until('the session', LIMIT_MS, async () => (await stateOf('10.2.0.2')).established === 1);
  say(`no session with another password; ${back} ms after the right one it is back`);
  await accept(lab, documentOf({ westLimit: 10 }));
  const shut = await until('the limit', LIMIT_MS, async () => (await stateOf('10.1.0.2')).state === 'Idle (PfxCt)');
  await sleep(3000);
  assert.equal((await stateOf('10.1.0.2')).state, 'Idle (PfxCt)', 'a neighbour that was shut came back by itself');
  say(`20 networks of a neighbour that may announce 10: its session ended after ${shut} ms`);
  await accept(lab, documentOf());
  const again = await until('the session', 90_000, async () => (await stateOf('10.1.0.2')).established === 1);
  say(`with a limit of 100 it is back after ${again} ms`);
}

async function reportsDeadDaemons() {
  await lab.agent.run('/bin/sh', ['-c', 'kill -STOP 1; kill -9 $(cat /run/berth/alive/ospf6d)']);
  const seen = await status(lab);
  await lab.agent.run('/bin/sh', ['-c', 'kill -CONT 1']);
  assert.deepEqual([seen.ready, seen.reason], [false, 'the daemon ospf6d is not running']);
  await until('ready again', LIMIT_MS, async () => (await status(lab)).ready);
  say('a daemon that died made it not ready, by name, until it ran again');
}

await carryOut([boots, converges, spreads, failsOver, guards, reportsDeadDaemons], {
  limitMs: 300_000,
  show: showLogs,
  close: () => lab.close(),
});
