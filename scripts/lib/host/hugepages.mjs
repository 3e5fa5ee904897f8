/**
 * Hugepages: a pool of at least so many pages, and hugetlbfs mounted for that size. libvirt looks for the mount when it
 * starts, so this comes before it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { run } from '../run.mjs';
import { readValue, writeValue } from './sysfs.mjs';

const poolFile = (sizeKiB) => `/sys/kernel/mm/hugepages/hugepages-${sizeKiB}kB/nr_hugepages`;
const defaultSizeKiB = () => Number(/^Hugepagesize:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]);
const mountPoint = (sizeKiB) => (sizeKiB === defaultSizeKiB() ? '/dev/hugepages' : `/dev/hugepages-${sizeKiB}kB`);

/** `N` or `N:sizeKiB`, as on the command line. */
export function parseHugepages(text) {
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  if (match === null) throw new Error(`--hugepages ${text}: write N, or N:sizeKiB, for example 512 or 4:1048576.`);
  const sizeKiB = Number(match[2] ?? defaultSizeKiB());
  if (existsSync(poolFile(sizeKiB))) return { pages: Number(match[1]), sizeKiB };
  const sizes = readdirSync('/sys/kernel/mm/hugepages').map((name) => /\d+/.exec(name)?.[0]);
  throw new Error(`--hugepages ${text}: this host has pages of ${sizes.join(', ')} KiB only.`);
}

export const poolOf = (sizeKiB) => Number(readValue(poolFile(sizeKiB)) ?? 0);

/** Where hugetlbfs of this size is mounted; undefined when nowhere. */
export function mountedAt(sizeKiB) {
  const lines = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const sizes = { [`${sizeKiB / 1024}M`]: true, [`${sizeKiB / 1024 / 1024}G`]: true };
  return lines
    .map((line) => line.split(' '))
    .find(([, , type, options]) => type === 'hugetlbfs' && sizes[/pagesize=(\w+)/.exec(options)?.[1]])?.[1];
}

/** True when hugetlbfs was mounted now: a libvirtd that runs already has not seen it. */
export async function ensureHugepages({ pages, sizeKiB }, state, tell) {
  const pool = poolOf(sizeKiB);
  if (pool >= pages) tell(`${pool} pages of ${sizeKiB} KiB are there`);
  else allocate(pages, sizeKiB, pool, state, tell);
  const found = mountedAt(sizeKiB);
  if (found !== undefined) return false;
  await mount(sizeKiB, state);
  tell(`hugetlbfs for ${sizeKiB} KiB mounted at ${mountPoint(sizeKiB)}`);
  return true;
}

function allocate(pages, sizeKiB, before, state, tell) {
  state.set('hugepages', { [sizeKiB]: before, ...state.get('hugepages') });
  writeValue('/proc/sys/vm/compact_memory', 1);
  writeValue(poolFile(sizeKiB), pages);
  const got = poolOf(sizeKiB);
  if (got >= pages) {
    tell(`${got} pages of ${sizeKiB} KiB, ${before} before`);
    return;
  }
  writeValue(poolFile(sizeKiB), before);
  throw new Error(
    `Only ${got} of ${pages} pages of ${sizeKiB} KiB could be had, so the pool stays at ${before}: memory is short or ` +
      'in pieces. Ask for fewer, free memory, or reserve them at boot with hugepages= on the kernel command line.',
  );
}

async function mount(sizeKiB, state) {
  const point = mountPoint(sizeKiB);
  state.set('mounts', [...new Set([...(state.get('mounts') ?? []), point])]);
  if (mkdirSync(point, { recursive: true })) state.set('made', [...(state.get('made') ?? []), point]);
  await run('mount', ['-t', 'hugetlbfs', '-o', `pagesize=${sizeKiB}K`, 'hugetlbfs', point]);
}

/** Only a folder that was not there before goes, and only when nobody has put anything into it below the mount. */
function removeIfOurs(point, state, tell) {
  if (!(state.get('made') ?? []).includes(point) || !existsSync(point)) return;
  if (readdirSync(point).length > 0) tell(`${point} stays: something else is in it`);
  else rmdirSync(point);
}

export async function undoHugepages(state, tell) {
  for (const point of state.get('mounts') ?? []) {
    if (readFileSync('/proc/self/mounts', 'utf8').includes(` ${point} hugetlbfs `)) await run('umount', [point]);
    tell(`${point} unmounted`);
    removeIfOurs(point, state, tell);
  }
  state.set('mounts', undefined);
  state.set('made', undefined);
  for (const [sizeKiB, before] of Object.entries(state.get('hugepages') ?? {})) {
    writeValue(poolFile(sizeKiB), before);
    tell(`pool of ${sizeKiB} KiB pages back to ${poolOf(sizeKiB)}`);
  }
  state.set('hugepages', undefined);
}
