/**
 * VNFCs as metrics: the hypervisor's counters under the names that the VNF model knows them by. Domains that are not
 * Berth's are left out.
 */
import type { BlockStats, DomainStats, VcpuStats } from '../engine/engine.js';
import type { VnfcCp } from '../lifecycle/model.js';
import { isWanted } from '../lifecycle/vnf-state.js';
import type { VnfcId } from '../shared/ids.js';
import {
  answers,
  type DomainView,
  type FleetView,
  type GuestInterface,
  type InterfaceCounts,
} from '../workflow/hosts/fleet-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import type { KnownVnfc } from './known-vnfcs.js';
import type { Steps } from './steps.js';

interface Measured {
  readonly known: KnownVnfc;
  readonly stats: DomainStats;
}

interface Seen {
  readonly known: KnownVnfc;
  readonly view: DomainView | undefined;
}

export function* showVnfcs(to: Instruments, known: ReadonlyMap<VnfcId, KnownVnfc>, fleet: FleetView): Steps {
  const measured = measuredOf(known, fleet);
  yield* showStates(to, [...known.values()], fleet);
  yield* showCompute(to, measured);
  yield* showDisks(to, measured);
  yield* showInterfaces(to, measured, passedThrough(known, fleet, measured));
}

/** A host may have a domain that is another's by now. */
const measuredOf = (known: ReadonlyMap<VnfcId, KnownVnfc>, fleet: Pick<FleetView, 'stats'>): readonly Measured[] =>
  fleet.stats().flatMap(({ hostId, stats }) =>
    stats.flatMap((each) => {
      const one = known.get(each.uuid);
      return one?.vnfc.hostId === hostId ? [{ known: one, stats: each }] : [];
    }),
  );

/** Of a host out of reach nothing is known, and a value would be a guess. */
function* showStates(to: Instruments, known: readonly KnownVnfc[], fleet: FleetView): Steps {
  const seen = known
    .filter(({ vnfc }) => fleet.isSeen(vnfc.hostId))
    .map((each): Seen => ({ known: each, view: fleet.domain(each.vnfc) }));
  to.fill(catalogue.vnfcWaiting, (put) => {
    for (const { labels, vnfc } of known) if (fleet.waitsFor(vnfc.id) !== undefined) put(labels, 1);
  });
  to.fill(catalogue.vnfcDifferences, (put) => {
    for (const { labels, vnfc } of known) put(labels, fleet.drift(vnfc.id).length);
  });
  to.fill(catalogue.vnfcWanted, (put) => {
    for (const { labels, vnfc } of known) put(labels, isWanted(vnfc) ? 1 : 0);
  });
  yield;
  for (const [spec, isOn] of flags) {
    to.fill(spec, (put) => {
      for (const { known: one, view } of seen) {
        const is = isOn(view);
        if (is !== undefined) put(one.labels, is ? 1 : 0);
      }
    });
  }
  yield;
}

/** Undefined: it is not known. */
const flags = [
  [catalogue.vnfcUp, (view) => (view?.state === 'unknown' ? undefined : view?.state === 'running')],
  [catalogue.vnfcAnswers, answers],
  [catalogue.vnfcAgent, (view) => view?.agentConnected],
  [catalogue.vnfcHealthy, (view) => view?.guestStatus?.healthy],
] as const satisfies readonly (readonly [unknown, (view: DomainView | undefined) => boolean | undefined])[];

// No sample of what the hypervisor does not tell: a counter that shows 0 meanwhile would look like one begun again.

const ofDomains = [
  [catalogue.vnfcCpu, (stats) => stats.cpuTimeSeconds],
  [catalogue.vnfcMemory, (stats) => stats.memoryBytes],
  [catalogue.vnfcResident, (stats) => stats.memoryRssBytes],
] as const satisfies readonly (readonly [unknown, (stats: DomainStats) => number | undefined])[];

const ofVcpus = [
  [catalogue.vnfcVcpu, (vcpu) => vcpu.timeSeconds],
  [catalogue.vnfcVcpuWait, (vcpu) => vcpu.waitSeconds],
  [catalogue.vnfcVcpuDelay, (vcpu) => vcpu.delaySeconds],
] as const satisfies readonly (readonly [unknown, (vcpu: VcpuStats) => number | undefined])[];

