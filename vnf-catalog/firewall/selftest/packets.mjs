#!/usr/bin/env node
// Sends packets through the firewall's image under plain QEMU, and holds it to what it promises:
//   packets.mjs [IMAGE.qcow2]      (root; as image/selftest.mjs, and Debian's python3-scapy)
// A boot without a kernel module, one with a wrong document, the table of packets, offloaded flows, helpers, 100 changes of rules
// under traffic, killed changes, a reboot under traffic.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Lab } from '../../selftest/lab.mjs';
import { accept, configure, ethernet, status, until } from '../../selftest/vnf.mjs';
import { carryOut } from '../../selftest/steps.mjs';
import { helps, offloads } from './connections.mjs';
import { flows, narrowDocument, tableDocument, wideDocument, wrongDocument } from './documents.mjs';
import { Traffic } from './traffic.mjs';

const SWAPS = 100;
const WATCHED_SWAPS = 20;
const KILLS = 12;
const LIMIT_MS = 600_000;

let lab = new Lab();
const given = process.argv[2];
const image = given ?? buildImage();
let traffic;
let swapMs;
const say = (text) => console.log(`  ${text}`);

// A side whose own network stack answers ARP and neighbour discovery, and nothing else.
function addQuietSide(name, gateway, addresses) {
  const side = lab.addSide(name, addresses[0], gateway);
  for (const address of addresses.slice(1))
    lab.in(name, 'ip', 'address', 'add', address, 'dev', 'eth0', ...(address.includes(':') ? ['nodad'] : []));
  for (const family of ['-4', '-6']) lab.in(name, 'ip', family, 'rule', 'add', 'pref', '1', 'iif', 'lo', 'blackhole');
  return side;
}

function addSides() {
  const hosts = (net, last) => last.map((host) => `${net}${host}${net.includes(':') ? '/64' : '/24'}`);
  const west = addQuietSide('west', '10.1.0.1', [
    ...hosts('10.1.0.', [2, 3, 30, 31, 66, 80]),
    ...hosts('fd01::', ['2', '30', '80', 'bad:1']),
  ]);
  const east = addQuietSide('east', '10.2.0.1', [...hosts('10.2.0.', [2, 7, 99, 100]), ...hosts('fd02::', ['2'])]);
  lab.day0({
    'meta-data': { 'instance-id': 'i-1', 'local-hostname': 'fw1' },
    'network-config': {
      version: 2,
      ethernets: {
        west: ethernet(west, '10.1.0.1/24', 'fd01::1/64'),
        east: ethernet(east, '10.2.0.1/24', 'fd02::1/64'),
      },
    },
    'user-data': wrongDocument,
  });
}

const passed = ({ sent, missing }) => sent - missing.length;

// A kernel that may not load nf_tables: no link comes up, and no document is accepted.
async function staysDownWithoutItsModule() {
  addSides();
  const file = (ending) => image.replace(/qcow2$/, ending);
  const cmdline = 'console=ttyS0,115200 loglevel=4 panic=5 no5lvl no_timer_check module_blacklist=nf_tables';
  lab.boot(image, { direct: { kernel: file('vmlinuz'), initramfs: file('initramfs'), cmdline } });
  await lab.agent.awaitReady(120_000);
  await until('day 0', 60_000, async () => !/still being applied/.test((await status(lab)).reason));
  const { ready, reason, interfaces } = await status(lab);
  assert.equal(ready, false);
  assert.match(reason, /^no link was set up, since nothing would filter it: /);
  const states = Object.values(interfaces).map(({ state }) => state);
  assert.deepEqual(states, ['down', 'down']);
  const { code, stderr } = await configure(lab, wideDocument);
  assert.equal(code, 1);
  const { stdout } = await lab.agent.run('/bin/sh', ['-c', 'cat /sys/class/net/*/flags /proc/sys/net/ipv4/ip_forward']);
  say(`without nf_tables: ${reason}; links ${states.join(' and ')}; a document is refused: ${stderr.trim()}`);
  // IFF_UP is the lowest bit; `lo` is never set up either.
  assert.ok(
    stdout
      .trim()
      .split('\n')
      .every((line) => (Number(line) & 1) === 0),
    stdout,
  );
  await lab.close();
  lab = new Lab();
}

async function staysClosedWithAWrongDocument() {
  addSides();
  traffic = new Traffic(lab);
  await traffic.ready();
  await traffic.ask('begin', { flows });
  lab.boot(image);
  await lab.agent.awaitReady(120_000);
  await until('day 0', 30_000, async () => !/still being applied/.test((await status(lab)).reason));
  await sleep(500);
  const { ready, reason, interfaces } = await status(lab);
  const seen = await traffic.ask('end');
  assert.deepEqual([ready, reason], [false, 'rules[0] has an unknown key "destinationPort"']);
  assert.equal(interfaces.west.state, 'up');
  for (const [name, flow] of Object.entries(seen)) assert.equal(passed(flow), 0, `${name} passed`);
  const sent = Object.values(seen).reduce((sum, flow) => sum + flow.sent, 0);
  say(`day 0 refused (${reason}); links up; of ${sent} packets sent since power on, 0 passed`);
}

function buildImage() {
  const folder = mkdtempSync(join(tmpdir(), 'firewall-image.'));
  execFileSync(join(import.meta.dirname, '../image/build.sh'), [folder], { stdio: 'inherit' });
  return join(folder, 'firewall-cloud.qcow2');
}

async function followsTheTable() {
  await accept(lab, tableDocument());
  const cases = await traffic.ask('table');
  const wrong = cases.filter(({ expected, became }) => expected !== became);
  assert.ok(cases.length >= 60, `${cases.length} packets are too few`);
  assert.deepEqual(wrong, []);
  say(`${cases.length} of ${cases.length} packets as the table says`);
}

