/**
 * The facts of a simulated host, in the form of a real one's and marked as simulated wherever a kind is told.
 */
import { createHash } from 'node:crypto';
import type { HostTuning } from '../../inventory/host-audit/tuning.js';
import type { HostFacts, StoragePool } from '../../inventory/model.js';
import { MiB } from '../../shared/units.js';
import { withForeign } from './foreign.js';
import type { SimulatedPool } from './host-spec.js';
import type { SimulatedHost } from './host-state.js';
import { hostNetworks } from './networks.js';
import { usedBytes } from './volumes.js';

const cpuModel = 'Skylake-Server';

/** What all simulated hosts say; one object, however many they are. */
const common = {
  architecture: 'x86_64',
  cpuModel,
  cpuVendor: 'simulated',
  cpuFeatures: ['aes', 'avx', 'avx2', 'pdpe1gb', 'rdrand', 'sse4.2'],
  hypervisor: { name: 'simulated', version: '1.0.0', libvirtVersion: '0.0.0', type: 'simulated' },
  acceleration: {
    kind: 'simulated',
    technology: 'none',
    reason: 'The host is simulated: no guest code runs on it.',
    overridden: false,
    probeKey: 'simulated',
    probedAtMs: 0,
  },
  machines: ['q35'],
  capabilities: [
    `cpu-model=${cpuModel}`,
    'cpu-model=Nehalem',
    'disk.bus=virtio',
    'disk.bus=sata',
    'rng.model=virtio',
    'hostdev.subsysType=pci',
  ],
} as const satisfies Partial<HostFacts>;

export function factsOf(host: SimulatedHost): HostFacts {
  const { id, pools, cpu, vhostUser, capabilities = [] } = host.spec;
  return {
    ...common,
    capabilities: [...common.capabilities, ...capabilities],
    ...(vhostUser && { vhostUser }),
    ...(cpu && { cpuModel: cpu.model, cpuFeatures: cpu.features }),
    hostname: id,
    uuid: uuidOf(id),
    ...withForeign(host),
    pools: pools.map((pool) => poolFacts(host, pool)),
    networks: hostNetworks(host),
  };
}

/** A simulated host has no kernel whose settings could be read. */
export const tuningOf = (_host: SimulatedHost): HostTuning => ({});

const poolFacts = (host: SimulatedHost, pool: SimulatedPool): StoragePool => ({
  ...pool,
  availableMiB: pool.capacityMiB - Math.ceil(usedBytes(host, pool.name) / MiB),
});

/** The same host has the same UUID in every run (RFC 9562 version 8). */
function uuidOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
