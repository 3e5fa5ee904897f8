/**
 * A guest whose agent answers: the router's image from the catalogue, built or taken from its cache.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContractDomain } from '../contract/engine-contract.js';

export type RouterImage =
  | { readonly file: string; readonly folder: string; readonly missing?: undefined }
  | { readonly missing: string; readonly folder: string };

export function routerImage(): RouterImage {
  const folder = mkdtempSync(join(tmpdir(), 'berth-router-'));
  const built = spawnSync('vnf-catalog/router/image/build.sh', [folder], { encoding: 'utf8' });
  const name = readdirSync(folder).find((file) => file.endsWith('.qcow2'));
  if (built.status === 0 && name !== undefined) return { file: join(folder, name), folder };
  const [why = 'no image came'] = built.stderr.trim().split('\n').slice(-1);
  return { missing: `the router image cannot be built here (${why})`, folder };
}

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
