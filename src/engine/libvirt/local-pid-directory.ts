/**
 * Where a libvirtd on this machine keeps the process ids of its domains (`<name>.pid`). Undefined for other machines
 * and for drivers that have no processes.
 */
import { dirname } from 'node:path';

export function localPidDirectory(uri: string): string | undefined {
  const { protocol, host, pathname, searchParams } = new URL(uri);
  if (!/^qemu(\+unix)?:$/.test(protocol) || host !== '') return undefined;
  const socket = searchParams.get('socket');
  if (socket !== null) return `${dirname(socket)}/qemu`;
  return pathname === '/system' ? '/run/libvirt/qemu' : undefined;
}
