/**
 * A VNF that costs next to nothing: no system in it, so it waits in its firmware. One VNFC with a data disk, a card
 * outside and one on an internal link.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { edit } from '../artifacts/edge-package.js';
import type { Client } from '../api/door.js';
import { createInstance } from '../flow/router.js';
import { minimalPackage, onboard } from '../flow/other-packages.js';

const data = `
    data:
      type: tosca.nodes.nfv.Vdu.VirtualBlockStorage
      properties:
        virtual_block_storage_data: { size_of_storage: 16 MiB }`;
const inside = `
    inside:
      type: tosca.nodes.nfv.VduCp
      properties:
        layer_protocols: [ipv4]
      requirements:
        - virtual_binding: vdu
        - virtual_link: internal
    internal:
      type: tosca.nodes.nfv.VnfVirtualLink
      properties:
        connectivity_type: { layer_protocols: [ipv4] }
        vl_profile: {}`;

/** Onboards it; answers its VNFD's id. */
export async function onboardSmall(client: Client, vnfdId = 'small'): Promise<string> {
  const files = minimalPackage(vnfdId, emptyDisk());
  edit(files, 'minimal.yaml', '256 MiB', '64 MiB');
  edit(files, 'minimal.yaml', 'min_disk: 1 GiB', 'min_disk: 64 MiB');
  edit(
    files,
    'minimal.yaml',
    '      artifacts:\n',
    '      requirements:\n        - virtual_storage: data\n      artifacts:\n',
  );
  edit(files, 'minimal.yaml', /\n$/, `${data}${inside}\n`);
  const info = await onboard(client, files);
  if (info['onboardingState'] !== 'ONBOARDED') throw new Error(JSON.stringify(info['onboardingFailureDetails']));
  return String(info['vnfdId']);
}

/** QEMU takes more than the head of an image. */
function emptyDisk(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'berth-small-'));
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', join(folder, 'disk'), '64M']);
  const disk = readFileSync(join(folder, 'disk'));
  rmSync(folder, { recursive: true });
  return disk;
}

export const smallInstance = (client: Client, vnfdId: string, name = 'small'): Promise<string> =>
  createInstance(client, vnfdId, name);

const plain = { cpProtocolData: [{ layerProtocol: 'IP_OVER_ETHERNET' }] };

/** The network `outside` must be there. */
export const smallInstantiation = {
  flavourId: 'default',
  extVirtualLinks: [{ id: 'out', resourceId: 'outside', extCps: [{ cpdId: 'outside', cpConfig: { only: plain } }] }],
};
