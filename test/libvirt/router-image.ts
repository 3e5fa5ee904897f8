/**
 * A guest whose agent answers: the router's image from the catalogue, built or taken from its cache.
 */
import type { ContractDomain } from '../contract/engine-contract.js';
import { type GuestImage, guestImage } from './guest-image.js';

export type RouterImage = GuestImage;

export const routerImage = (): RouterImage => guestImage('router');

/** A domain that boots it. */
export const routerDomain = ({ uuid, name }: ContractDomain, image: string): string => `
<domain type='qemu'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <memory unit='MiB'>256</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='q35'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2'/>
      <source file='${image}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <serial type='pty'/>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <controller type='usb' model='none'/>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>`;
