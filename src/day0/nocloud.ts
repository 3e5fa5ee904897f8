/**
 * Day-0 configuration as a NoCloud volume (docs/vnf-guest-contract.md): who the guest is, how its links are
 * addressed, and the document that only the VNF understands. JSON throughout, which is YAML too.
 */
import type { IsoFile } from './directory.js';
import { iso9660 } from './iso9660.js';
import { linkNames } from './link-names.js';
import { defined } from '../shared/defined.js';

export interface Day0 {
  /** Changes when the guest is to configure itself again: the VNFC's id. */
  readonly instanceId: string;
  readonly hostname: string;
  readonly ethernets: readonly Day0Ethernet[];
  /** As the descriptor has it, inputs filled in; may be empty. */
  readonly userData: string;
}

/** A link as the guest is to set it up. */
export interface Day0Ethernet {
  readonly cpdId: string;
  readonly mac: string;
  /** With prefix length, e.g. `10.1.0.1/24`. */
  readonly addresses: readonly string[];
  readonly mtu?: number;
  readonly routes?: readonly { readonly to: string; readonly via: string }[];
  /** That the guest shares with its peers, with prefix length. */
  readonly vips?: readonly string[];
}

const label = 'cidata';

export const day0Volume = (day0: Day0): Uint8Array => iso9660(label, noCloudFiles(day0));

export function noCloudFiles(day0: Day0): readonly IsoFile[] {
  return [
    json('meta-data', {
      'instance-id': day0.instanceId,
      'local-hostname': day0.hostname,
      ...sharedAddresses(day0.ethernets),
    }),
    json('network-config', { version: 2, ethernets: ethernets(day0.ethernets) }),
    { name: 'user-data', content: new TextEncoder().encode(day0.userData) },
  ];
}

/** Virtual addresses by the name of their link; netplan has no word for them. */
function sharedAddresses(links: readonly Day0Ethernet[]): { readonly vips?: Readonly<Record<string, unknown>> } {
  const names = linkNames(links.map((link) => link.cpdId));
  const shared = links.flatMap(({ vips = [] }, index) => (vips.length === 0 ? [] : [[names[index], vips]]));
  return shared.length === 0 ? {} : { vips: Object.fromEntries(shared) as Readonly<Record<string, unknown>> };
}

/** netplan version 2. */
function ethernets(links: readonly Day0Ethernet[]): Readonly<Record<string, unknown>> {
  const names = linkNames(links.map((link) => link.cpdId));
  return Object.fromEntries(
    links.map((link, index) => [
      link.cpdId,
      {
        match: { macaddress: link.mac.toLowerCase() },
        'set-name': names[index],
        ...(link.addresses.length === 0 ? {} : { addresses: link.addresses }),
        ...defined({ mtu: link.mtu }),
        ...(link.routes === undefined || link.routes.length === 0 ? {} : { routes: link.routes }),
      },
    ]),
  );
}

const json = (name: string, value: unknown): IsoFile => ({
  name,
  content: new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`),
});
