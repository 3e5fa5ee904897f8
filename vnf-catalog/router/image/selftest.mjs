#!/usr/bin/env node
// Boots the router's image under plain QEMU and proves that it routes, obeys and reports:
//   selftest.mjs [--emulated] [IMAGE.qcow2]      (root; qemu-system-x86, qemu-utils, genisoimage, iproute2)
// Without an image it builds one. With BIRD on the host, a BGP and an OSPF session as well.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from '../../selftest/lab.mjs';
import { accept, configure, ethernet, measureStatus, status, until } from '../../selftest/vnf.mjs';

const PINGS = 50;
const FORWARDING_LIMIT_MS = 60_000;
const BIRD = process.env.BERTH_BIRD ?? '/usr/sbin/bird';

const { values, positionals } = parseArgs({
  options: { emulated: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const emulated = values.emulated;
const watchdog = setTimeout(() => fail(new Error('the whole test took more than 5 minutes')), 300_000);
const lab = new Lab();
const say = (text) => console.log(`  ${text}`);

async function fail(error) {
  console.error(error);
  if (lab.qemu) console.error(lab.console());
  await lab.close();
  process.exit(1);
}

function buildImage() {
  const kernel = emulated ? 'full' : 'cloud';
  execFileSync(join(import.meta.dirname, 'build.sh'), ['--kernel', kernel, lab.folder], { stdio: 'inherit' });
  return join(lab.folder, `router-${kernel}.qcow2`);
}

async function routesPackets() {
  const west = lab.addSide('west', '10.1.0.2/24', '10.1.0.1');
  const east = lab.addSide('east', '10.2.0.2/24', '10.2.0.1');
  lab.in('east', 'ip', 'address', 'add', '10.9.0.1/24', 'dev', 'lo');
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'unused' },
    'network-config': {
      version: 2,
      ethernets: { west: ethernet(west, '10.1.0.1/24'), east: ethernet(east, '10.2.0.1/24') },
    },
    'user-data': { hostname: 'r1', staticRoutes: [] },
  });
  assert.equal(lab.ping('west', '10.2.0.2', 5), 0);
  say('without the guest: 0 of 5 pings');
  const image = positionals[0] ?? buildImage();
  const begun = Date.now();
  lab.boot(image, { emulated });
  await lab.awaitPing('west', '10.2.0.2', FORWARDING_LIMIT_MS);
  say(`QEMU started to first forwarded ping: ${Date.now() - begun} ms`);
  await lab.agent.awaitReady(30_000);
  await until('ready', 30_000, async () => (await status(lab)).ready);
  say(`QEMU started to ready through the agent: ${Date.now() - begun} ms`);
  assert.equal(lab.ping('west', '10.2.0.2', PINGS), PINGS);
  say(`${PINGS} of ${PINGS} pings routed`);
}

async function reports() {
  const seen = await status(lab);
  assert.equal(seen.role, 'router');
  assert.equal(seen.configGeneration, 1);
  assert.match(seen.configDigest, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(Object.keys(seen.interfaces).sort(), ['east', 'west']);
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
    ['an unknown interface', { ospf: { interfaces: [{ name: 'north', area: '0.0.0.0' }] } }],
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

try {
  for (const step of [routesPackets, reports, obeys, speaksBgpAndOspf, survivesReboot, powersOff]) {
    console.log(step.name);
    await step();
  }
  clearTimeout(watchdog);
  await lab.close();
  console.log('all good');
} catch (error) {
  await fail(error);
}
