/**
 * Counters of simulated domains: a function of the clock alone, plus what a test's hand adds. A guest is as busy as
 * every other: a tenth of its CPUs, a hundred packets per second on each card.
 */
import type { BlockStats, DomainStats, InterfaceStats, VcpuStats } from '../engine.js';
import type { RunningDomain, SimulatedDomain, SimulatedHost } from './host-state.js';

const cpuShare = 0.1;
/** Of its CPU time: a vCPU on a CPU of its own hardly waits. */
const waitShare = 0.001;
const packetsPerSecond = 100;
const bytesPerPacket = 512;
const blockRequestsPerSecond = 2;
const bytesPerRequest = 4096;

export function statsOf(host: SimulatedHost, domain: SimulatedDomain): DomainStats {
  const { running } = domain;
  const { uuid, name } = domain.demand;
  if (!running) return { ...nothing, uuid, name };
  const seconds = secondsOf(host, running);
  const memoryBytes = running.demand.cells.reduce((sum, cell) => sum + cell.memoryKiB, 0) * 1024;
  return {
    uuid,
    name,
    state: 'running',
    cpuTimeSeconds: seconds * cpuShare * running.demand.vcpus,
    vcpus: Array.from({ length: running.demand.vcpus }, (_, index) => vcpuStats(index, seconds * cpuShare)),
    memoryBytes,
    ...(running.isHeld === true ? {} : { memoryRssBytes: memoryBytes }),
    interfaces: interfaceStats(host, running),
    blocks: running.demand.disks.map((disk) => blockStats(host, running, disk, seconds)),
  };
}

const vcpuStats = (index: number, timeSeconds: number): VcpuStats => ({
  index,
  timeSeconds,
  waitSeconds: timeSeconds * waitShare,
  delaySeconds: timeSeconds * waitShare,
});

export function interfaceStats(host: SimulatedHost, running: RunningDomain): readonly InterfaceStats[] {
  const packets = Math.floor(secondsOf(host, running) * packetsPerSecond);
  return running.demand.cards.map(({ mac }, index) => {
    const added = running.traffic[mac];
    return {
      device: running.taps[index] ?? '',
      mac,
      rxBytes: packets * bytesPerPacket + (added?.rxBytes ?? 0),
      rxPackets: packets + (added?.rxPackets ?? 0),
      rxErrors: 0,
      rxDropped: 0,
      txBytes: packets * bytesPerPacket + (added?.txBytes ?? 0),
      txPackets: packets + (added?.txPackets ?? 0),
      txErrors: 0,
      txDropped: 0,
    };
  });
}

const secondsOf = ({ clock }: SimulatedHost, { startedAtMs }: RunningDomain): number =>
  Math.max(0, clock.timeMs() - startedAtMs) / 1000;

function blockStats(
  host: SimulatedHost,
  running: RunningDomain,
  disk: RunningDomain['demand']['disks'][number],
  seconds: number,
): BlockStats {
  if (running.isHeld === true) return { target: disk.target };
  const requests = Math.floor(seconds * blockRequestsPerSecond);
  const volume = host.state.volumes.get(disk.path);
  const writes = disk.readOnly ? 0 : requests;
  return {
    target: disk.target,
    readBytes: requests * bytesPerRequest,
    readRequests: requests,
    writeBytes: writes * bytesPerRequest,
    writeRequests: writes,
    ...(volume && { allocationBytes: volume.allocationBytes, capacityBytes: volume.capacityBytes }),
  };
}

/** Nothing is counted for a domain that does not run. */
const nothing = { state: 'shutoff', vcpus: [], interfaces: [], blocks: [] } as const;
