/**
 * A libvirtd of our own with libvirt's test driver behind it: hosts that cost nothing, reached as real ones are, through a
 * socket. It has namespaces of its own and ends with this process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../scripts/lib/time.mjs';

const startMs = 20_000;

const configuration = (folder) =>
  [`unix_sock_dir = "${folder}"`, 'unix_sock_group = "root"', 'auth_unix_rw = "none"', 'auth_unix_ro = "none"'].join(
    '\n',
  );

/** What a libvirtd writes outside its folder is only seen by itself. */
const script = (folder) =>
  [
    'for d in /run/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt; do',
    '  mkdir -p $d && mount -t tmpfs tmpfs $d',
    'done',
    `exec libvirtd --config ${folder}/libvirtd.conf --pid-file ${folder}/pid`,
  ].join('\n');

export async function ownLibvirtd() {
  const folder = mkdtempSync(join(tmpdir(), 'berth-bench-libvirtd-'));
  writeFileSync(join(folder, 'libvirtd.conf'), configuration(folder));
  const unshare = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'bash', '-c', script(folder)], {
    stdio: 'ignore',
  });
  const socket = join(folder, 'libvirt-sock');
  const untilMs = performance.now() + startMs;
  while (!existsSync(socket)) {
    if (performance.now() > untilMs) throw new Error(`libvirtd has no socket ${socket} after ${startMs} ms`);
    await sleep(50);
  }
  /** The daemon took the place of bash, the first process of the namespace: the only child of unshare. */
  const pid = () => Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
  return {
    uri: `test+unix:///default?socket=${socket}`,
    freeze: () => process.kill(pid(), 'SIGSTOP'),
    thaw: () => process.kill(pid(), 'SIGCONT'),
    stop: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
