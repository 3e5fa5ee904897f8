/**
 * A VNF for hosts of the lab, by tiny-vnf.yaml: two pinned CPUs, pages of one cell and two virtual functions. Nothing is in
 * it, so it runs within seconds under KVM and waits in its firmware.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Client } from '../api/door.js';
import { digest } from '../artifacts/edge-package.js';
import { onboard } from '../flow/other-packages.js';
import { createInstance, instances } from '../flow/router.js';
import { expectCompleted, forceful, operate } from '../libvirt/berth-life.js';
import { hostLimitMs } from './berth-on-lab.js';

/** What each of its VNFCs takes. */
export const tiny = { vcpus: 2, memoryMiB: 64, pageSizeKiB: 2048, pages: 32, functions: 2 } as const;

/** Onboards it, with its VNFD bent; answers the id of that. */
export async function onboardTiny(client: Client, bend = (vnfd: string): string => vnfd): Promise<string> {
  const disk = emptyDisk();
  const text = readFileSync(join(import.meta.dirname, 'tiny-vnf.yaml'), 'utf8');
  const vnfd = bend(text.replace('@{hash}', digest('sha256', disk)));
  const info = await onboard(
    client,
    new Map([
      ['tiny.yaml', Buffer.from(vnfd)],
      ['Files/system.qcow2', disk],
    ]),
  );
  if (info['onboardingState'] !== 'ONBOARDED') throw new Error(JSON.stringify(info['onboardingFailureDetails']));
  return String(info['vnfdId']);
}

/** Its VNFD without connection points: its pages can be moved, since VFIO holds none of them. */
export const withoutLinks = (vnfd: string): string =>
  vnfd
    .replace(/\n {4}requirements:(\n {6}- virtual_link_.*\n.*)+/, '')
    .replace(/\n {4}requirements:(\n {6}virtual_link_.*)+/, '')
    .replace(/\n {4}west:\n[^]*?(?=\n {2}policies:)/, '');

function emptyDisk(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'berth-tiny-'));
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(folder, 'disk'), '64M']);
  const disk = readFileSync(join(folder, 'disk'));
  rmSync(folder, { recursive: true });
  return disk;
}

export interface TinyWish {
  /** Physical network of both connection points, which decides the cell where each cell's card is on one of its own. */
  readonly network: string;
  /** VLAN of `west` and of `east`; each has a subnet of its own. */
  readonly vlans: readonly [number, number];
}

export const tinyInstantiation = ({ network, vlans }: TinyWish) => ({
  flavourId: 'default',
  extVirtualLinks: ['west', 'east'].map((cpdId, index) => ({
    id: cpdId,
    resourceId: network,
    extCps: [{ cpdId, cpConfig: { [cpdId]: { cpProtocolData: [inVlan(vlans[index] ?? 0)] } } }],
  })),
});

const inVlan = (vlan: number) => {
  const net = `10.${String(Math.trunc(vlan / 256))}.${String(vlan % 256)}`;
  const addressRange = { minAddress: `${net}.10`, maxAddress: `${net}.19` };
  const ipAddresses = [{ type: 'IPV4', addressRange, subnetId: `${net}.0/24` }];
  return { layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses, segmentationId: String(vlan) } };
};

/** An instance that runs; answers its id. */
export async function runningTiny(client: Client, vnfdId: string, wish: TinyWish): Promise<string> {
  const id = await createInstance(client, vnfdId, 'tiny');
  expectCompleted(await operate(client, id, 'instantiate', tinyInstantiation(wish), hostLimitMs));
  return id;
}

export async function removeTiny(client: Client, id: string): Promise<void> {
  expectCompleted(await operate(client, id, 'terminate', forceful, hostLimitMs));
  expect((await client.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
}
