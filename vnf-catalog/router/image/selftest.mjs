#!/usr/bin/env node
// Boots the router's image under plain QEMU and proves that it routes, obeys and reports:
//   selftest.mjs [--emulated] [IMAGE.qcow2]      (root; qemu-system-x86, qemu-utils, genisoimage, iproute2)
// Without an image it builds one. With BIRD on the host, a BGP and an OSPF session as well.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkIndicators } from '../../selftest/indicators.mjs';
import { Lab } from '../../selftest/lab.mjs';
import { carryOut } from '../../selftest/steps.mjs';
import { accept, configure, ethernet, measureStatus, status, until } from '../../selftest/vnf.mjs';

const PINGS = 50;
const FORWARDING_LIMIT_MS = 60_000;
const LINK_LIMIT_MS = 20_000;
// Duplicate address detection would take a second or two.
const MOST_BEHIND_MS = 900;
const BIRD = process.env.BERTH_BIRD ?? '/usr/sbin/bird';

const { values, positionals } = parseArgs({
  options: { emulated: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const emulated = values.emulated;
const lab = new Lab();
const say = (text) => console.log(`  ${text}`);

function buildImage() {
  const kernel = emulated ? 'full' : 'cloud';
  execFileSync(join(import.meta.dirname, 'build.sh'), ['--kernel', kernel, lab.folder], { stdio: 'inherit' });
  return join(lab.folder, `router-${kernel}.qcow2`);
}

// A host asks from before the boot on, so that the first answer is the first packet that the guest forwarded.
const asker = (name, address) => lab.start('west', ['ping', '-D', '-n', '-i', '0.05', address], `${name}.log`);
const firstAnswer = (name) =>
  Number(/^\[([\d.]+)\] \d+ bytes from/m.exec(readFileSync(join(lab.folder, `${name}.log`), 'utf8'))?.[1] ?? NaN) *
  1000;

function addSides() {
  const sides = ['west', 'east', 'north'].map((name, at) => {
    const side = lab.addSide(name, `10.${at + 1}.0.2/24`, `10.${at + 1}.0.1`);
    lab.in(name, 'ip', 'address', 'add', `fd0${at + 1}::2/64`, 'dev', 'eth0', 'nodad');
    lab.in(name, 'ip', '-6', 'route', 'add', 'default', 'via', `fd0${at + 1}::1`);
    return side;
  });
  const ethernets = sides.map((side, at) => [side.name, ethernet(side, `10.${at + 1}.0.1/24`, `fd0${at + 1}::1/64`)]);
  return Object.fromEntries(ethernets);
}

async function routesPackets() {
  const ethernets = addSides();
  lab.in('east', 'ip', 'address', 'add', '10.9.0.1/24', 'dev', 'lo');
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'unused' },
    'network-config': { version: 2, ethernets },
    'user-data': { hostname: 'r1', staticRoutes: [] },
  });
  assert.equal(lab.ping('west', '10.2.0.2', 5), 0);
  say('without the guest: 0 of 5 pings');
  const image = positionals[0] ?? buildImage();
  const begun = Date.now();
  const askers = [asker('ping4', '10.2.0.2'), asker('ping6', 'fd02::2')];
  lab.boot(image, { emulated });
  await until('both families', FORWARDING_LIMIT_MS, () => firstAnswer('ping4') > 0 && firstAnswer('ping6') > 0);
  for (const each of askers) each.kill();
  const [ipv4, ipv6] = [firstAnswer('ping4'), firstAnswer('ping6')];
  say(`QEMU started to first forwarded ping: ${Math.round(ipv4 - begun)} ms`);
  say(`the first over IPv6 came ${Math.round(ipv6 - ipv4)} ms after it`);
  assert.ok(ipv6 - ipv4 < MOST_BEHIND_MS, 'IPv6 is not forwarded as soon as IPv4 is');
  await lab.agent.awaitReady(30_000);
  await until('ready', 30_000, async () => (await status(lab)).ready);
  say(`QEMU started to ready through the agent: ${Date.now() - begun} ms`);
  assert.equal(lab.ping('west', '10.2.0.2', PINGS), PINGS);
  say(`${PINGS} of ${PINGS} pings routed`);
}

