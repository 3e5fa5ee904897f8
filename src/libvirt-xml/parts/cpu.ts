/**
 * The virtual CPUs: model, features, topology, guest NUMA cells.
 *
 * Where the VDU names no model the hypervisor has its own (`hypervisors/`), or the guest sees the host's CPU.
 *
 * `check='none'`: placement has matched features with the host's facts; libvirt's own check would come after QEMU
 * has started. Alone it saves no time, see `capabilities.ts`.
 */
import { el, type XmlElement } from '../xml/element.js';
import { cpuList } from '../cpu-list.js';
import type { CpuSpec, DomainSpec } from '../domain-spec.js';
import { hypervisors } from '../hypervisors/list.js';
import { hasGuestCells } from './guest-cells.js';
import type { Contribution } from './part.js';

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

/** Undefined: that of the host. */
const modelOf = (spec: DomainSpec): string | undefined =>
  spec.cpu.model ?? hypervisors[spec.acceleration].defaultCpu?.model;

const mode = (spec: DomainSpec) =>
  modelOf(spec) === undefined
    ? { mode: 'host-passthrough', check: 'none', migratable: 'on' }
    : { mode: 'custom', match: 'exact', check: 'none' };

function model(spec: DomainSpec): XmlElement | undefined {
  const name = modelOf(spec);
  return name === undefined ? undefined : el('model', { fallback: 'forbid' }, name);
}

function features(spec: DomainSpec): readonly XmlElement[] {
  const own = spec.cpu.model === undefined ? (hypervisors[spec.acceleration].defaultCpu?.features ?? []) : [];
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
