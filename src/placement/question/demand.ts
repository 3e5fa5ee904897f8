/**
 * From a VDU of a normalised VNFD to what one VNFC of it asks of a host (SOL001 clauses 6.8.3 and 6.8.7; IFA011 for the
 * meaning of pinning, page sizes and locality).
 */
import { storagesOf } from '../../vnfd/storages-of.js';
import type { Flavour, SwImage, Vdu, VduCp, VnicType } from '../../vnfd/model.js';
import { vlanName } from '../../inventory/vlan-name.js';
import type { PciDemand } from '../../inventory/resources/held.js';
import type { PackageImage } from '../../package/model.js';
import { defined } from '../../shared/defined.js';
import type { HostId, VnfcId, VnfInstanceId } from '../../shared/ids.js';
import { bytesToMiBCeil } from '../../shared/units.js';
import type { VnfcDemand } from '../model.js';

export interface DemandInput {
  readonly flavour: Flavour;
  readonly vdu: Vdu;
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  /** Images by their id in the VNFD, with what their own header says. */
  readonly images: readonly Pick<PackageImage, 'id' | 'sha256' | 'sizeBytes' | 'virtualSizeBytes'>[];
  /** The external link of each CP, by cpdId. Internal links are made where the VNFC comes to lie. */
  readonly attached: Readonly<Record<string, { readonly resourceId: string; readonly vlan?: number }>>;
  readonly zone?: string;
  readonly onlyHosts?: readonly HostId[];
  readonly excludeHosts?: readonly HostId[];
}

const bitsPerMegabit = 1_000_000;

/** The day-0 volume. */
const dayZeroMiB = 1;

export function demandOf(input: DemandInput): VnfcDemand {
  const { vdu, vnfcId, vnfInstanceId, onlyHosts, excludeHosts } = input;
  const zone = input.zone ?? vdu.nfviConstraints['zone'];
  const liked = vdu.requestedCapabilities.filter((one) => !one.mandatory);
  const cps = input.flavour.cps.filter((cp) => cp.vduId === vdu.id);
  return {
    vnfcId,
    vnfInstanceId,
    vduId: vdu.id,
    ...cpuDemand(vdu),
    ...memoryDemand(vdu),
    diskMiB: diskMiB(input),
    ...baseImages(input),
    ...networkDemand(input, cps),
    pciFunctions: cps.flatMap((cp) => pciDemand(input, cp)),
    capabilities: vdu.requestedCapabilities.filter((one) => one.mandatory).map((one) => one.name),
    ...(liked.length === 0 ? {} : { likedCapabilities: liked.map((one) => one.name) }),
    ...defined({ zone, onlyHosts, excludeHosts }),
  };
}

function cpuDemand({ cpu, memory, guestCells }: Vdu) {
  const shared = { shared: cpu.count, mixed: Math.min(cpu.count, cpu.sharedVcpus?.length ?? 1), dedicated: 0 };
  const isTied = memory.numaEnabled || memory.locality === 'strict' || guestCells.length > 1;
  return {
    vcpus: cpu.count,
    cpuPolicy: cpu.policy,
    sharedVcpuScope: isTied ? ('cell' as const) : ('host' as const),
    dedicatedVcpus: cpu.count - shared[cpu.policy],
    threadPolicy: cpu.threadPolicy,
    emulatorPolicy: cpu.emulatorPolicy,
    cpuFeatures: cpu.features,
    ...defined({
      sharedVcpus: cpu.sharedVcpus,
      hostCpus: cpu.hostCpus,
      emulatorCpus: cpu.emulatorCpus,
      realtimeVcpus: cpu.realtimeVcpus,
      architecture: cpu.architecture,
      cpuModel: cpu.model,
      maxSharedCpuRatio: cpu.oversubscriptionRatio,
    }),
  };
}

/** What must lie in one host cell: hugepages by their nature, memory near CPUs that are named, the rest when the VDU says so. */
function memoryDemand({ cpu, memory, guestCells }: Vdu) {
  const memoryMiB = bytesToMiBCeil(memory.bytes);
  const cells = guestCells.map(({ vcpus, memoryBytes, pageSizeKiB }) => ({
    vcpus,
    memoryMiB: bytesToMiBCeil(memoryBytes),
    ...defined({ pageSizeKiB }),
  }));
  return {
    memoryMiB,
    pageSize: memory.pageSize,
    guestCells: cells.length === 0 ? [{ vcpus: cpu.count, memoryMiB }] : cells,
    numaStrict:
      memory.numaEnabled ||
      isHuge(memory.pageSize) ||
      memory.locality === 'strict' ||
      cells.length > 1 ||
      (cpu.hostCpus ?? cpu.emulatorCpus) !== undefined,
  };
}