const offloadsFlows = () => offloads({ lab, traffic, say });
const helpsProtocols = () => helps({ lab, say });

// Within a window the rules did not change, so that every packet of it must have met the same fate.
async function windowAfter(document) {
  await accept(lab, document);
  const from = await traffic.ask('sent', { flow: 'sometimes' });
  const fromBack = await traffic.ask('sent', { flow: 'sometimes_back' });
  await sleep(60);
  const window = {
    open: document === wideDocument,
    sometimes: [from, await traffic.ask('sent', { flow: 'sometimes' })],
  };
  window.sometimes_back = [fromBack, await traffic.ask('sent', { flow: 'sometimes_back' })];
  return window;
}

function checkWindow(window, seen) {
  for (const name of ['sometimes', 'sometimes_back']) {
    const [from, to] = window[name];
    const missing = seen[name].missing.filter((number) => number >= from && number < to);
    assert.equal(
      missing.length,
      window.open ? 0 : to - from,
      `${name}, ${window.open ? 'allowed' : 'denied'}, ${from} to ${to}`,
    );
  }
}

function checkSteady(seen) {
  for (const name of ['always', 'always_back', 'always6'])
    assert.deepEqual(seen[name].missing, [], `${name} lost some of ${seen[name].sent} packets`);
  for (const name of ['never', 'never6']) assert.equal(passed(seen[name]), 0, `${name} passed`);
}

// What an answer needs is a question, so the first packets of a flow go before those that come back.
async function beginFlows() {
  const back = (name) => name.endsWith('_back');
  const some = (test) => Object.fromEntries(Object.entries(flows).filter(([name]) => test(name)));
  await traffic.ask('begin', { flows: some((name) => !back(name)) });
  await sleep(500);
  await traffic.ask('begin', { flows: some(back) });
  await sleep(300);
}

// Changes that the guest makes by itself, one after the other; milliseconds for one of them.
async function swapInTheGuest(count) {
  const loop = `for i in $(seq ${count / 2}); do $V configure /run/narrow && $V configure /run/wide || exit 1; done`;
  const begun = Date.now();
  const { code, stderr } = await lab.agent.run('/bin/sh', ['-c', `V=/usr/lib/berth/vnf; ${loop}`], LIMIT_MS);
  assert.equal(code, 0, stderr);
  return Math.round((Date.now() - begun) / count);
}

async function swapsUnderTraffic() {
  await lab.agent.writeFile('/run/narrow', JSON.stringify(narrowDocument));
  await lab.agent.writeFile('/run/wide', JSON.stringify(wideDocument));
  await accept(lab, wideDocument);
  await beginFlows();
  const windows = [];
  for (let swap = 0; swap < WATCHED_SWAPS; swap++)
    windows.push(await windowAfter(swap % 2 ? wideDocument : narrowDocument));
  swapMs = await swapInTheGuest(SWAPS - WATCHED_SWAPS);
  const seen = await traffic.ask('end');
  checkSteady(seen);
  for (const window of windows) checkWindow(window, seen);
  const judged = windows.reduce((sum, { sometimes: [from, to] }) => sum + to - from, 0);
  say(`${SWAPS} changes of rules, ${swapMs} ms each: ${seen.always.sent} packets each of 3 allowed flows, none lost`);
  say(`${seen.never.sent} packets each of 2 denied flows, none passed; ${judged} of a changing one as the rules said`);
}

// A guest program that is killed leaves the old rules or the new ones.
async function survivesKills() {
  await accept(lab, wideDocument);
  await beginFlows();
  let strays = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const file = kill % 2 ? '/run/wide' : '/run/narrow';
    const command = `/usr/lib/berth/vnf configure ${file} & usleep ${Math.round((kill * swapMs * 1000) / KILLS)}; kill -9 $!; wait`;
    await lab.agent.run('/bin/sh', ['-c', command]);
    await sleep(100);
    const { ready, reason } = await status(lab);
    if (!ready) assert.match(reason, /ruleset in the kernel is not the one/);
    strays += ready ? 0 : 1;
  }
  await accept(lab, wideDocument);
  await until('ready', 5000, async () => (await status(lab)).ready);
  const seen = await traffic.ask('end');
  checkSteady(seen);
  say(`${KILLS} changes killed, ${strays} of them between two documents, which the status said; none of`);
  say(`${seen.always.sent} packets each of 3 allowed flows lost, none of a denied one passed; put right by the next`);
}

async function staysClosedThroughAReboot() {
  await accept(lab, narrowDocument);
  await traffic.ask('begin', { flows });
  await lab.agent.ask('guest-shutdown', { mode: 'reboot' }, 1000).catch(() => undefined);
  await sleep(1500);
  await lab.agent.awaitReady(120_000);
  await until('ready again', 120_000, async () => (await status(lab)).ready);
  await sleep(500);
  const seen = await traffic.ask('end');
  for (const name of ['never', 'never6']) assert.equal(passed(seen[name]), 0, `${name} passed`);
  assert.ok(passed(seen.always) > 0, 'the allowed flow does not pass after the reboot');
  say(`rebooted under traffic: 0 of ${seen.never.sent} packets of a denied flow passed`);
}

await carryOut(
  [
    staysDownWithoutItsModule,
    staysClosedWithAWrongDocument,
    followsTheTable,
    offloadsFlows,
    helpsProtocols,
    swapsUnderTraffic,
    survivesKills,
    staysClosedThroughAReboot,
  ],
  {
    limitMs: LIMIT_MS,
    show: () => lab.qemu && console.error(lab.console()),
    close: async () => {
      traffic?.close();
      await lab.close();
      if (given === undefined) rmSync(dirname(image), { recursive: true });
    },
  },
);
