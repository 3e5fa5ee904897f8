/**
 * The whole preparation and its undoing, in the order in which things depend on one another. Each step looks before it
 * acts, so a second run changes nothing.
 */
import { existsSync } from 'node:fs';
import { bridgeExists, checkBridgeName, ensureBridge, networkExists, undoBridges } from './bridges.mjs';
import { daemonAnswers, ensureDaemon, restartOurs, runningDomains, undoDaemon } from './daemon.mjs';
import { ensureHugepages, mountedAt, parseHugepages, poolOf, undoHugepages } from './hugepages.mjs';
import { ensureKvmDevice, kvmDeviceNow, undoKvmDevice } from './kvm-device.mjs';
import { HostState } from './state.mjs';
import { rememberGroups, rememberPool, undoGroups, undoPool } from './traces.mjs';

/** Does the step directly, for callers that show no steps of their own. */
const plainStep = (_title, work, tell) => work(tell);

function requireRoot() {
  if (process.getuid?.() !== 0) throw new Error('Preparing a host changes pages, bridges and daemons: run it as root.');
}

/**
 * `hugepages`: texts like `512` or `4:1048576`; `bridges`: names. `step(title, work, tell)` may wrap each step.
 */
export async function prepareHost({ hugepages = [], bridges = [] } = {}, tell = console.log, step = plainStep) {
  requireRoot();
  const pools = hugepages.map(parseHugepages);
  bridges.forEach(checkBridgeName);
  const state = new HostState();
  if (!(await daemonAnswers())) {
    // With a daemon of somebody else's these are its owner's.
    rememberGroups(state);
    ensureKvmDevice(state, tell);
  }
  for (const pool of pools) {
    await step(
      `${pool.pages} hugepages of ${pool.sizeKiB} KiB`,
      async (say) => {
        if (await ensureHugepages(pool, state, say)) await restartOurs(state, say);
      },
      tell,
    );
  }
  await step('libvirtd', (say) => ensureDaemon(state, say), tell);
  await rememberPool(state);
  for (const name of bridges) await step(`Bridge ${name}`, (say) => ensureBridge(name, state, say), tell);
}

/** Takes back what `prepareHost` has done, and nothing else. Refused while guests run. */
export async function undoHost(tell = console.log, step = plainStep) {
  requireRoot();
  const state = new HostState();
  if (state.isEmpty) {
    tell('nothing to undo');
    return;
  }
  const running = await runningDomains();
  if (running.length > 0) throw new Error(`These domains run: ${running.join(', ')}. Stop them first.`);
  const answers = await daemonAnswers();
  if (!answers && (state.get('networks') ?? []).length > 0) {
    await step('libvirtd, to remove its networks', (say) => ensureDaemon(state, say), tell);
  }
  await step('Networks and bridges', (say) => undoBridges(state, say), tell);
  if (await daemonAnswers()) await undoPool(state, tell);
  await step('libvirtd', (say) => undoDaemon(state, say), tell);
  undoGroups(state);
  await step('Hugepages', (say) => undoHugepages(state, say), tell);
  undoKvmDevice(state, tell);
  state.set('hadPool', undefined);
}

/** What is missing, each in a sentence; empty when the host is as asked. Needs no root. */
export async function missingOnHost({ hugepages = [], bridges = [] } = {}) {
  const missing = [];
  for (const { pages, sizeKiB } of hugepages.map(parseHugepages)) {
    if (poolOf(sizeKiB) < pages) missing.push(`${poolOf(sizeKiB)} of ${pages} hugepages of ${sizeKiB} KiB`);
    if (mountedAt(sizeKiB) === undefined) missing.push(`hugetlbfs for ${sizeKiB} KiB is not mounted`);
  }
  if (!(await daemonAnswers())) missing.push('libvirtd does not run, or its socket is not for this user');
  else if (kvmDeviceNow() !== undefined && !existsSync('/run/udev')) missing.push('/dev/kvm is not the group kvm’s');
  for (const name of bridges) {
    if (!bridgeExists(name)) missing.push(`bridge ${name} is not there`);
    if (!(await networkExists(name))) missing.push(`libvirt network ${name} is not there`);
  }
  return missing;
}
