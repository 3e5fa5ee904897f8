/**
 * libvirtd. Under systemd it is systemd's. Without an init system we run it ourselves, with Debian's own configuration
 * files as they are: virtlogd and libvirtd in a loop that brings them back, under tini, which adopts and reaps the
 * guests' processes (libvirt waits for a dead QEMU to be reaped; where process 1 is lazy, that takes seconds).
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { run, tryRun } from '../run.mjs';
import { sleep } from '../time.mjs';

const uri = ['-q', '-c', 'qemu:///system'];
const socket = '/run/libvirt/libvirt-sock';
const runFolder = '/run/berth';
export const pidFile = `${runFolder}/libvirtd-guard.pid`;
const logFile = '/var/log/libvirt/libvirtd-berth.log';
const startLimitMs = 40_000;
const stopLimitMs = 15_000;

const guard = `umask 022
while :; do virtlogd -p /run/virtlogd.pid; sleep 0.5; done &
while :; do libvirtd -p /run/libvirtd.pid; sleep 0.5; done`;

export const hasSystemd = () => existsSync('/run/systemd/system');

/** Whether somebody listens, and not only whether the socket file is there. */
export function daemonAnswers() {
  return new Promise((resolve) => {
    const attempt = connect(socket, () => {
      attempt.destroy();
      resolve(true);
    });
    attempt.on('error', () => resolve(false));
  });
}

/** Process id of our guard; undefined when it does not run. */
export function guardPid() {
  try {
    const pid = Number(readFileSync(pidFile, 'utf8'));
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('tini\0') ? pid : undefined;
  } catch {
    return undefined;
  }
}

export async function ensureDaemon(state, tell) {
  if (await daemonAnswers()) {
    tell(guardPid() === undefined ? 'libvirtd runs already' : 'libvirtd runs already, started by us');
    return;
  }
  if (hasSystemd()) await startUnit(state);
  else await startGuard(state);
  await ready();
  tell(hasSystemd() ? 'libvirtd started by systemd' : `libvirtd started, without systemd; it logs to ${logFile}`);
}

async function startUnit(state) {
  state.remember('daemon', 'systemd');
  await run('systemctl', ['start', 'libvirtd.service']);
}

/** In a session of its own, so that it outlives us and can be ended as a group. */
async function startGuard(state) {
  if (guardPid() !== undefined) return;
  state.remember('daemon', 'guard');
  for (const folder of [runFolder, '/run/libvirt', '/var/log/libvirt/qemu']) mkdirSync(folder, { recursive: true });
  const log = openSync(logFile, 'a');
  const child = spawn('tini', ['-s', '-g', '--', 'bash', '-c', guard], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  child.unref();
  writeFileSync(pidFile, `${child.pid}\n`);
}

/** The first contact makes libvirtd ask QEMU what it can, which takes seconds once. */
async function ready() {
  const until = Date.now() + startLimitMs;
  while (Date.now() < until) {
    const asked = await tryRun('virsh', [...uri, 'version'], { timeoutMs: startLimitMs });
    if (asked.code === 0) return;
    await sleep(100);
  }
  throw new Error(`libvirtd does not answer after ${startLimitMs / 1000} s.${lastErrors()}`);
}

/** libvirtd says there why it cannot start. */
function lastErrors() {
  if (!existsSync(logFile)) return ' See `journalctl -u libvirtd`.';
  const lines = readFileSync(logFile, 'utf8').split('\n');
  const errors = lines.filter((line) => /: error : (?!virNetDevSendEthtoolIoctl)/.test(line)).slice(-3);
  return `\n${errors.join('\n')}\nMore in ${logFile}`;
}

/** For a libvirtd that has missed a mount; only ours, and systemd's when we started it. */
export async function restartOurs(state, tell) {
  if (!(await daemonAnswers())) return;
  if (state.get('daemon') === undefined) {
    tell('libvirtd was running before hugetlbfs was mounted and is not ours: restart it before using hugepages');
    return;
  }
  await stopDaemon();
}

async function stopDaemon() {
  if (hasSystemd()) {
    await run('systemctl', ['stop', 'libvirtd.service']);
    return;
  }
  const pid = guardPid();
  // tini hands it to the loops and daemons (-g). Guests have sessions of their own and go on.
  if (pid !== undefined) process.kill(pid, 'SIGTERM');
  const until = Date.now() + stopLimitMs;
  while ((await daemonAnswers()) && Date.now() < until) await sleep(50);
  if (await daemonAnswers()) throw new Error(`libvirtd (guard ${pid}) does not stop within ${stopLimitMs / 1000} s.`);
  rmSync(pidFile, { force: true });
}

/** Names of the domains that run: what is under them is not taken away. */
export async function runningDomains() {
  const { code, stdout } = await tryRun('virsh', [...uri, 'list', '--name']);
  return code === 0 ? stdout.split('\n').filter(Boolean) : [];
}

export async function undoDaemon(state, tell) {
  if (state.get('daemon') === undefined) return;
  await stopDaemon();
  const others = existsSync(runFolder) ? readdirSync(runFolder) : [];
  if (others.length > 0) tell(`${runFolder} stays, with what is not of this preparation: ${others.join(', ')}`);
  else if (existsSync(runFolder)) rmdirSync(runFolder);
  tell('libvirtd stopped');
  state.set('daemon', undefined);
}
