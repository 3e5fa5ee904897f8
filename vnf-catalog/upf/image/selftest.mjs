#!/usr/bin/env node
// Boots the UPF's image under plain QEMU, plays SMF and gNB, and proves that it associates, carries traffic both ways,
// counts, refuses, and goes on when upfd is killed:
//   selftest.mjs [--emulated] [IMAGE.qcow2]      (root; qemu-system-x86, qemu-utils, genisoimage, iproute2)
// Without an image it builds one. That upfd is ready means that the verifier of the guest's kernel took every program.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkIndicators } from '../../selftest/indicators.mjs';
import { Lab } from '../../selftest/lab.mjs';
import { carryOut } from '../../selftest/steps.mjs';
import { accept, configure, measureStatus, status, until } from '../../selftest/vnf.mjs';
import { document, Ran, surround } from './ran.mjs';

const BOOT_LIMIT_MS = 60_000;
const PINGS = 20;
const UE = '10.60.0.5';
const SERVER = '10.6.0.2';

const { values, positionals } = parseArgs({
  options: { emulated: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const emulated = values.emulated;
const lab = new Lab();
const say = (text) => console.log(`  ${text}`);
let ran;

function buildImage() {
  const kernel = emulated ? 'full' : 'cloud';
  execFileSync(join(import.meta.dirname, 'build.sh'), ['--kernel', kernel, lab.folder], { stdio: 'inherit' });
  return join(lab.folder, `upf-${kernel}.qcow2`);
}

async function boots() {
  const ethernets = surround(lab);
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'unused' },
    'network-config': { version: 2, ethernets },
    'user-data': document,
  });
  const image = positionals[0] ?? buildImage();
  const begun = Date.now();
  lab.boot(image, { emulated, memoryMiB: 1024 });
  await lab.agent.awaitReady(BOOT_LIMIT_MS);
  await until('ready', BOOT_LIMIT_MS, async () => (await status(lab)).ready);
  say(`QEMU started to ready through the agent: ${Date.now() - begun} ms`);
  ran = new Ran(lab);
  await ran.play({ do: 'associate' });
  say(`QEMU started to association: ${Date.now() - begun} ms`);
}

const ping = (more = {}) => ({ do: 'ping', session: 'ue', to: SERVER, count: PINGS, ...more });
const establish = { do: 'establish', session: 'ue', ue: { v4: UE }, gnb: 'gnb', downTeid: 0x100, qfi: 9 };

async function carries() {
  await ran.play({ do: 'heartbeat' });
  await ran.play({ do: 'echo', peer: '10.3.0.1' });
  await ran.play(establish);
  // 64 less the hop that the UPF is.
  await ran.play(ping({ expect: { answered: PINGS, hops: [63], qfis: [9] } }));
  say(`${PINGS} of ${PINGS} pings of the UE, with QFI 9 on the way down`);
  const six = { v6: '2001:db8:60::5' };
  await ran.play({ do: 'establish', session: 'six', ue: six, gnb: 'gnb', downTeid: 0x600, qfi: 5 });
  await ran.play(ping({ session: 'six', to: 'fd06::2', expect: { answered: PINGS, qfis: [5] } }));
  await ran.play(ping({ count: 5, bytes: 1400 }));
  await ran.play({ do: 'delete', session: 'six' });
  say('over IPv6 and with 1400 bytes too');
}

// In = forwarded + buffered + dropped, of each direction, and dropped is the sum of its reasons.
function addUp(seen) {
  const { counters, gauges, labelled } = seen;
  for (const way of ['up', 'down']) {
    const named = Object.values(labelled[`${way}dropreason`] ?? {}).reduce((sum, { packets }) => sum + packets, 0);
    const buffered = gauges[`${way}_buffered_packets`];
    assert.equal(counters[`${way}_dropped_packets`], named, JSON.stringify(seen));
    assert.equal(
      counters[`${way}_in_packets`],
      counters[`${way}_forwarded_packets`] + buffered + named,
      JSON.stringify(seen),
    );
  }
}

