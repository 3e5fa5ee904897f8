/**
 * How often a process and those that it has started make the disk keep something, by strace. It slows what it watches, so
 * nothing else is measured meanwhile.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../scripts/lib/time.mjs';
import { atSignal } from './leaving.mjs';
import { processes } from './scrape-processes.mjs';

const attachLimitMs = 10_000;

const isInstalled = () => spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;

/** Calls of fsync and fdatasync during `work`; undefined where strace is not installed or may not attach. */
export async function syncsDuring(pid, work) {
  if (!isInstalled()) return undefined;
  const file = join(tmpdir(), `berth-bench-syncs-${process.pid}`);
  const pids = processes(pid).flatMap((one) => ['-p', String(one)]);
  const strace = spawn('strace', ['-f', '-q', '-e', 'trace=fsync,fdatasync', '-o', file, ...pids], { stdio: 'ignore' });
  const exit = once(strace, 'exit');
  const end = async () => {
    left();
    strace.kill('SIGINT');
    await exit;
    const log = existsSync(file) ? readFileSync(file, 'utf8') : '';
    rmSync(file, { force: true });
    return log;
  };
  const left = atSignal(end);
  if (!(await isAttached(pid, strace))) {
    await end();
    return undefined;
  }
  await work();
  return (await end()).split('\n').filter((line) => /\bf(data)?sync\(/.test(line)).length;
}

async function isAttached(pid, strace) {
  for (const limit = Date.now() + attachLimitMs; Date.now() < limit && strace.exitCode === null; await sleep(20)) {
    if (/^TracerPid:\s+[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return true;
  }
  return false;
}
