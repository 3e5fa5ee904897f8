/** What the host says of itself: capabilities, domain capabilities, node devices, free pages (libvirt-host). */
import type { FreePages } from '../../engine.js';
import {
  ConnectGetCapabilities,
  ConnectGetDomainCapabilities,
  ConnectGetHostname,
  ConnectGetLibVersion,
  ConnectGetType,
  ConnectGetVersion,
  type ConnectPtr,
  ConnectListAllInterfaces,
  ConnectListAllNodeDevices,
  type Int64,
  InterfaceFree,
  InterfaceGetMACString,
  InterfaceGetXMLDesc,
  type InterfacePtr,
  NodeDeviceFree,
  NodeDeviceGetXMLDesc,
  type NodeDevicePtr,
  NodeGetFreePages,
  type Out,
} from '../bindings.js';
import { check, mapListed, present, toNumber, unless } from '../native.js';
import { offlineCpus } from './offline-cpus.js';
import { domainXmls } from './domains.js';
import type { CallContext } from './context.js';
import { type ListedNetwork, listNetworks } from './networks.js';
import { ensurePool, poolXmls } from './pools.js';
import { profiles } from '../../../libvirt-xml/hypervisors/list.js';

const NO_SUPPORT = 3;
const NO_NODE_DEVICE = 53;
/** The kernel has nothing of it. */
const OPERATION_INVALID = 55;
const INTERNAL_ERROR = 1;
const XML_ERROR = 27;
const NO_INTERFACE = 57;
const PCI_OR_NET = 2 | 16;
const INTERFACES_OF_ANY_STATE = 0;

export interface ListedInterface {
  readonly mac: string;
  readonly xml: string;
}

export interface HostDescription {
  readonly hostname: string;
  /** e.g. `QEMU`. */
  readonly hypervisor: string;
  /** major * 1,000,000 + minor * 1,000 + release. */
  readonly hypervisorVersion: number;
  readonly libvirtVersion: number;
  readonly capabilities: string;
  /** CPUs that are there and switched off; absent where the driver does not tell. */
  readonly offlineCpus?: readonly number[];
  /** Empty where the driver knows none of this. */
  /** By kind of domain; empty where there are none. */
  readonly domainCapabilities: Readonly<Record<string, string>>;
  /** XML of each PCI and network device; a sentence when this host lists none. */
  readonly nodeDevices: readonly string[];
  readonly pools: readonly string[];
  readonly networks: readonly ListedNetwork[];
  readonly activeDomains: readonly string[];
  readonly inactiveDomains: readonly string[];
  /** Of the host, up or down; none where libvirt has no driver for them. Ports of a bridge are only in its XML. */
  readonly interfaces: readonly ListedInterface[];
}

/** That the host answers: whoever runs a call has connected to it before. */
export const reach = (): void => undefined;

/** Of many objects with a call each: a host that answers them slowly is not one that hangs. */
export function describeHost(context: CallContext): HostDescription {
  const { conn } = context;
  const offline = unless([NO_SUPPORT, OPERATION_INVALID], () => offlineCpus(conn));
  ensurePool(context);
  return {
    hostname: (context.told.hostname ??= present(ConnectGetHostname(conn))),
    hypervisor: present(ConnectGetType(conn)),
    hypervisorVersion: number((out) => ConnectGetVersion(conn, out)),
    libvirtVersion: number((out) => ConnectGetLibVersion(conn, out)),
    capabilities: present(ConnectGetCapabilities(conn)),
    ...(offline && { offlineCpus: offline }),
    domainCapabilities: Object.fromEntries(
      profiles.map(({ domainType }) => [domainType, domainCapabilities(conn, domainType)]),
    ),
    nodeDevices: nodeDevices(context),
    pools: poolXmls(context),
    networks: listNetworks(context),
    activeDomains: domainXmls(context, 'active'),
    inactiveDomains: domainXmls(context, 'inactive'),
    interfaces: interfaces(context),
  };
}

/** Free pages of these sizes in these cells. */
export function freePages(
  context: CallContext,
  asked: readonly { readonly cell: number; readonly sizesKiB: readonly number[] }[],
): FreePages[] {
  return asked.flatMap(({ cell, sizesKiB }) => {
    if (sizesKiB.length === 0) return [];
    const counts = new BigUint64Array(sizesKiB.length);
    check(NodeGetFreePages(context.conn, sizesKiB.length, Uint32Array.from(sizesKiB), cell, 1, counts, 0));
    return sizesKiB.map((pageSizeKiB, index) => ({ cell, pageSizeKiB, free: Number(counts[index] ?? 0n) }));
  });
}

/** The driver's own answer decides; a refusal means that this kind of domain is not offered. */
export function domainCapabilities(conn: ConnectPtr, virtType: string): string {
  return ConnectGetDomainCapabilities(conn, null, null, 'q35', virtType, 0) ?? '';
}

/** A host without a node device driver has no devices to give; that is a fact, not a fault. */
export function nodeDevices({ conn, progress }: CallContext): readonly string[] {
  const xmls = unless([NO_SUPPORT], () =>
    mapListed<NodeDevicePtr, string | undefined>(
      (list) => ConnectListAllNodeDevices(conn, list, PCI_OR_NET),
      NodeDeviceFree,
      (device) => {
        progress();
        return unless([NO_NODE_DEVICE], () => present(NodeDeviceGetXMLDesc(device, 0)));
      },
    ),
  );
  return (xmls ?? []).filter((xml) => xml !== undefined);
}

/**
 * Those that are down too: a bridge has the link of its ports. One that is half set up, or whose settings libvirt does
 * not understand, has no description.
 */
function interfaces({ conn, progress }: CallContext): readonly ListedInterface[] {
  const all = unless([NO_SUPPORT], () =>
    mapListed<InterfacePtr, ListedInterface | undefined>(
      (list) => ConnectListAllInterfaces(conn, list, INTERFACES_OF_ANY_STATE),
      InterfaceFree,
      (device) => {
        progress();
        return unless([NO_INTERFACE, XML_ERROR, INTERNAL_ERROR], () => ({
          mac: InterfaceGetMACString(device) ?? '',
          xml: present(InterfaceGetXMLDesc(device, 0)),
        }));
      },
    ),
  );
  return (all ?? []).filter((one) => one !== undefined);
}

function number(call: (out: Out<Int64>) => number): number {
  const out: Out<Int64> = [0];
  check(call(out));
  return toNumber(out[0]);
}
