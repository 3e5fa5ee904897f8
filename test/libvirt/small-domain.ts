/** The smallest domain that QEMU starts under TCG: no system in it, it waits in its firmware. */
import type { ContractDomain } from '../contract/engine-contract.js';

export interface SmallDomain extends ContractDomain {
  /** XML to stand beside memory and vcpu. */
  readonly more?: string;
  readonly memoryMiB?: number;
  readonly vcpus?: number;
}

export const smallDomain = ({ uuid, name, disks = [], networks = [], ...rest }: SmallDomain): string => `
<domain type='qemu'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <memory unit='MiB'>${rest.memoryMiB ?? 64}</memory>
  <vcpu>${rest.vcpus ?? 1}</vcpu>
  ${rest.more ?? ''}
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
  <devices>
    ${disks.map(diskXml).join('')}
    ${networks.map(cardXml).join('')}
    <controller type='usb' model='none'/>
    <memballoon model='virtio'/>
  </devices>
</domain>`;

const diskXml = (path: string, index: number): string => `
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='${path}'/>
      <target dev='vd${String.fromCharCode(97 + index)}' bus='virtio'/>
    </disk>`;

const cardXml = (network: string): string => `
    <interface type='network'>
      <source network='${network}'/>
      <model type='virtio'/>
    </interface>`;
