/**
 * What a verdict depends on. libvirt does not tell a remote host's kernel; microcode, QEMU and libvirt versions
 * usually change with it.
 */
import type { HostPicture } from '../facts.js';

export function probeKey(picture: HostPicture, kernel: string): string {
  const { capabilities, description } = picture;
  return [
    `qemu-${String(description.hypervisorVersion)}`,
    `libvirt-${String(description.libvirtVersion)}`,
    `kernel-${kernel}`,
    `cpu-${capabilities.cpuVendor}-${capabilities.cpuModel}-${capabilities.cpuSignature}`,
    `host-${capabilities.uuid}`,
  ].join(' ');
}
