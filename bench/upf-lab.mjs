/**
 * A UPF under plain QEMU for upf.bench.mjs: SMF and gNB at N4 and N3, a server at N6, and beside them two links without a 3GPP
 * role, N4 and N5, between which the same guest only routes, or tunnels with the kernel's own GTP.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTop } from '../scripts/lib/paths.mjs';
import { document, surround } from '../vnf-catalog/upf/image/ran.mjs';
import { ethernet, status, until } from '../vnf-catalog/selftest/vnf.mjs';
import { imageOf, onFirstCore, pinGuest, processorNs, setOffloads } from './guest-lab.mjs';

const readyLimitMs = 60_000;
const settleMs = 150;
const sessionsLimitMs = 900_000;

export const mostSessions = 100_000;
export const documentFor = (sessions) => ({
  n4: { link: 'n4', heartbeatSeconds: 0 },
  interfaces: [document.interfaces[0], { ...document.interfaces[1], pools: ['10.64.0.0/10'] }],
  sessions,
  gtpEchoSeconds: 0,
});

/** Boots it, and compiles what the measurement needs; answers when QEMU was started. */
export async function bootUpf(lab) {
  const ethernets = surround(lab);
  const side = lab.addSide('n5', '10.5.0.2/24', '10.5.0.1');
  for (const [name, source, options] of [
    ['traffic', 'upf-traffic.c', []],
    ['gtp-tunnel', 'gtp-tunnel.c', ['-static', '-s']],
  ])
    execFileSync('gcc', ['-O2', ...options, '-o', `${lab.folder}/${name}`, inTop('bench', source)]);
  // The one tunnel of gtp.ko has the TEID 1.
  writeFileSync(`${lab.folder}/one`, Buffer.from([0, 0, 0, 1]));
  lab.day0({
    'meta-data': { 'instance-id': 'bench', 'local-hostname': 'bench' },
    'network-config': { version: 2, ethernets: { ...ethernets, n5: ethernet(side, '10.5.0.1/24') } },
    'user-data': documentFor(1),
  });
  const image = imageOf(lab, 'upf', 'full');
  const begun = Date.now();
  lab.boot(image, { memoryMiB: 1024 });
  return begun;
}

export async function settle(lab) {
  await lab.agent.awaitReady(readyLimitMs);
  await until('ready', readyLimitMs, async () => (await status(lab)).ready);
  pinGuest(lab);
  setOffloads(lab, false);
  // Frames have their checksums, as from a wire; otherwise the guest would fill in those that no card of the sender does.
  for (const { name } of lab.sides) lab.in(name, 'ethtool', '-K', 'eth0', 'tx', 'off');
  for (const { name, mac } of lab.sides)
    lab.in(name, 'ip', 'neighbour', 'replace', `10.${name.slice(1)}.0.1`, ...['lladdr', mac, 'dev', 'eth0']);
}

/** Sessions from `first` on; answers what upf-sessions.mjs found. */
export function establish(lab, first, count) {
  const args = ['10.4.0.3', '10.4.0.1', '10.3.0.2', String(first), String(count), `${lab.folder}/teids`];
  const command = ['netns', 'exec', `${lab.tag}-n3`, process.execPath, inTop('bench', 'upf-sessions.mjs'), ...args];
  return JSON.parse(execFileSync('ip', command, { encoding: 'utf8', timeout: sessionsLimitMs }));
}

/** gtp.ko on the links without a role: a UE 10.99.0.1 behind N4. */
export async function startKernelGtp(lab) {
  await lab.agent.writeFile('/run/gtp-tunnel', readFileSync(`${lab.folder}/gtp-tunnel`));
  const load = `sed -n 's/^for berth:gtp //p' /lib/berth/modules | tr ' ' '\\n' | while read -r m; do insmod $m; done`;
  const script = [
    ...[load, 'chmod 755 /run/gtp-tunnel'],
    '/run/gtp-tunnel 10.4.0.1 10.4.0.2 1 10.99.0.1 >/run/gtp-tunnel.log 2>&1 &',
    'for i in 1 2 3 4 5 6 7 8 9 10; do grep -q ready /run/gtp-tunnel.log && break; sleep 0.2; done',
    'cat /run/gtp-tunnel.log; ip route add 10.99.0.0/16 dev gtp0',
  ];
  const { stdout, stderr } = await lab.agent.run('/bin/sh', ['-c', script.join('\n')]);
  if (!stdout.includes('ready')) throw new Error(`gtp.ko cannot be measured: ${stdout} ${stderr}`);
}

const arrived = (lab, name) => Number(lab.in(name, 'cat', '/sys/class/net/eth0/statistics/rx_packets'));

/**
 * What reaches the link of `to` while upf-traffic sends from `from` more than can pass: packets per second, and the ns of processor time that
 * QEMU had for each of them, which other work on the machine does not change as it changes the rate.
 */
export async function measure(lab, { from, to, command, seconds }) {
  const before = arrived(lab, to);
  const had = processorNs(lab.qemu.pid);
  lab.in(from, ...onFirstCore(`${lab.folder}/traffic`, ...command.map(String), String(seconds)));
  await sleep(settleMs);
  const came = arrived(lab, to) - before;
  if (came === 0) throw new Error(`no packet of "${command.join(' ')}" arrived at ${to}`);
  return { rate: came / seconds, ns: (processorNs(lab.qemu.pid) - had) / came };
}

/** Somebody takes the packets, so that nobody answers that a port is closed. */
export function openSinks(lab) {
  for (const [name, address, port] of [
    ['n6', '10.6.0.2', 9],
    ['n5', '10.5.0.2', 9],
    ['n4', '10.4.0.2', 9],
  ])
    lab.start(name, [`${lab.folder}/traffic`, 'sink', address, String(port)], 'sink.log');
  for (const [name, address] of [
    ['n3', '10.3.0.2'],
    ['n4', '10.4.0.2'],
  ])
    lab.start(name, [`${lab.folder}/traffic`, 'sink', address, '2152'], 'sink.log');
}
