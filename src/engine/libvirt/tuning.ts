/**
 * How a host is set up, from what libvirt says. What it does not say stays unknown.
 */
import type { HostCard, HostPool, HostTuning } from '../../inventory/host-audit/tuning.js';
import type { OperatorsWord } from '../../inventory/model.js';
import { readCapabilities } from '../../libvirt-xml/read-capabilities.js';
import { readHostModelFeatures } from '../../libvirt-xml/read-domain-capabilities.js';
import { readNodeDevice, type NodeDevice, type PciDevice } from '../../libvirt-xml/read-node-device.js';
import { readPool } from '../../libvirt-xml/read-pool.js';
import { ownFirst } from './own-device.js';
import { namedDevices } from './pci-functions.js';
import { holdsFiles } from './storage-pools.js';
import type { TuningDescription } from './calls/tuning.js';
import { defined } from '../../shared/defined.js';

/** Of Intel and AMD, as libvirt calls the features. */
const nestedPaging = ['vmx-ept', 'npt'];

export function readTuning(said: TuningDescription, told: OperatorsWord = {}): HostTuning {
  const { iommu, cpuFeatures, architecture } = readCapabilities(said.capabilities);
  const features = new Set([...cpuFeatures, ...readHostModelFeatures(said.domainCapabilities)]);
  const pools = said.pools.flatMap((xml) => poolOf(xml) ?? []);
  const isX86 = architecture === 'x86_64' && cpuFeatures.length > 0;
  return {
    ...(said.offlineCpus && { offlineCpus: said.offlineCpus }),
    ...defined({ iommu }),
    ...(nestedPaging.some((name) => features.has(name)) && { nestedPaging: true as const }),
    ...(isX86 && { steadyTsc: features.has('invtsc'), isGuest: features.has('hypervisor') }),
    ...merging(said.memory),
    ...{ cards: cardsOf(said.nodeDevices.map(readNodeDevice), namedDevices(told)), pools },
  };
}

function merging(memory: TuningDescription['memory']): Pick<HostTuning, 'merging'> {
  const shared = memory?.get('shm_pages_shared');
  if (typeof shared !== 'number') return {};
  return { merging: { sharedPages: shared, acrossCells: memory?.get('shm_merge_across_nodes') === 1 } };
}

function poolOf(xml: string): HostPool | undefined {
  const { name, type, path, capacityBytes, availableBytes } = readPool(xml);
  if (!holdsFiles.includes(type) || path === '' || capacityBytes === undefined || availableBytes === undefined)
    return undefined;
  return { name, path, capacityBytes, availableBytes };
}

function cardsOf(devices: readonly NodeDevice[], named: ReadonlySet<string>): readonly HostCard[] {
  const pci = devices.filter((device): device is PciDevice => device.kind === 'pci');
  const counts = new Map<string, number>();
  for (const { physicalFunction } of pci)
    if (physicalFunction !== undefined) counts.set(physicalFunction, (counts.get(physicalFunction) ?? 0) + 1);
  return pci
    .filter(({ classCode, physicalFunction }) => classCode.startsWith('02') && physicalFunction === undefined)
    .map(({ name, address, maxVirtualFunctions }) => {
      const nets = devices.filter((device) => device.kind === 'net').filter(({ parent }) => parent === name);
      const [found] = ownFirst(nets, named);
      return {
        ...{ address, mostFunctions: maxVirtualFunctions, functions: counts.get(address) ?? 0 },
        ...(found && { netdev: found.interface }),
        ...(found?.isUp !== undefined && { isUp: found.isUp }),
      };
    });
}
