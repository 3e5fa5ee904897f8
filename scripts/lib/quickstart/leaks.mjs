/**
 * What is left of a run on the host, by looking at the host and not at Berth's own books. Names begin with `berth`.
 */
import { tryRun } from '../run.mjs';
import { hugepages, orphanedPages } from './hugepages.mjs';
import { chainBridges } from './networks.mjs';

const lines = (text) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
const ours = (name) => name.startsWith('berth');
const isBridge = (name) => chainBridges.some(({ bridge }) => bridge === name);

async function virsh(...args) {
  const { code, stdout } = await tryRun('virsh', ['-q', '-c', 'qemu:///system', ...args], { timeoutMs: 20_000 });
  return code === 0 ? lines(stdout) : [];
}

async function volumes() {
  const pools = await virsh('pool-list', '--name');
  const listed = await Promise.all(pools.map((pool) => virsh('vol-list', pool)));
  return listed
    .flat()
    .map((line) => line.split(/\s+/)[0])
    .filter(ours);
}

async function links() {
  const { stdout } = await tryRun('ip', ['-o', 'link', 'show']);
  return lines(stdout).map((line) => /^\d+: ([^:@]+)/.exec(line)?.[1] ?? '');
}

const namespaces = async () => lines((await tryRun('ip', ['netns', 'list'])).stdout).map((line) => line.split(' ')[0]);

/** Taps as libvirt names them. Taken before the run, so that those of other virtual machines do not count. */
export const taps = async () => (await links()).filter((name) => /^vnet\d+$/.test(name));

/**
 * Every kind of thing with the names that are left of it. `guests` are the processes of this run's VMs, since another
 * Berth on this machine may have its own. Call while libvirt still runs.
 */
export async function leftOnHost(tapsBefore, guests) {
  return {
    domains: (await virsh('list', '--all', '--name')).filter(ours),
    processes: guests.map(({ pid, name }) => `${name} (pid ${pid})`),
    volumes: await volumes(),
    networks: (await virsh('net-list', '--all', '--name')).filter((name) => ours(name) && !isBridge(name)),
    taps: (await taps()).filter((name) => !tapsBefore.includes(name)),
    namespaces: (await namespaces()).filter(ours),
  };
}

/** What undoing the preparation has to have taken along; `poolBefore` is the size of the pool of hugepages. */
export async function leftAfterUndo(poolBefore) {
  const { total } = hugepages();
  const orphaned = orphanedPages();
  const pages = [];
  if (total > poolBefore) pages.push(`a pool of ${total}, ${poolBefore} before`);
  if (orphaned > 0) pages.push(`${orphaned} in use by no process`);
  return { bridges: (await links()).filter(ours), hugepages: pages };
}

/** Throws unless every list is empty; tells each kind that is. */
export function expectNothing(left, tell) {
  const kinds = Object.entries(left);
  tell(
    `nothing left of: ${kinds
      .filter(([, names]) => names.length === 0)
      .map(([kind]) => kind)
      .join(', ')}`,
  );
  const found = kinds.filter(([, names]) => names.length > 0);
  if (found.length === 0) return;
  throw new Error(`left behind: ${found.map(([kind, names]) => `${kind} ${names.join(', ')}`).join('; ')}`);
}
