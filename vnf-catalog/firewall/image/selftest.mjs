#!/usr/bin/env node
// Boots the firewall's image under plain QEMU and proves that it filters, translates, obeys and reports:
//   selftest.mjs [--emulated] [IMAGE.qcow2]      (root; qemu-system-x86, qemu-utils, genisoimage, iproute2)
// Without an image it builds one.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAllOwn } from '../../selftest/indicators.mjs';
import { Lab } from '../../selftest/lab.mjs';
import { accept, configure, ethernet, measureStatus, status, until } from '../../selftest/vnf.mjs';
import { carryOut } from '../../selftest/steps.mjs';

const PINGS = 20;
const BOOT_LIMIT_MS = 60_000;

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
  return join(lab.folder, `firewall-${kernel}.qcow2`);
}

const zones = { inside: { interfaces: ['west'] }, outside: { interfaces: ['east'] } };
const ping = { name: 'ping', from: 'inside', to: 'outside', protocol: 'icmp', action: 'accept' };
const ping6 = { ...ping, name: 'ping6', protocol: 'icmpv6' };
const document = { hostname: 'fw1', zones, rules: [ping, ping6] };

async function boots() {
  const west = lab.addSide('west', '10.1.0.2/24', '10.1.0.1');
  const east = lab.addSide('east', '10.2.0.2/24', '10.2.0.1');
  for (const [name, address, gateway] of [
    ['west', 'fd01::2/64', 'fd01::1'],
    ['east', 'fd02::2/64', 'fd02::1'],
  ]) {
    lab.in(name, 'ip', 'address', 'add', address, 'dev', 'eth0', 'nodad');
    lab.in(name, 'ip', '-6', 'route', 'add', 'default', 'via', gateway);
  }
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'unused' },
    'network-config': {
      version: 2,
      ethernets: {
        west: ethernet(west, '10.1.0.1/24', 'fd01::1/64'),
        east: ethernet(east, '10.2.0.1/24', 'fd02::1/64'),
      },
    },
    'user-data': document,
  });
  const image = positionals[0] ?? buildImage();
  const begun = Date.now();
  lab.boot(image, { emulated });
  await lab.awaitPing('west', '10.2.0.2', BOOT_LIMIT_MS);
  say(`QEMU started to first forwarded ping: ${Date.now() - begun} ms`);
  await lab.agent.awaitReady(30_000);
  await until('ready', 30_000, async () => (await status(lab)).ready);
  say(`QEMU started to ready through the agent: ${Date.now() - begun} ms`);
}

function filters() {
  assert.equal(lab.ping('west', '10.2.0.2', PINGS), PINGS);
  assert.equal(lab.ping('west', 'fd02::2', PINGS), PINGS);
  assert.equal(lab.ping('east', '10.1.0.2', 5), 0);
  assert.equal(lab.ping('east', 'fd01::2', 5), 0);
  assert.equal(lab.ping('west', '10.1.0.1', 3), 0);
  say(`${PINGS} of ${PINGS} pings outward, over IPv4 and IPv6; none inward, none to the firewall itself`);
}

async function reports() {
  const seen = await status(lab);
  assert.deepEqual([seen.role, seen.configGeneration], ['firewall', 1]);
  expectAllOwn('firewall', seen);
  assert.ok(
    seen.labelled.rule.ping.packets >= 2 * PINGS && seen.labelled.rule.ping6.packets >= 2 * PINGS,
    JSON.stringify(seen),
  );
  assert.ok(seen.labelled.zones['outside/inside'].denied_packets >= 10, JSON.stringify(seen.labelled));
  assert.ok(seen.counters.accepted_packets >= 4 * PINGS && seen.gauges.conntrack_limit > 0, JSON.stringify(seen));
  say(`status takes ${await measureStatus(lab)} ms in the guest`);
}

async function obeys() {
  const before = await status(lab);
  await accept(lab, { ...document, rules: [{ ...ping, action: 'drop' }, ping6] });
  assert.equal(lab.ping('west', '10.2.0.2', 3), 0);
  assert.equal(lab.ping('west', 'fd02::2', 3), 3);
  await accept(lab, document);
  assert.equal(lab.ping('west', '10.2.0.2', 3), 3);
  const after = await status(lab);
  assert.ok(after.labelled.rule.ping6.packets > before.labelled.rule.ping6.packets, 'a counter fell');
  say('a rule blocked at run time, and let again');
  const warning = await accept(lab, {
    ...document,
    rules: [ping, { ...ping, name: 'late', source: ['10.1.0.2'] }, ping6],
  });
  assert.match(warning, /"late" can never match/);
  assert.equal((await status(lab)).gauges.shadowed_rules, 1);
  say(`accepted, with ${warning.trim()}`);
  await accept(lab, document);
}

async function refuses() {
  const before = await status(lab);
  const bad = [
    ['not JSON', '{"zones":'],
    ['an unknown key', { zones, rules: [{ ...ping, destinationPort: 80 }] }],
    ['an unknown zone', { zones, rules: [{ ...ping, to: 'dmz' }] }],
    ['an unknown interface', { zones: { inside: { interfaces: ['north'] } } }],
    ['an unreachable next hop', { ...document, staticRoutes: [{ to: '10.9.0.0/24', via: '192.0.2.1' }] }],
  ];
  for (const [what, refused] of bad) {
    const { code, stderr } = await configure(lab, refused);
    assert.equal(code, 1, `${what} was accepted`);
    say(`refused, ${what}: ${stderr.trim()}`);
  }
  const after = await status(lab);
  assert.deepEqual([after.ready, after.configDigest], [true, before.configDigest], after.reason);
  assert.equal(lab.ping('west', '10.2.0.2', 5), 5);
  assert.equal(lab.ping('east', '10.1.0.2', 3), 0);
  say('the old rules are still in force');
}

async function translates() {
  const nat = { source: [{ name: 'out', from: 'inside', to: 'outside', masquerade: true }] };
  lab.in('east', 'ip', 'route', 'delete', 'default');
  assert.equal(lab.ping('west', '10.2.0.2', 3), 0);
  await accept(lab, { ...document, nat });
  assert.equal(lab.ping('west', '10.2.0.2', 5), 5);
  say('with masquerading, a server without a route back answers');
  lab.in('east', 'ip', 'route', 'add', 'default', 'via', '10.2.0.1');
}

async function survivesReboot() {
  const before = await status(lab);
  const begun = Date.now();
  await lab.agent.ask('guest-shutdown', { mode: 'reboot' }, 1000).catch(() => undefined);
  await sleep(1500);
  await lab.agent.awaitReady(120_000);
  await until('ready again', 120_000, async () => (await status(lab)).ready);
  const after = await status(lab);
  assert.deepEqual([after.configGeneration, after.configDigest], [before.configGeneration, before.configDigest]);
  say(`rebooted, and ready with the run-time configuration, in ${Date.now() - begun} ms`);
}

async function powersOff() {
  const monitor = connect(lab.monitor);
  monitor.write('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
  const ended = await Promise.race([lab.qemu.ended, sleep(20_000, 'no')]);
  monitor.destroy();
  assert.notEqual(ended, 'no', 'the power button was not obeyed');
  say('powered off by its button');
}

await carryOut([boots, filters, reports, obeys, refuses, translates, survivesReboot, powersOff], {
  limitMs: 300_000,
  show: () => lab.qemu && console.error(lab.console()),
  close: () => lab.close(),
});
