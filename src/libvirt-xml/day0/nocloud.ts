/**
 * Day-0 configuration as a NoCloud volume (docs/vnf-guest-contract.md): what cloud-init and the catalogue's guests read.
 */
import { iso9660 } from './iso9660.js';

export interface Day0 {
  /** Another id makes a guest take its configuration anew. */
  readonly instanceId: string;
  readonly hostname: string;
  readonly ethernets: readonly Ethernet[];
  readonly userData: string;
}

export interface Ethernet {
  readonly cpdId: string;
  readonly mac: string;
  /** e.g. `10.1.0.1/24`. */
  readonly addresses: readonly string[];
  readonly mtu?: number;
}

export const day0Label = 'cidata';

/** The volume's bytes; the same for the same configuration. */
export function day0Volume(day0: Day0): Uint8Array {
  const files = Object.entries(noCloudFiles(day0));
  const utf8 = new TextEncoder();
  return iso9660(
    day0Label,
    files.map(([name, text]) => ({ name, content: utf8.encode(text) })),
  );
}

/** The three files by name. Structures are JSON, which is YAML too. */
export function noCloudFiles(day0: Day0): Readonly<Record<'meta-data' | 'network-config' | 'user-data', string>> {
  const { instanceId, hostname, ethernets, userData } = day0;
  return {
    'meta-data': `${JSON.stringify({ 'instance-id': instanceId, 'local-hostname': hostname })}\n`,
    'network-config': `${JSON.stringify({ version: 2, ethernets: netplan(ethernets) })}\n`,
    'user-data': userData,
  };
}

function netplan(ethernets: readonly Ethernet[]): Readonly<Record<string, unknown>> {
  const names = linkNames(ethernets.map((ethernet) => ethernet.cpdId));
  return Object.fromEntries(
    ethernets.map(({ cpdId, mac, addresses, mtu }, at) => [
      cpdId,
      {
        match: { macaddress: mac },
        'set-name': names[at],
        ...(addresses.length === 0 ? {} : { addresses }),
        ...(mtu === undefined ? {} : { mtu }),
      },
    ]),
  );
}

/** Linux allows 15 characters (IFNAMSIZ less the end mark). */
const longestName = 15;

/** CPD ids as interface names: lower case, plain, cut, and each its own. */
export function linkNames(cpdIds: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return cpdIds.map((id) => {
    const plain = id.toLowerCase().replaceAll(/[^a-z0-9_.-]/g, '-') || 'cp';
    let name = plain.slice(0, longestName);
    for (let next = 2; taken.has(name); next += 1) {
      name = `${plain.slice(0, longestName - String(next).length)}${String(next)}`;
    }
    taken.add(name);
    return name;
  });
}
