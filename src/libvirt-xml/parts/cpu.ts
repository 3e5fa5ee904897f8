/**
 * The virtual CPUs: model, features, topology, guest NUMA cells.
 *
 * Under KVM the guest sees the host's CPU. Under TCG every model is emulated, and the cheapest is wanted: an AMD
 * model, because Linux isolates its page tables on an old Intel one (Meltdown) and under TCG that made system calls
 * ten times slower and a boot a fifth longer (Nehalem against this choice, QEMU 7.2, Linux 6.1). `qemu64` plus four
 * instruction sets is x86-64-v2, which today's distributions ask for. `max` boots a little slower (five-level paging),
 * Opteron_G4 hung.
 *
 * `check='none'`: placement has matched features with the host's facts; libvirt's own check would come after QEMU
 * has started. Alone it saves no time, see `capabilities.ts`.
 */
import { el, type XmlElement } from '../xml/element.js';
import { cpuList } from '../cpu-list.js';
import type { CpuSpec, DomainSpec } from '../domain-spec.js';
import { hasGuestCells } from './guest-cells.js';
import type { Contribution } from './part.js';

const emulated = { model: 'qemu64', features: ['ssse3', 'sse4.1', 'sse4.2', 'popcnt'] };

export function cpu(spec: DomainSpec): Contribution {
  return {
    top: [
      el('vcpu', { placement: 'static' }, spec.cpu.vcpus),
      el(
        'cpu',
        mode(spec),
        model(spec),
        topology(spec.cpu),
        ...features(spec),
        hasGuestCells(spec) ? numa(spec.cpu) : undefined,
      ),
    ],
  };
}

const passthrough = (spec: DomainSpec): boolean => spec.cpu.model === undefined && spec.acceleration === 'kvm';

const mode = (spec: DomainSpec) =>
  passthrough(spec)
    ? { mode: 'host-passthrough', check: 'none', migratable: 'on' }
    : { mode: 'custom', match: 'exact', check: 'none' };

const model = (spec: DomainSpec): XmlElement | undefined =>
  passthrough(spec) ? undefined : el('model', { fallback: 'forbid' }, spec.cpu.model ?? emulated.model);

function features(spec: DomainSpec): readonly XmlElement[] {
  const own = spec.cpu.model === undefined && spec.acceleration === 'tcg' ? emulated.features : [];
  return [...new Set([...own, ...spec.cpu.features])].map((name) => el('feature', { policy: 'require', name }));
}

/**
 * Sockets are cut so that none reaches over two guest cells: a socket across cells makes Linux give up its scheduling
 * domains. Threads that do not divide the sockets are shown as cores.
 */
function topology(spec: CpuSpec): XmlElement {
  const socket = spec.cells.length > 1 ? spec.cells.map((cell) => cell.vcpus.length).reduce(gcd) : spec.vcpus;
  const threads = socket % spec.threads === 0 ? spec.threads : 1;
  return el('topology', { sockets: spec.vcpus / socket, dies: 1, cores: socket / threads, threads });
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

const numa = (spec: CpuSpec): XmlElement =>
  el(
    'numa',
    {},
    ...spec.cells.map((cell, id) => el('cell', { id, cpus: cpuList(cell.vcpus), memory: cell.memoryMiB, unit: 'MiB' })),
  );
