/**
 * A VNF's image under plain QEMU between two test hosts, and what iperf3 gets through it. The same machine carries the
 * test hosts, so figures are only good beside one another.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureDebianPackages } from '../scripts/lib/debian.mjs';
import { imagePackages, trafficPackages } from '../scripts/lib/packages.mjs';
import { inTop } from '../scripts/lib/paths.mjs';
import { Lab } from '../vnf-catalog/selftest/lab.mjs';
import { firstAnswer } from './first-answer.mjs';

const readyLimitMs = 60_000;
/** Of UDP payload, so that an Ethernet frame has 64 bytes with its checksum. */
const smallPayload = 18;
/** Of /proc/PID/stat (USER_HZ). */
const ticksPerSecond = 100;

export const prepare = (say) => ensureDebianPackages({ ...imagePackages, ...trafficPackages }, say);

/** Path of the image of a VNF, built or from the cache. */
export function imageOf(lab, name, kernel) {
  const build = inTop('vnf-catalog', name, 'image', 'build.sh');
  execFileSync(build, ['--kernel', kernel, lab.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return `${lab.folder}/${name}-${kernel}.qcow2`;
}

const ethernet = (side, address) => ({ match: { macaddress: side.mac }, 'set-name': side.name, addresses: [address] });

/** Two sides named so, the guest at .1 and the test host at .2 of each. */
export function makeSides(lab, names) {
  const sides = names.map((name, index) => lab.addSide(name, `10.${index + 1}.0.2/24`, `10.${index + 1}.0.1`));
  return Object.fromEntries(sides.map((side, index) => [side.name, ethernet(side, `10.${index + 1}.0.1/24`)]));
}

/** What a process has had of the processors; whatever else the machine does is not in it. */
function processorMs(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * (1000 / ticksPerSecond);
}

/** The same in ns, of all threads that live. */
export const processorNs = (pid) =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, each) => sum + each, 0);

/** Boots the guest and waits until it forwards; answers milliseconds from QEMU's start to then, and QEMU's CPU time. */
export async function bootGuest(lab, image, { ethernets, document, bare = false, ...hardware }) {
  knowTheGuest(lab);
  lab.day0({
    'meta-data': { 'instance-id': 'bench', 'local-hostname': 'bench' },
    'network-config': { version: 2, ethernets },
    'user-data': document,
  });
  const begun = Date.now();
  lab.boot(image, hardware);
  const forwardedMs = (await firstAnswer(`${lab.tag}-${lab.sides[0].name}`, '10.2.0.2', readyLimitMs)) - begun;
  const cpuMs = processorMs(lab.qemu.pid);
  if (!bare) await lab.agent.awaitReady(readyLimitMs);
  pinGuest(lab);
  return { forwardedMs, cpuMs };
}

/** Neighbour entries beforehand, so that no address resolution is measured. */
function knowTheGuest(lab) {
  lab.sides.forEach(({ name, mac }, index) =>
    lab.in(name, 'ip', 'neighbour', 'replace', `10.${index + 1}.0.1`, 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent'),
  );
}

/** Runs `work(lab)` in a lab of its own. */
export async function inLab(work) {
  const lab = new Lab();
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

/** TSO, GSO and GRO of both test hosts: with them off, every frame that the guest sees is one of 1500 bytes. */
export function setOffloads(lab, on) {
  const state = on ? 'on' : 'off';
  for (const { name } of lab.sides) lab.in(name, 'ethtool', '-K', 'eth0', 'tso', state, 'gso', state, 'gro', state);
}

/**
 * Gives the guest the last core to itself, and the test hosts the first one: otherwise what passes depends on how the sender, the
 * receiver and the guest happen to share the cores.
 */
export function pinGuest(lab) {
  if (cpus().length > 1) execFileSync('taskset', ['-a', '-p', '-c', String(cpus().length - 1), String(lab.qemu.pid)]);
}

export const onFirstCore = (...command) => ['taskset', '-c', '0', ...command];

/** An iperf3 client on the first side, with a server for it alone on the second; its report. */
async function iperf(lab, seconds, ...options) {
  const [from, to] = lab.sides.map(({ name }) => name);
  const server = lab.start(to, onFirstCore('iperf3', '--server', '--one-off'), 'iperf.log');
  await sleep(300);
  const asked = ['--client', '10.2.0.2', '--time', String(seconds), '--json', ...options];
  const report = JSON.parse(lab.in(from, ...onFirstCore('iperf3', ...asked)));
  await server.ended;
  if (report.error) throw new Error(`iperf3: ${report.error}`);
  return report.end;
}

/** Mbit/s of one TCP connection, as received. */
export const tcp = async (lab, seconds) => (await iperf(lab, seconds)).sum_received.bits_per_second / 1e6;

const arrived = (lab) => Number(lab.in(lab.sides[1].name, 'cat', '/sys/class/net/eth0/statistics/rx_packets'));

/** Packets per second of 64-byte UDP frames that reach the second side's link while more are sent than can pass. */
export async function smallPackets(lab, seconds) {
  const before = arrived(lab);
  const { sum } = await iperf(lab, seconds, '--udp', '--bitrate', '0', '--length', String(smallPayload));
  return (arrived(lab) - before) / sum.seconds;
}