async function reports() {
  const seen = await status(lab);
  assert.equal(seen.role, 'router');
  checkIndicators('router', seen);
  assert.equal(seen.configGeneration, 1);
  assert.match(seen.configDigest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(Object.keys(seen.interfaces).sort(), ['east', 'north', 'west']);
  assert.equal(seen.interfaces.west.mac, lab.sides[0].mac);
  assert.ok(seen.interfaces.west.rxPackets >= PINGS && seen.interfaces.east.txBytes > PINGS * 84);
  assert.ok(seen.counters.ip_forwarded_datagrams >= 2 * PINGS);
  say(`status takes ${await measureStatus(lab)} ms in the guest`);
  const name = await lab.agent.ask('guest-get-host-name');
  assert.equal(name['host-name'], 'r1');
}

async function obeys() {
  assert.equal(lab.ping('west', '10.9.0.1', 5), 0);
  const wanted = { hostname: 'r1', staticRoutes: [{ to: '10.9.0.0/24', via: '10.2.0.2' }] };
  await accept(lab, wanted);
  assert.equal(lab.ping('west', '10.9.0.1', PINGS), PINGS);
  say(`static route added at run time: ${PINGS} of ${PINGS} pings`);
  const before = await status(lab);
  await accept(lab, wanted);
  assert.equal((await status(lab)).configGeneration, before.configGeneration);
  await refuses(before);
}

// Datagrams of one pair of addresses that differ in their ports only, and what each next hop got of them.
async function spreads(address) {
  const received = (name) => Number(lab.in(name, 'cat', '/sys/class/net/eth0/statistics/rx_packets'));
  const before = [received('east'), received('north')];
  lab.in('west', 'bash', '-c', `for port in {20001..20200}; do echo x >/dev/udp/${address}/$port; done`);
  const arrived = () => ['east', 'north'].map((name, at) => received(name) - before[at]);
  await until('all of 200 flows', 10_000, () => arrived()[0] + arrived()[1] >= 200);
  return arrived();
}

async function spreadsFlows() {
  const staticRoutes = [
    { to: '10.9.0.0/24', via: ['10.2.0.2', '10.3.0.2'] },
    { to: 'default', via: ['fd02::2', { address: 'fd03::2', weight: 3 }] },
  ];
  await accept(lab, { hostname: 'r1', staticRoutes });
  for (const [name, at] of [
    ['east', 2],
    ['north', 3],
  ])
    (lab.ping(name, `10.${at}.0.1`, 1), lab.ping(name, `fd0${at}::1`, 1));
  const [four, six] = [await spreads('10.9.0.1'), await spreads('2001:db8::1')];
  assert.ok(Math.min(...four) > 50 && Math.max(...four) < 150, `${four}`);
  assert.ok(six[0] > 20 && six[1] > six[0] * 1.5, `${six}`);
  say(`200 flows over two next hops: ${four.join(' and ')} (IPv4), ${six.join(' and ')} (IPv6, weights 1 and 3)`);
  await accept(lab, { hostname: 'r1', staticRoutes: [{ to: '10.9.0.0/24', blackhole: true }] });
  assert.equal(lab.ping('west', '10.9.0.1', 3), 0);
}

async function tags() {
  const host = join(lab.folder, 'tagged-host');
  execFileSync('gcc', ['-o', host, join(import.meta.dirname, '../../selftest/tagged-host.c')]);
  lab.start('east', [host, 'eth0', '100', '10.100.0.2'], 'tagged-host.log');
  const vlan = { name: 'east.100', link: 'east', id: 100, addresses: ['10.100.0.1/24', '2001:db8:100::1/64'] };
  const refused = await configure(lab, { hostname: 'r1', vlans: [{ ...vlan, mtu: 9000 }] });
  assert.equal(refused.code, 1);
  say(`refused, an MTU above that of its link: ${refused.stderr.trim()}`);
  assert.equal(lab.ping('west', '10.100.0.2', 3), 0);
  await accept(lab, { hostname: 'r1', vlans: [vlan] });
  assert.equal(lab.ping('west', '10.100.0.2', PINGS), PINGS);
  const seen = await status(lab);
  assert.ok(seen.ready && seen.interfaces['east.100'].rxPackets >= PINGS, JSON.stringify(seen));
  say(`${PINGS} of ${PINGS} pings through a VLAN, with their tag`);
  await accept(lab, { hostname: 'r1', vlans: [{ ...vlan, id: 101, mtu: 1400 }] });
  assert.equal(lab.ping('west', '10.100.0.2', 3), 0);
  const links = { hostname: 'r1', links: [{ name: 'east', mtu: 1300 }], vlans: [vlan] };
  await accept(lab, links);
  // An emulated card begins anew with another MTU, and takes seconds to see its link.
  await lab.awaitPing('west', '10.100.0.2', emulated ? LINK_LIMIT_MS : 1000);
  assert.equal(lab.ping('west', '10.100.0.2', 3), 3);
  const { stdout } = await lab.agent.run('/bin/sh', ['-c', 'cat /sys/class/net/east/mtu /sys/class/net/east.100/mtu']);
  assert.equal(stdout, '1300\n1300\n');
  const half = { ...links, vlans: [], staticRoutes: [{ to: '10.7.0.0/24', via: '192.0.2.1' }] };
  assert.equal((await configure(lab, half)).code, 1);
  assert.equal(lab.ping('west', '10.100.0.2', 3), 3);
  say('another tag, another MTU, and back; a document that fails half-way leaves the VLAN as it was');
  await accept(lab, { hostname: 'r1' });
  const after = await lab.agent.run('/bin/sh', ['-c', 'cat /sys/class/net/east/mtu; ls /sys/class/net']);
  assert.ok(after.stdout.startsWith('1500\n') && !after.stdout.includes('east.100'), after.stdout);
  const tracking = await lab.agent.run('/bin/sh', ['-c', 'grep -c conntrack /proc/modules']);
  assert.equal(tracking.stdout, '0\n');
  say('the VLAN is gone with the document; no connection tracking is loaded');
  await accept(lab, { hostname: 'r1', staticRoutes: [{ to: '10.9.0.0/24', via: '10.2.0.2' }] });
}

async function refuses(before) {
  const route = (to, via) => ({ staticRoutes: [{ to, via }] });
  const good = { to: '10.8.0.0/24', via: '10.2.0.2' };
  const bad = [
    ['not JSON', '{"hostname":'],
    ['an unknown key', { hostnam: 'r1' }],
    ['host bits', route('10.9.0.1/24', '10.2.0.2')],
    ['an unreachable next hop', route('10.9.0.0/24', '192.0.2.1')],
    [
      'a good route and an unreachable one',
      { hostname: 'half', staticRoutes: [good, ...route('10.7.0.0/24', '192.0.2.1').staticRoutes] },
    ],
    ['an unknown interface', { ospf: { interfaces: [{ name: 'south', area: '0.0.0.0' }] } }],
    ['a raw FRR line', { frr: 'router bgp 65001\n neighbour 1.2.3.4 remote-as 5\n' }],
  ];
  for (const [what, document] of bad) {
    const { code, stderr } = await configure(lab, document);
    assert.notEqual(code, 0, `${what} was accepted`);
    say(`refused, ${what}: ${stderr.trim()}`);
  }
  const after = await status(lab);
  assert.deepEqual([after.ready, after.configDigest], [true, before.configDigest]);
  const { stdout } = await lab.agent.run('/bin/sh', ['-c', 'hostname; ip route']);
  assert.match(stdout, /^r1$/m);
  assert.ok(stdout.includes('10.9.0.0/24') && !stdout.includes('10.8.0.0/24'), stdout);
  assert.equal(lab.ping('west', '10.9.0.1', 5), 5);
  say('the old configuration still routes');
}

const birdSettings = `
router id 10.1.0.2;
protocol device {}
protocol direct { ipv4; interface "lo"; }
protocol kernel { ipv4 { export all; }; }
protocol bgp peer { local as 65002; neighbor 10.1.0.1 as 65001; ipv4 { import all; export where source = RTS_DEVICE; }; }
protocol ospf v2 { ipv4 { export none; }; area 0 { interface "eth0" { hello 1; dead 4; }; }; }
`;

async function speaksBgpAndOspf() {
  if (!existsSync(BIRD)) return say(`no ${BIRD} on this host: BGP and OSPF not tried`);
  const file = (name) => join(lab.folder, name);
  writeFileSync(file('bird.conf'), birdSettings);
  lab.in('west', 'ip', 'address', 'add', '10.77.0.1/24', 'dev', 'lo');
  lab.in('west', 'ip', 'route', 'delete', 'default');
  const bgp = {
    asn: 65001,
    routerId: '10.1.0.1',
    neighbors: [{ address: '10.1.0.2', remoteAsn: 65002 }],
    networks: ['10.2.0.0/24'],
  };
  const ospf = { routerId: '10.1.0.1', interfaces: [{ name: 'west', area: '0.0.0.0' }] };
  const frr = 'interface west\n ip ospf hello-interval 1\n ip ospf dead-interval 4\n';
  lab.start('west', [BIRD, '-f', '-c', file('bird.conf'), '-s', file('bird.ctl')], 'bird.log');
  const begun = Date.now();
  await accept(lab, { hostname: 'r1', bgp, ospf, frr });
  say(`FRR started at run time in ${Date.now() - begun} ms`);
  say(
    `BGP established after ${await until('BGP', 60_000, async () => (await status(lab)).gauges.bgp_peers_established === 1)} ms more`,
  );
  say(
    `OSPF full after ${await until('OSPF', 60_000, async () => (await status(lab)).gauges.ospf_neighbors_full === 1)} ms more`,
  );
  await until(
    'routes learned',
    20_000,
    () => lab.ping('west', '10.2.0.2', 1) === 1 && lab.ping('east', '10.77.0.1', 1) === 1,
  );
  assert.equal(lab.ping('east', '10.77.0.1', PINGS), PINGS);
  say(`${PINGS} of ${PINGS} pings over routes that BGP brought, in both directions`);
  await changesBgpInPlace({ hostname: 'r1', bgp, ospf, frr });
}

// A network more must not cost the session.
async function changesBgpInPlace(document) {
  const uptime = async () => {
    const { stdout } = await lab.agent.run('/usr/bin/vtysh', ['-c', 'show bgp neighbors 10.1.0.2 json']);
    return JSON.parse(stdout)['10.1.0.2'].connectionsEstablished;
  };
  const before = await uptime();
  await accept(lab, { ...document, bgp: { ...document.bgp, networks: ['10.2.0.0/24', '10.1.0.0/24'] } });
  assert.equal(await uptime(), before);
  const { stdout } = await lab.agent.run('/usr/bin/vtysh', ['-c', 'show running-config']);
  assert.match(stdout, /network 10\.1\.0\.0\/24/);
  say('BGP changed at run time without losing its session');
  const daemons = (await status(lab)).daemons;
  assert.ok(daemons.zebra && daemons.bgpd && daemons.ospfd);
}

async function survivesReboot() {
  const before = await status(lab);
  const begun = Date.now();
  await lab.agent.ask('guest-shutdown', { mode: 'reboot' }, 1000).catch(() => undefined);
  await sleep(1500);
  await lab.agent.awaitReady(60_000);
  await until('ready again', 60_000, async () => (await status(lab)).ready);
  const after = await status(lab);
  assert.deepEqual([after.configGeneration, after.configDigest], [before.configGeneration, before.configDigest]);
  assert.ok(after.uptimeSeconds < before.uptimeSeconds);
  say(`rebooted, and ready with the run-time configuration, in ${Date.now() - begun} ms`);
}

async function powersOff() {
  const monitor = connect(lab.monitor);
  monitor.write('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
  const begun = Date.now();
  const ended = await Promise.race([lab.qemu.ended, sleep(20_000, 'no')]);
  monitor.destroy();
  assert.notEqual(ended, 'no', 'the power button was not obeyed');
  assert.equal(lab.ping('west', '10.2.0.2', 3), 0);
  say(`powered off by its button in ${Date.now() - begun} ms; 0 of 3 pings`);
}

await carryOut([routesPackets, reports, obeys, spreadsFlows, tags, speaksBgpAndOspf, survivesReboot, powersOff], {
  limitMs: 300_000,
  show: () => lab.qemu && console.error(lab.console()),
  close: () => lab.close(),
});