async function counts() {
  const seen = await status(lab);
  assert.deepEqual([seen.role, seen.configGeneration], ['upf', 1]);
  checkIndicators('upf', seen);
  addUp(seen);
  say(`counted: ${JSON.stringify(seen.counters)}`);
  say(`status takes ${await measureStatus(lab)} ms in the guest`);
}

async function survivesKill() {
  const { stdout: before } = await lab.agent.run('/bin/cat', ['/run/berth/alive/upfd']);
  const pinged = ran.play(ping({ count: 200, withinMs: 3000 }));
  await sleep(1000);
  await lab.agent.run('/bin/kill', ['-9', before.trim()]);
  const { answered } = await pinged;
  await until('ready again', 20_000, async () => (await status(lab)).ready);
  const { stdout: after } = await lab.agent.run('/bin/cat', ['/run/berth/alive/upfd']);
  assert.notEqual(after, before);
  await ran.play(ping());
  assert.equal((await status(lab)).gauges.sessions, 1);
  say(`upfd was killed while pings went on: ${answered} of 200 answered; it runs again and knows its session`);
}

async function obeys() {
  const changed = { ...document, gtpEchoSeconds: 30, n4: { ...document.n4, heartbeatSeconds: 10 } };
  await accept(lab, changed);
  await ran.play(ping());
  say('upfd started again with other timers; the session goes on');
  await accept(lab, { ...changed, n4: { ...changed.n4, heartbeatSeconds: 20 } });
  await ran.play(ping());
  const before = await status(lab);
  const bad = [
    ['not JSON', '{"n4":'],
    ['an unknown key', { ...document, n5: {} }],
    ['an unknown link', { ...document, n4: { link: 'north' } }],
    ['a pool that is somebody else’s network', poolOf('10.6.0.0/24')],
    ['an unreachable next hop', { ...document, staticRoutes: [{ to: '10.9.0.0/24', via: '192.0.2.1' }] }],
  ];
  for (const [what, refused] of bad) {
    const { code, stderr } = await configure(lab, refused);
    assert.equal(code, 1, `${what} was accepted`);
    say(`refused, ${what}: ${stderr.trim()}`);
  }
  const after = await status(lab);
  assert.deepEqual([after.ready, after.configDigest], [true, before.configDigest], after.reason);
  await ran.play(ping());
  say('sessions go on over a change, and over what is refused');
  await accept(lab, { ...document, sessions: 2000 });
  const anew = await status(lab);
  assert.deepEqual([anew.gauges.sessions, anew.gauges.sessions_limit], [0, 2000]);
  await ran.play({ do: 'associate' });
  await ran.play(establish);
  await ran.play(ping());
  say('tables of another size are made anew, and take a session');
}

const poolOf = (pool) => ({
  ...document,
  interfaces: [document.interfaces[0], { ...document.interfaces[1], pools: [pool] }],
});

async function traces() {
  const traced = lab.agent.run('/usr/lib/berth/vnf', ['trace', UE, '2']);
  await sleep(300);
  await ran.play(ping({ count: 2 }));
  const { code, stdout, stderr } = await traced;
  assert.equal(code, 0, stderr);
  say(`traced: ${stdout.trim().slice(0, 300)}`);
  assert.match(stdout, /"pdr":\s*[12]/);
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
  assert.equal(after.gauges.sessions, 0);
  await ran.play({ do: 'associate' });
  await ran.play(establish);
  await ran.play(ping());
  say(
    `rebooted, with the run-time configuration and without sessions, in ${Date.now() - begun} ms; a new session works`,
  );
}

async function powersOff() {
  const monitor = connect(lab.monitor);
  monitor.write('{"execute":"qmp_capabilities"}\n{"execute":"system_powerdown"}\n');
  const ended = await Promise.race([lab.qemu.ended, sleep(20_000, 'no')]);
  monitor.destroy();
  assert.notEqual(ended, 'no', 'the power button was not obeyed');
  say('powered off by its button');
}

await carryOut([boots, carries, counts, survivesKill, obeys, traces, survivesReboot, powersOff], {
  limitMs: 300_000,
  show: () => lab.qemu && console.error(lab.console()),
  close: async () => {
    await ran?.close();
    await lab.close();
  },
});