const ordinaryPageKiB = 4;

const isHuge = (pageSize: Vdu['memory']['pageSize']): boolean =>
  pageSize === 'any' || (typeof pageSize === 'number' && pageSize > ordinaryPageKiB);

/** Root disk, block storages and day-0 volume, at the size that the guest sees: thin volumes grow. */
function diskMiB(input: DemandInput): number {
  const { vdu, flavour } = input;
  const storages = storagesOf(flavour, vdu);
  const blocks = storages.filter((storage) => storage.kind === 'block');
  const sizes = [
    ...(vdu.image === undefined ? [] : [Math.max(imageBytes(input, vdu.image), vdu.localStorageBytes?.[0] ?? 0)]),
    ...blocks.map(({ sizeBytes, image }) => Math.max(sizeBytes, image === undefined ? 0 : imageBytes(input, image))),
  ];
  return sizes.reduce((sum, bytes) => sum + bytesToMiBCeil(bytes), dayZeroMiB);
}

/** Images that volumes stand on, each once. */
function baseImages(input: DemandInput): Pick<VnfcDemand, 'baseImages'> {
  const { vdu, flavour } = input;
  const wanted = [
    vdu.image,
    ...storagesOf(flavour, vdu).map((storage) => (storage.kind === 'block' ? storage.image : undefined)),
  ];
  const files = wanted.flatMap((image) => input.images.find((one) => one.id === image?.id) ?? []);
  const bySha = new Map(files.map(({ sha256, sizeBytes }) => [sha256, { sha256, sizeMiB: bytesToMiBCeil(sizeBytes) }]));
  return bySha.size === 0 ? {} : { baseImages: [...bySha.values()] };
}

function imageBytes(input: DemandInput, image: SwImage): number {
  const file = input.images.find((one) => one.id === image.id);
  return Math.max(image.minDiskBytes, file?.virtualSizeBytes ?? image.sizeBytes);
}

/** Where external CPs that have no PCI function of their own are attached. */
function networkDemand({ attached }: DemandInput, cps: readonly VduCp[]) {
  const joins = (...kinds: readonly VnicType[]) =>
    cps.filter((cp) => kinds.includes(cp.vnicType)).flatMap((cp) => namesOf(attached[cp.id]));
  const joinedBy = (...kinds: readonly VnicType[]) => [...new Set(joins(...kinds))];
  const counts = [...Map.groupBy(joins('virtio', 'macvtap'), (name) => name)].map(
    ([name, all]) => [name, all.length] as const,
  );
  const several = counts.filter(([, count]) => count > 1);
  const [macvtapNetworks, vhostUserNetworks] = [joinedBy('macvtap'), joinedBy('virtio-forwarder')];
  const inVlans = Object.values(attached).filter(({ vlan }) => vlan !== undefined);
  const vlanNetworks = joinedBy('virtio', 'macvtap').filter((name) => inVlans.flatMap(namesOf).includes(name));
  return {
    networks: joinedBy('virtio', 'macvtap'),
    ...(several.length === 0 ? {} : { networkJoins: Object.fromEntries(several) }),
    ...(macvtapNetworks.length === 0 ? {} : { macvtapNetworks }),
    ...(vlanNetworks.length === 0 ? {} : { vlanNetworks }),
    ...(vhostUserNetworks.length === 0 ? {} : { vhostUserNetworks }),
  };
}

const namesOf = (end: DemandInput['attached'][string] | undefined): readonly string[] =>
  end === undefined ? [] : [vlanName(end.resourceId, end.vlan)];

/**
 * A direct CP takes a VF, a direct-physical one a whole PF. Unsaid where it lies: a VDU that cares for NUMA wants its functions
 * near, any other would like to.
 */
function pciDemand(input: DemandInput, cp: VduCp): readonly PciDemand[] {
  if (cp.vnicType !== 'direct' && cp.vnicType !== 'direct-physical') return [];
  const physicalNetwork = input.attached[cp.id]?.resourceId;
  const wishes = cp.interfaceRequirements;
  return [
    {
      cpdId: cp.id,
      kind: cp.vnicType === 'direct' ? 'vf' : 'pf',
      cellPolicy: cp.cellPolicy ?? input.vdu.cellPolicy ?? (input.vdu.memory.numaEnabled ? 'required' : 'preferred'),
      ...defined({ physicalNetwork }),
      ...(wishes['trusted'] === 'true' ? { trusted: true } : {}),
      ...(cp.vnicType === 'direct' && cp.bitrateBps !== undefined
        ? { rateLimited: true, bitrateMbps: Math.ceil(cp.bitrateBps / bitsPerMegabit) }
        : {}),
    },
  ];
}
