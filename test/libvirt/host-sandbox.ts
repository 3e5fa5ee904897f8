/**
 * A machine within the machine for what changes hosts: own mounts, network, processes, /dev, /run and libvirt state.
 * Only pages and control groups are shared with the outside. It ends with the test process.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { firstChild } from './namespace.js';

const run = promisify(execFile);

export interface HostSandbox {
  /** Standard output; rejects like `execFile` when the program fails. */
  exec(command: string, ...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

const copied = ['etc/libvirt', 'var/lib/libvirt'];
const empty = ['var/cache/libvirt', 'var/log/libvirt', 'var/lib/berth'];
const devices = ['null:1:3', 'zero:1:5', 'full:1:7', 'random:1:8', 'urandom:1:9', 'tty:5:0', 'net/tun:10:200'];

const script = (folder: string): string => `
set -e
ip link set lo up
cd /
while umount -l $(awk '$2 ~ "^/dev/" { print $2 }' /proc/self/mounts | head -n 1) 2>/dev/null; do :; done
for d in ${copied.join(' ')} ${empty.join(' ')}; do mkdir -p /$d ${folder}/$d; done
for d in ${copied.join(' ')}; do cp -a /$d/. ${folder}/$d/; done
for d in ${copied.join(' ')} ${empty.join(' ')}; do mount --bind ${folder}/$d /$d; done
rm -rf /etc/libvirt/storage /var/lib/libvirt/images/* /etc/libvirt/qemu/*.xml /etc/libvirt/qemu/networks/*.xml
rm -rf /etc/libvirt/qemu/networks/autostart/*
mkdir ${folder}/cgroup && mount --rbind /sys/fs/cgroup ${folder}/cgroup
mount -t sysfs sysfs /sys && mount --rbind ${folder}/cgroup /sys/fs/cgroup
mkdir ${folder}/dev && mount -t tmpfs -o mode=755 tmpfs ${folder}/dev
cd ${folder}/dev
mkdir net shm pts
for n in ${devices.join(' ')}; do IFS=: read name major minor <<<$n; mknod -m 666 $name c $major $minor; done
mknod -m 600 kvm c 10 232
ln -s pts/ptmx ptmx; ln -s /proc/self/fd fd; ln -s /proc/self/fd/0 stdin
mount -t tmpfs -o mode=1777 tmpfs shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts pts
cd /
mount --move ${folder}/dev /dev
mount -t tmpfs -o mode=755 tmpfs /run
touch ${folder}/ready
while :; do sleep 1; done`;

export async function openHostSandbox(): Promise<HostSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-sandbox-'));
  const unshare = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'bash', '-c', script(folder)], {
    stdio: 'ignore',
  });
  for (let attempt = 0; !existsSync(`${folder}/ready`); attempt++) {
    if (attempt === 1200) throw new Error('The sandbox did not get ready.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const enter = ['--target', firstChild(child.pid), '--mount', '--net', '--pid', '--'];
  return {
    exec: async (command, ...args) => (await run('nsenter', [...enter, command, ...args], { timeout: 90_000 })).stdout,
    close: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}
