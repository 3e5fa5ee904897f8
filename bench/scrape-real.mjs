/** Berth's collector and page beside prometheus-libvirt-exporter (Debian), scraped in turns on the same domains. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ensureDebianPackages } from '../scripts/lib/debian.mjs';
import { daemonAnswers } from '../scripts/lib/host/daemon.mjs';
import { prepareHost, undoHost } from '../scripts/lib/host/prepare.mjs';
import { hostPackages } from '../scripts/lib/packages.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { choosePort } from '../scripts/lib/quickstart/berth.mjs';
import { sleep } from '../scripts/lib/time.mjs';
import { median } from './lab.mjs';
import { atSignal } from './leaving.mjs';
import { IdleDomains, uri } from './scrape-domains.mjs';
import { cpuMs } from './scrape-processes.mjs';

const exporterPackage = { 'prometheus-libvirt-exporter': 'what Berth is compared with' };
const scrapes = 20;
/** Before the first that counts. */
const warmUp = 10;
const readyLimitMs = 20_000;

async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function collector() {
  const node = inTop('node_modules', '.bin', 'node');
  const child = spawn(node, [inTop('bench', 'scrape-collector.mjs'), uri], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => {
      throw new Error('the collector ended before it was ready; its error output is above');
    }),
  ]);
  return { child, url: `http://127.0.0.1:${port}/metrics` };
}

async function exporter() {
  const port = await choosePort(0);
  const args = [`--libvirt.uri=${uri}`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn('prometheus-libvirt-exporter', args, { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}/metrics`;
  for (const limit = Date.now() + readyLimitMs; ; await sleep(100)) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return { child, url };
    if (Date.now() > limit || child.exitCode !== null) throw new Error('prometheus-libvirt-exporter did not answer');
  }
}

/** Processor time of one scrape, its children included. */
async function scrape({ child, url }) {
  const before = cpuMs(child.pid);
  const answer = await fetch(url);
  const page = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  // What is done after the last byte was sent counts as well.
  await sleep(20);
  return { ms: cpuMs(child.pid) - before, page };
}

const samplesOf = (page, pattern) => page.split('\n').filter((line) => pattern.test(line)).length;

async function compared(domains) {
  const sides = [];
  const left = atSignal(() => Promise.all(sides.map(({ child }) => ended(child))));
  try {
    sides.push(await collector());
    sides.push(await exporter());
    for (let at = 0; at < warmUp; at += 1) for (const side of sides) await scrape(side);
    const taken = [[], []];
    for (let at = 0; at < scrapes; at += 1)
      for (const [index, side] of sides.entries()) taken[index].push(await scrape(side));
    const [berth, other] = taken.map((each) => median(each.map(({ ms }) => ms)));
    return {
      domains,
      samples: samplesOf(taken[0].at(-1).page, /^berth_vnfc_/),
      exporterSamples: samplesOf(taken[1].at(-1).page, /^libvirt_domain_/),
      scrapeMs: Number(berth.toFixed(2)),
      exporterMs: Number(other.toFixed(2)),
      ratio: Number((berth / other).toFixed(3)),
    };
  } finally {
    for (const { child } of sides) await ended(child);
    left();
  }
}

/** By the number of domains. */
export async function realScrapes(sizes, say) {
  await ensureDebianPackages({ ...hostPackages, ...exporterPackage }, say);
  // A host that somebody uses is left as it is.
  const isInUse = await daemonAnswers();
  if (!isInUse) await prepareHost({}, say);
  const domains = new IdleDomains();
  const takeAway = async () => {
    await domains.remove();
    if (!isInUse) await undoHost(say);
  };
  const left = atSignal(takeAway);
  try {
    const results = [];
    for (const size of sizes) {
      say(`${size} domains that are paused`);
      await domains.growTo(size);
      results.push(await compared(size));
    }
    return results;
  } finally {
    await takeAway();
    left();
  }
}
