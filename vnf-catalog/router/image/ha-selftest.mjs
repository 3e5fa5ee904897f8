#!/usr/bin/env node
// Two routers that share addresses, under plain QEMU: what a take-over costs.
//   ha-selftest.mjs [IMAGE.qcow2]      (root; needs what selftest.mjs needs)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectAllCommon } from '../../selftest/indicators.mjs';
import { kill, Pair, setLink } from '../../selftest/pair.mjs';
import { status, until } from '../../selftest/vnf.mjs';
import { carryOut } from '../../selftest/steps.mjs';

const LIMIT_MS = 150_000;
const say = (text) => console.log(`  ${text}`);
const images = mkdtempSync(join(tmpdir(), 'berth-pair.'));

function buildImage() {
  execFileSync(join(import.meta.dirname, 'build.sh'), [images], { stdio: 'inherit' });
  return join(images, 'router-cloud.qcow2');
}

const pair = new Pair(process.argv[2] ?? buildImage(), {});

const other = (member) => pair.members.find((each) => each !== member);

async function measured(what, mostSeconds, act) {
  const [v4, v6] = await pair.measure(what, act);
  for (const [family, { lost, seconds }] of [
    ['IPv4', v4],
    ['IPv6', v6],
  ]) {
    say(`${what}, ${family}: ${seconds.toFixed(3)} s without an answer, ${lost} packets lost`);
    assert.ok(seconds <= mostSeconds, `more than ${mostSeconds} s`);
  }
}

// A pulled cable moves every address, and its return moves none back.
async function pull(link, what, mostSeconds) {
  const master = await pair.master();
  const backup = other(master);
  await measured(what, mostSeconds, () => setLink(master, link, false));
  assert.equal(await pair.master(), backup);
  const { ready, gauges } = await status(master);
  assert.deepEqual([ready, gauges.vrrp_state], [true, 2]);
  await setLink(master, link, true);
  await until('backup again', 10_000, async () => (await status(master)).gauges.vrrp_state === 0);
  assert.equal(await pair.master(), backup);
}

async function boots() {
  await pair.settle();
  const master = await pair.master();
  const seen = [await status(master), await status(other(master))];
  for (const each of seen) expectAllCommon('router', each);
  say(`states ${seen.map(({ gauges }) => gauges.vrrp_state)}, daemons ${JSON.stringify(seen[0].daemons)}`);
  for (const address of ['10.1.0.1', 'fd01::1', '10.2.0.10', 'fd02::10'])
    assert.equal(pair.lab.ping('west', address, 5), 5);
}

async function standard() {
  await pull('east', 'advertised every 1000 ms, link down', 2);
}

async function quick() {
  const before = await Promise.all(pair.members.map(status));
  await pair.configure({ ha: { advertisementMs: 100 } });
  await sleep(1000);
  const after = await Promise.all(pair.members.map(status));
  for (const at of [0, 1])
    assert.equal(after[at].counters.vrrp_transitions_total, before[at].counters.vrrp_transitions_total);
  say('a change at run time moved nothing');
  await pull('east', 'advertised every 100 ms, link down', 1);
  await pull('west', 'advertised every 100 ms, link of the advertisements down', 1.5);
}

async function dies() {
  await measured('advertised every 100 ms, QEMU killed', 1.5, async () => kill(await pair.master()));
}

await carryOut([boots, standard, quick, dies], {
  limitMs: LIMIT_MS,
  show: () => console.error(pair.lab.console()),
  close: async () => {
    await pair.close();
    rmSync(images, { recursive: true });
  },
});
