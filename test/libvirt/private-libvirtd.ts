/**
 * A libvirtd for one suite, in mount, network and PID namespaces of its own: own configuration, state, bridges and
 * socket, so that no test touches the user's daemon. When the test process dies, the kernel ends everything in it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { firstChild, othersIn, outsidePid } from './namespace.js';

const run = promisify(execFile);

export interface PrivateLibvirtd {
  readonly uri: string;
  /** Folder for the pool and other files, the same path inside and outside. */
  readonly folder: string;
  /** Process id of the daemon, as seen from here. */
  pid(): number;
  /** Process id of a domain's QEMU, as seen from here. */
  qemuPid(domain: string): number;
  /** While held, a daemon that ends is not started again. */
  hold(): void;
  release(): Promise<void>;
  /** The power fails: all processes end, and what is not on a disk is gone. It comes back with `release`. */
  powerCut(): Promise<void>;
  virsh(...args: readonly string[]): Promise<string>;
  /** Runs `ip` in its network namespace. */
  ip(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const qemuConf = (folder: string): string =>
  [
    'user = "root"',
    'group = "root"',
    'dynamic_ownership = 0',
    'remember_owner = 0',
    'security_driver = "none"',
    'namespaces = []',
    'cgroup_controllers = []',
    'stdio_handler = "file"',
    `hugetlbfs_mount = "${folder}/huge"`,
  ].join('\n');

const libvirtdConf = [
  'unix_sock_group = "root"',
  'auth_unix_ro = "none"',
  'auth_unix_rw = "none"',
  'max_workers = 32',
  'max_client_requests = 32',
].join('\n');

/** Bash is the first process of the namespace: it reaps what QEMU leaves, and the daemon comes back when it dies. */
const script = (folder: string): string => `
umask 022
ip link set lo up
mount -t sysfs sysfs /sys || true
for d in run/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt etc/libvirt; do
  mkdir -p /$d ${folder}/$d && mount --bind ${folder}/$d /$d
done
mount -t hugetlbfs -o pagesize=2M hugetlbfs ${folder}/huge || true
while :; do
  libvirtd --config ${folder}/etc/libvirt/libvirtd.conf --pid-file ${folder}/libvirtd.pid >>${folder}/log 2>&1
  while [ -e ${folder}/hold ]; do sleep 0.05; done
done`;

export async function startPrivateLibvirtd(): Promise<PrivateLibvirtd> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-libvirtd-'));
  mkdirSync(`${folder}/etc/libvirt`, { recursive: true });
  mkdirSync(`${folder}/huge`);
  writeFileSync(`${folder}/etc/libvirt/qemu.conf`, qemuConf(folder));
  writeFileSync(`${folder}/etc/libvirt/libvirtd.conf`, libvirtdConf);
  // unshare dies with this process, and its child, the namespace's first process, dies with it.
  const unshare = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...unshare, 'bash', '-c', script(folder)], {
    stdio: 'ignore',
  });
  const daemon = handle(folder, child);
  await daemon.release();
  return daemon;
}

function handle(folder: string, child: ChildProcess): PrivateLibvirtd {
  const uri = `qemu:///system?socket=${folder}/run/libvirt/libvirt-sock`;
  const virsh = async (...args: readonly string[]): Promise<string> =>
    (await run('virsh', ['--connect', uri, ...args], { timeout: 30_000 })).stdout;
  return {
    uri,
    folder,
    virsh,
    ip: (...args) => inside(child, 'ip', ...args),
    powerCut: async () => {
      writeFileSync(`${folder}/hold`, '');
      await endAllBut(firstChild(child.pid));
      const bridges = JSON.parse(
        (await inside(child, 'ip', '-json', 'link', 'show', 'type', 'bridge')) || '[]',
      ) as Link[];
      for (const { ifname } of bridges) if (ifname !== undefined) await inside(child, 'ip', 'link', 'delete', ifname);
      for (const name of readdirSync(`${folder}/run/libvirt`))
        rmSync(`${folder}/run/libvirt/${name}`, { recursive: true, force: true });
    },
    pid: () => outsidePid(child.pid, readFileSync(`${folder}/libvirtd.pid`, 'utf8')),
    qemuPid: (domain) => outsidePid(child.pid, readFileSync(`${folder}/run/libvirt/qemu/${domain}.pid`, 'utf8')),
    hold: () => {
      writeFileSync(`${folder}/hold`, '');
    },
    release: async () => {
      rmSync(`${folder}/hold`, { force: true });
      await answers(folder, virsh);
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await removeSoon(folder);
    },
  };
}

interface Link {
  readonly ifname?: string;
}

const inside = async (child: ChildProcess, ...command: readonly string[]): Promise<string> =>
  (await run('nsenter', [`--net=/proc/${firstChild(child.pid)}/ns/net`, ...command])).stdout;

/** Kills what is in the PID namespace of that process, and waits until it is gone. */
async function endAllBut(first: string): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    const others = othersIn(first);
    if (others.length === 0) return;
    for (const pid of others) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Processes of the private libvirtd do not end.');
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The first contact makes libvirtd ask QEMU for its capabilities, which takes a second or two. */
async function answers(folder: string, virsh: PrivateLibvirtd['virsh']): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt++) {
    if (existsSync(`${folder}/run/libvirt/libvirt-sock`)) {
      const answered = await virsh('list').then(
        () => true,
        () => false,
      );
      if (answered) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The private libvirtd does not answer:\n${readFileSync(`${folder}/log`, 'utf8')}`);
}

/** The kernel unmounts the namespace shortly after its last process is gone. */
async function removeSoon(folder: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
