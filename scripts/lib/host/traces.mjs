/**
 * What libvirt and Berth's engine leave behind by themselves once everything else is gone: the pool that the engine
 * made, and the control groups that libvirt keeps for guests. What was there before stays.
 */
import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { tryRun } from '../run.mjs';

const uri = ['-q', '-c', 'qemu:///system'];
const pool = 'berth';
const cgroups = '/sys/fs/cgroup';

const poolExists = async () => (await tryRun('virsh', [...uri, 'pool-info', pool])).code === 0;

const machineGroups = () =>
  ['', ...(existsSync(cgroups) ? readdirSync(cgroups) : [])]
    .map((name) => `${cgroups}/${name}/machine`.replaceAll('//', '/'))
    .filter((path) => existsSync(path));

/** Before libvirtd is started by us. */
export function rememberGroups(state) {
  state.remember('machineGroups', machineGroups());
}

export async function rememberPool(state) {
  if (state.get('hadPool') === undefined) state.set('hadPool', await poolExists());
}

/** While libvirtd runs. A pool with volumes is somebody's. */
export async function undoPool(state, tell) {
  if (state.get('hadPool') === false && (await poolExists())) {
    const { stdout } = await tryRun('virsh', [...uri, 'vol-list', pool, '--details']);
    const empty = stdout.trim() === '';
    if (empty) await removePool();
    tell(empty ? `pool ${pool} removed` : `pool ${pool} has volumes and stays`);
  }
  state.set('hadPool', undefined);
}

async function removePool() {
  await tryRun('virsh', [...uri, 'pool-destroy', pool]);
  await tryRun('virsh', [...uri, 'pool-delete', pool]);
  await tryRun('virsh', [...uri, 'pool-undefine', pool]);
}

/** After libvirtd has stopped. The kernel keeps groups that are in use. */
export function undoGroups(state) {
  const before = state.get('machineGroups') ?? machineGroups();
  for (const path of machineGroups().filter((group) => !before.includes(group))) {
    try {
      rmdirSync(path);
    } catch (error) {
      if (!['EBUSY', 'ENOTEMPTY', 'ENOENT', 'EPERM'].includes(error.code)) throw error;
    }
  }
  state.set('machineGroups', undefined);
}
