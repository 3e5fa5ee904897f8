#!/usr/bin/env node
// Two firewalls that share addresses, under plain QEMU: TCP transfers go on when the master is lost.
//   ha-selftest.mjs [IMAGE.qcow2]      (root; needs what selftest.mjs needs)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAllCommon, expectAllOwn } from '../../selftest/indicators.mjs';
import { kill, Pair, setLink } from '../../selftest/pair.mjs';
import { status, until } from '../../selftest/vnf.mjs';
import { carryOut } from '../../selftest/steps.mjs';

const LIMIT_MS = 150_000;
const SECONDS = 10;
const FIRST_LOSS_MS = 2000;
const TRANSFER_LIMIT_MS = 40_000;
const TRANSFER = join(import.meta.dirname, '../../selftest/transfer.mjs');
const say = (text) => console.log(`  ${text}`);
const images = mkdtempSync(join(tmpdir(), 'berth-pair.'));

function buildImage() {
  execFileSync(join(import.meta.dirname, 'build.sh'), [images], { stdio: 'inherit' });
  return join(images, 'firewall-cloud.qcow2');
}

const zones = { inside: { interfaces: ['west'] }, outside: { interfaces: ['east'] } };
const outward = { from: 'inside', to: 'outside', action: 'accept' };
const document = {
  zones,
  rules: [
    { ...outward, name: 'ping', protocol: 'icmp' },
    { ...outward, name: 'ping6', protocol: 'icmpv6' },
    { ...outward, name: 'out', protocol: 'tcp', destinationPorts: [9001, 9003] },
    { name: 'in', from: 'outside', to: 'inside', protocol: 'tcp', destinationPorts: [9002], action: 'accept' },
  ],
  nat: {
    source: [{ name: 'out', from: 'inside', to: 'outside', source: '10.1.0.0/24', masquerade: true }],
    destination: [
      {
        name: 'www',
        from: 'outside',
        address: '10.2.0.1',
        protocol: 'tcp',
        ports: 8080,
        toAddress: '10.1.0.10',
        toPorts: 9002,
      },
    ],
  },
};

const pair = new Pair(process.argv[2] ?? buildImage(), document);

const other = (member) => pair.members.find((each) => each !== member);
const read = (log) => readFileSync(join(pair.lab.folder, log), 'utf8');

// name, where the server is, its port, where the client is, what it asks
const transfers = [
  ['outward, masqueraded', 'east', 9001, 'west', '10.2.0.10', 9001],
  ['inward, to a translated port', 'west', 9002, 'east', '10.2.0.1', 8080],
  ['outward, IPv6', 'east', 9003, 'west', 'fd02::10', 9003],
];

async function begin(round) {
  const started = [];
  for (const [what, server, port, client, address, asked] of transfers) {
    const log = `${round}-${port}.log`;
    pair.lab.start(server, [process.execPath, TRANSFER, 'serve', String(port), String(SECONDS)], `serve-${log}`);
    await until('the server listens', 10_000, () => read(`serve-${log}`).includes('listening'));
    const fetching = pair.lab.start(client, [process.execPath, TRANSFER, 'fetch', address, String(asked)], log);
    started.push({ what, log, fetching });
  }
  return started;
}

async function end(what, started) {
  for (const each of started) {
    await Promise.race([each.fetching.ended, sleep(TRANSFER_LIMIT_MS, undefined, { ref: false })]);
    const { bytes, sha256, longestPauseMs } = JSON.parse(read(each.log) || '{}');
    assert.ok(bytes > 0, `${each.what}: the transfer did not end`);
    const expected = execFileSync(process.execPath, [TRANSFER, 'digest', String(bytes)], { encoding: 'utf8' }).trim();
    assert.equal(sha256, expected, `${each.what}: other bytes than were sent`);
    say(`${what}; ${each.what}: ${bytes} bytes, all as sent, longest pause ${longestPauseMs} ms`);
  }
}

async function boots() {
  await pair.settle();
  const master = await pair.master();
  const seen = await status(master);
  expectAllOwn('firewall', seen);
  expectAllCommon('firewall', seen);
  say(`master has the states ${JSON.stringify(seen.gauges)}, daemons ${JSON.stringify(seen.daemons)}`);
  assert.deepEqual(Object.values((await status(other(master))).daemons), [true, true, true]);
}

async function pulled() {
  const started = await begin('pulled');
  await sleep(FIRST_LOSS_MS);
  const master = await pair.master();
  const backup = other(master);
  await setLink(master, 'east', false);
  await until('the other is master', 10_000, async () => (await status(backup)).gauges.vrrp_state === 1);
  await end('link of the master down', started);
  await setLink(master, 'east', true);
  await until('backup again', 10_000, async () => (await status(master)).gauges.vrrp_state === 0);
}

// A firewall whose ruleset is not in force is not ready and not master; the document makes it a backup again.
async function losesRules() {
  const master = await pair.master();
  const backup = other(master);
  const flush = await master.agent.run('/usr/sbin/nft', ['flush', 'ruleset']);
  assert.equal(flush.code, 0, flush.stderr);
  const ms = await until('the other is master', 20_000, async () => (await status(backup)).gauges.vrrp_state === 1);
  const seen = await status(master);
  assert.deepEqual([seen.ready, seen.gauges.vrrp_state], [false, 2]);
  say(`without its ruleset the master gave up within ${ms} ms: ${seen.reason}`);
  await pair.configure(document);
  await until('backup again', 20_000, async () => (await status(master)).gauges.vrrp_state === 0);
  assert.equal((await status(master)).ready, true);
  assert.equal(await pair.master(), backup);
}

// After the other was master: states have travelled in both directions.
async function killed() {
  const started = await begin('killed');
  await sleep(FIRST_LOSS_MS);
  const master = await pair.master();
  const [v4, v6] = await pair.measure('killed', async () => kill(master));
  say(`QEMU of the master killed: ${v4.seconds.toFixed(3)} s and ${v4.lost} pings lost (IPv6 ${v6.lost})`);
  await end('QEMU of the master killed', started);
  const left = await status(other(master));
  assert.deepEqual([left.ready, left.gauges.vrrp_state], [true, 1]);
  const { out, in: inward } = left.labelled.rule;
  assert.ok(out.packets > 0 && inward.packets > 0, 'the flows were not found by their marks');
  say(`the member that is left judged by its rules: ${JSON.stringify(left.labelled.rule)}`);
}

await carryOut([boots, losesRules, pulled, killed], {
  limitMs: LIMIT_MS,
  show: () => console.error(pair.lab.console()),
  close: async () => {
    await pair.close();
    rmSync(images, { recursive: true });
  },
});