function* showCompute(to: Instruments, measured: readonly Measured[]): Steps {
  for (const [spec, valueOf] of ofDomains) {
    to.fill(spec, (put) => {
      for (const { known, stats } of measured) {
        const value = valueOf(stats);
        if (value !== undefined) put(known.labels, value);
      }
    });
    yield;
  }
  for (const [spec, valueOf] of ofVcpus) {
    to.fill(spec, (put) => {
      for (const { known, stats } of measured)
        for (const vcpu of stats.vcpus) {
          const value = valueOf(vcpu);
          if (value !== undefined) put(known.ofVcpu(vcpu.index), value);
        }
    });
    yield;
  }
}

const ofDisks = [
  [catalogue.diskReadBytes, (block) => block.readBytes],
  [catalogue.diskReads, (block) => block.readRequests],
  [catalogue.diskWrittenBytes, (block) => block.writeBytes],
  [catalogue.diskWrites, (block) => block.writeRequests],
  [catalogue.diskCapacity, (block) => block.capacityBytes],
  [catalogue.diskAllocation, (block) => block.allocationBytes],
] as const satisfies readonly (readonly [unknown, (block: BlockStats) => number | undefined])[];

function* showDisks(to: Instruments, measured: readonly Measured[]): Steps {
  for (const [spec, valueOf] of ofDisks) {
    to.fill(spec, (put) => {
      for (const { known, stats } of measured)
        for (const block of stats.blocks) {
          const value = valueOf(block);
          if (value !== undefined) put(known.ofDisk(block.target), value);
        }
    });
    yield;
  }
}

const ofCards = [
  [catalogue.receivedBytes, (card) => card.rxBytes],
  [catalogue.receivedPackets, (card) => card.rxPackets],
  [catalogue.receiveErrors, (card) => card.rxErrors],
  [catalogue.receiveDrops, (card) => card.rxDropped],
  [catalogue.sentBytes, (card) => card.txBytes],
  [catalogue.sentPackets, (card) => card.txPackets],
  [catalogue.sendErrors, (card) => card.txErrors],
  [catalogue.sendDrops, (card) => card.txDropped],
] as const satisfies readonly (readonly [unknown, (card: InterfaceCounts) => number | undefined])[];

interface PassedThrough {
  readonly known: KnownVnfc;
  readonly cp: VnfcCp;
  readonly counts: GuestInterface;
}

/** Of PCI functions only the guest counts what passes; should a hypervisor count one all the same, its word goes. */
function passedThrough(
  known: ReadonlyMap<VnfcId, KnownVnfc>,
  fleet: Pick<FleetView, 'domain'>,
  measured: readonly Measured[],
): readonly PassedThrough[] {
  const counted = new Map(measured.map(({ known: one, stats }) => [one, stats.interfaces]));
  return [...known.values()].flatMap((one) => {
    const cps = one.vnfc.cps.filter(({ network }) => network === undefined);
    if (cps.length === 0) return [];
    const said = fleet.domain(one.vnfc)?.guestStatus?.interfaces ?? [];
    return cps.flatMap((cp) => {
      const counts = said.find(({ mac }) => mac === cp.mac.toLowerCase());
      const isCounted = counted.get(one)?.some(({ mac }) => mac === cp.mac);
      return counts === undefined || isCounted === true ? [] : [{ known: one, cp, counts }];
    });
  });
}

function* showInterfaces(to: Instruments, measured: readonly Measured[], functions: readonly PassedThrough[]): Steps {
  for (const [spec, valueOf] of ofCards) {
    to.fill(spec, (put) => {
      for (const { known, stats } of measured)
        for (const [at, card] of stats.interfaces.entries()) {
          const value = valueOf(card);
          if (value !== undefined) put(known.ofCard(card, at), value);
        }
      for (const { known, cp, counts } of functions) {
        const value = valueOf(counts);
        if (value !== undefined) put(known.ofFunction(cp), value);
      }
    });
    yield;
  }
}
