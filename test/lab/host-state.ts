/**
 * What VNFs leave on a host of the lab, as its own programs tell it: Berth is not asked. Two states are equal when nothing
 * is left of what came between them.
 */
import { expect } from '@jest/globals';
import { cards } from '../../src/lab/shape.js';
import { bodyOf, listOf, type Client } from '../api/door.js';
import { vnfcsOf } from '../libvirt/berth-life.js';
import type { TestLab } from './lab-under-test.js';
import { tiny } from './tiny-vnf.js';

export interface HostState {
  /** UUIDs, running or not. */
  readonly domains: readonly string[];
  readonly running: readonly string[];
  /** Files of Berth's pool, without base images. */
  readonly volumes: readonly string[];
  /** Free pages of 2 MiB, by cell. */
  readonly freePages: readonly string[];
  /** Lines of virtual functions as `ip link` prints them, with MAC address and VLAN. */
  readonly functions: readonly string[];
  /** Address and driver of each virtual function. */
  readonly drivers: readonly string[];
}

const each = (command: string, tag: string): string => `{ ${command}; } | sed 's/^/${tag} /'`;

const cardLoop = (body: string): string =>
  `for card in ${cards.map(({ pciAddress }) => `/sys/bus/pci/devices/${pciAddress}`).join(' ')}; do ${body}; done`;

const looks = [
  each('virsh list --all --uuid | grep .', 'domains'),
  each('virsh list --uuid | grep .', 'running'),
  each('ls /var/lib/libvirt/images/berth | grep -v ^berth-base-', 'volumes'),
  each('cat /sys/devices/system/node/node*/hugepages/hugepages-2048kB/free_hugepages', 'freePages'),
  each(cardLoop('ip link show "$(ls $card/net)" | grep " vf "'), 'functions'),
  each(
    cardLoop(
      'for f in $card/virtfn*; do echo "$(basename "$(readlink $f)") $(basename "$(readlink $f/driver || echo none)")"; done',
    ),
    'drivers',
  ),
].join('\n');

export async function hostState(lab: TestLab, host = 'lab0'): Promise<HostState> {
  const lines = (await lab.shell(host, `${looks}\ntrue`)).split('\n');
  const tagged = (tag: string) =>
    lines.flatMap((line) => (line.startsWith(`${tag} `) ? [line.slice(tag.length + 1).trim()] : [])).toSorted();
  return {
    ...{ domains: tagged('domains'), running: tagged('running'), volumes: tagged('volumes') },
    ...{ freePages: tagged('freePages'), functions: tagged('functions'), drivers: tagged('drivers') },
  };
}

export const driversOf = ({ drivers }: HostState, addresses: readonly string[]): readonly string[] =>
  drivers.filter((line) => addresses.some((address) => line.startsWith(`${address} `)));

interface PciFunctionView {
  readonly address: string;
  readonly state: string;
  readonly available: boolean;
  readonly unavailableBecause?: string;
  readonly vnfcId?: string;
  readonly quarantine?: { readonly reason: string; readonly repair: string };
}

export const functionsOf = async (client: Client, host = 'lab0'): Promise<readonly PciFunctionView[]> =>
  (await bodyOf(await client.ask(`/nfvi/v1/hosts/${host}`)))['pciFunctions'] as readonly PciFunctionView[];

export const auditOf = async (client: Client) => listOf(await client.ask('/nfvi/v1/audit'));

/** A VNF of tiny-vnf.yaml with as many VNFCs has all that it needs exactly once, and nothing else has anything. */
export async function expectTinies(
  count: number,
  lab: TestLab,
  client: Client,
  id: string,
  before: HostState,
): Promise<void> {
  const now = await hostState(lab);
  const vnfcs = (await vnfcsOf(client, id)).map((vnfc) => vnfc.id).toSorted();
  expect(vnfcs).toHaveLength(count);
  expect([now.domains, now.running]).toEqual([vnfcs, vnfcs]);
  expect(now.functions.filter((line) => /vlan/.test(line))).toHaveLength(count * tiny.functions);
  expect(now.drivers.filter((line) => line.endsWith(' vfio-pci'))).toHaveLength(count * tiny.functions);
  const pagesOf = ({ freePages }: HostState) => freePages.reduce((sum, pages) => sum + Number(pages), 0);
  expect(pagesOf(before) - pagesOf(now)).toBe(count * tiny.pages);
  expect(now.volumes).toEqual(
    expect.arrayContaining(vnfcs.flatMap((vnfc) => [`berth-${vnfc}-day0.iso`, `berth-${vnfc}-root.qcow2`])),
  );
  const claimed = (await functionsOf(client)).filter(({ state }) => state === 'claimed');
  expect(claimed.map(({ vnfcId }) => String(vnfcId)).toSorted()).toEqual(
    vnfcs.flatMap((vnfc) => Array.from({ length: tiny.functions }, () => vnfc)),
  );
}

export const expectOneTiny = (...of: [TestLab, Client, string, HostState]): Promise<void> => expectTinies(1, ...of);

/** Nothing is left of it, on the host and in the record. */
export async function expectNothingLeft(lab: TestLab, client: Client, before: HostState): Promise<void> {
  expect(await hostState(lab)).toEqual(before);
  // A Berth of an earlier suite on this lab leaves its base images.
  expect((await auditOf(client)).filter(({ whose }) => whose !== 'other')).toEqual([]);
  const host = await bodyOf(await client.ask('/nfvi/v1/hosts/lab0'));
  expect(host['holders']).toEqual([]);
  expect((await functionsOf(client)).filter(({ state }) => state === 'claimed' || state === 'quarantined')).toEqual([]);
}
