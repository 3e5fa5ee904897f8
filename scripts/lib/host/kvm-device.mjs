/**
 * /dev/kvm for the group `kvm`, as Debian's udev rules have it. Where no udev runs, it is root's alone; libvirt then
 * finds that its guests' user cannot use it and asks QEMU again what it can before every single start: 12 s each
 * instead of 0.4 (libvirt 9.0).
 */
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';

const device = '/dev/kvm';
const mode = 0o660;

function groupId(name) {
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  return line === undefined ? undefined : Number(line.split(':')[2]);
}

/** Undefined when there is nothing to change. */
export function kvmDeviceNow() {
  const found = statSync(device, { throwIfNoEntry: false });
  const group = groupId('kvm');
  if (found === undefined || group === undefined || found.gid === group) return undefined;
  return { gid: found.gid, mode: found.mode & 0o777, group };
}

export function ensureKvmDevice(state, tell) {
  const now = kvmDeviceNow();
  if (now === undefined) return;
  state.remember('kvmDevice', { gid: now.gid, mode: now.mode });
  chownSync(device, 0, now.group);
  chmodSync(device, mode);
  tell(`${device} given to the group kvm, as udev would`);
}

export function undoKvmDevice(state, tell) {
  const before = state.get('kvmDevice');
  if (before === undefined) return;
  if (statSync(device, { throwIfNoEntry: false }) !== undefined) {
    chownSync(device, 0, before.gid);
    chmodSync(device, before.mode);
    tell(`${device} as before`);
  }
  state.set('kvmDevice', undefined);
}
