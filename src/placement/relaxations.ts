/**
 * What could be asked instead: one change to a demand, mild ones first, with the words for it. Amounts come from what
 * the nearest hosts lack, so that a proposal is no smaller than it must be. Whether it fits is for the search to say.
 */
import { pageSizeText } from '../inventory/page-size.js';
import { fixedPageSizeKiB } from './ask.js';
import type { Miss } from './miss.js';
import type { AffinityDemand, PlacementRequest, VnfcDemand } from './model.js';
import type { Dimension, Shortage } from './shortage.js';

/** A change of the question. Two of different dimensions may be tried together. */
export interface Relaxation {
  readonly dimension: string;
  /** Reads after "fits with". */
  readonly text: string;
  readonly apply: (request: PlacementRequest) => PlacementRequest;
}

/** Proposals for the VNFCs of the VDU that was refused. */
export function relaxationsFor(
  request: PlacementRequest,
  subject: VnfcDemand,
  misses: readonly Miss[],
): readonly Relaxation[] {
  const forVdu = (dimension: string, text: string, change: (demand: VnfcDemand) => VnfcDemand): Relaxation => ({
    dimension,
    text,
    apply: (asked) => ({
      ...asked,
      demands: asked.demands.map((one) => (one.vduId === subject.vduId ? change(one) : one)),
    }),
  });
  return [
    ...policies(subject, forVdu),
    ...pageSizes(subject, misses, forVdu),
    ...request.affinity.filter((rule) => !rule.bestEffort && rule.vnfcIds.includes(subject.vnfcId)).map(asBestEffort),
    ...amounts(subject, misses, forVdu),
  ];
}

type ForVdu = (dimension: string, text: string, change: (demand: VnfcDemand) => VnfcDemand) => Relaxation;

function policies(subject: VnfcDemand, forVdu: ForVdu): readonly Relaxation[] {
  const { threadPolicy, emulatorPolicy, pciFunctions, zone, numaStrict, pageSize } = subject;
  const proposals: Relaxation[] = [];
  if (threadPolicy !== 'prefer' && subject.cpuPolicy !== 'shared') {
    proposals.push(forVdu('threads', 'thread policy prefer', (one) => ({ ...one, threadPolicy: 'prefer' })));
  }
  if ((subject.hostCpus ?? subject.emulatorCpus) !== undefined) {
    proposals.push(forVdu('pinning', 'CPUs of Berth’s choice (not those of its pinning rules)', unnamed));
  }
  if (emulatorPolicy === 'isolated') {
    proposals.push(forVdu('emulator', 'emulator threads shared', (one) => ({ ...one, emulatorPolicy: 'shared' })));
  }
  if (pciFunctions.some((one) => one.cellPolicy === 'required')) {
    const change = (one: VnfcDemand): VnfcDemand => ({ ...one, pciFunctions: one.pciFunctions.map(rather) });
    proposals.push(forVdu('nic-cell', 'PCI functions on any cell (cell policy preferred)', change));
  }
  if (numaStrict && pageSize === 'small' && subject.guestCells.length <= 1) {
    const change = (one: VnfcDemand): VnfcDemand => ({ ...one, numaStrict: false, sharedVcpuScope: 'host' });
    proposals.push(forVdu('numa', 'CPUs and memory on any cells (not NUMA strict)', change));
  }
  if (zone !== undefined) {
    proposals.push(forVdu('zone', `a zone other than ${zone}`, ({ zone: _, ...one }) => one));
  }
  return proposals;
}

const unnamed = ({ hostCpus: _, emulatorCpus: __, ...one }: VnfcDemand): VnfcDemand => ({
  ...one,
  emulatorPolicy: one.emulatorPolicy === 'named' ? 'isolated' : one.emulatorPolicy,
});

const rather = (one: VnfcDemand['pciFunctions'][number]) =>
  one.cellPolicy === 'required' ? { ...one, cellPolicy: 'preferred' as const } : one;

/** Other page sizes that hosts have, the larger first, then plain memory. */
function pageSizes(subject: VnfcDemand, misses: readonly Miss[], forVdu: ForVdu): readonly Relaxation[] {
  const fixed = fixedPageSizeKiB(subject);
  if (fixed === undefined) return [];
  const others = new Set(misses.flatMap((miss) => miss.pageSizesKiB).filter((size) => size !== fixed));
  const sizes = [...others].sort((a, b) => b - a);
  return [
    ...sizes.map((size) => forVdu('pages', `pages of ${pageSizeText(size)}`, (one) => ({ ...one, pageSize: size }))),
    forVdu('pages', 'plain memory instead of hugepages', (one) => ({ ...one, pageSize: 'small' })),
  ];
}

function asBestEffort(rule: AffinityDemand): Relaxation {
  const soften = (one: AffinityDemand) => (one.id === rule.id ? { ...one, bestEffort: true } : one);
  return {
    dimension: `rule ${rule.id}`,
    text: `${rule.kind} rule ${rule.id} as best effort`,
    apply: (asked) => ({ ...asked, affinity: asked.affinity.map(soften) }),
  };
}

/** Less of one thing: just as much less as the host that lacks least of it. */
function amounts(subject: VnfcDemand, misses: readonly Miss[], forVdu: ForVdu): readonly Relaxation[] {
  if (subject.guestCells.length > 1) return [];
  const least = (dimension: Dimension): Shortage | undefined =>
    misses
      .flatMap((miss) => miss.shortages)
      .filter((short) => short.dimension === dimension && short.has > 0)
      .sort((a, b) => a.needs - a.has - (b.needs - b.has))[0];
  const fixed = fixedPageSizeKiB(subject);
  const pages = least('pages');
  const memory = least('memory');
  const cpus = subject.hostCpus === undefined ? least('cpus') : undefined;
  const shared = least('shared-vcpus');
  const disk = least('disk');
  const proposals: Relaxation[] = [];
  if (pages !== undefined && fixed !== undefined && Number.isInteger((subject.memoryMiB * 1024) / fixed)) {
    const fewer = pages.needs - pages.has;
    const text = `${fewer} fewer page${fewer === 1 ? '' : 's'} of ${pageSizeText(fixed)}`;
    proposals.push(forVdu('memory', text, (one) => withMemory(one, one.memoryMiB - (fewer * fixed) / 1024)));
  }
  if (memory !== undefined) {
    const less = memory.needs - memory.has;
    proposals.push(forVdu('memory', `${less} MiB less memory`, (one) => withMemory(one, one.memoryMiB - less)));
  }
  if (cpus !== undefined && subject.cpuPolicy === 'dedicated') proposals.push(fewerVcpus(subject, cpus, forVdu));
  if (shared !== undefined && subject.cpuPolicy === 'shared') proposals.push(fewerVcpus(subject, shared, forVdu));
  if (disk !== undefined) {
    const less = disk.needs - disk.has;
    proposals.push(forVdu('disk', `${less} MiB less disk`, (one) => ({ ...one, diskMiB: one.diskMiB - less })));
  }
  return proposals;
}

function withMemory(demand: VnfcDemand, memoryMiB: number): VnfcDemand {
  return { ...demand, memoryMiB, guestCells: [{ vcpus: demand.vcpus, memoryMiB }] };
}

function fewerVcpus(subject: VnfcDemand, short: Shortage, forVdu: ForVdu): Relaxation {
  // Under `require` the shortage counts whole cores, so a core's worth of vCPUs goes with each.
  const perUnit = subject.threadPolicy === 'require' ? Math.ceil(subject.vcpus / Math.max(1, short.needs)) : 1;
  const fewer = Math.min(subject.vcpus - 1, (short.needs - short.has) * perUnit);
  return forVdu('vcpus', `${fewer} fewer vCPU${fewer === 1 ? '' : 's'}`, (one) => {
    const vcpus = one.vcpus - fewer;
    const dedicatedVcpus = Math.max(0, one.dedicatedVcpus - fewer);
    return { ...one, vcpus, dedicatedVcpus, guestCells: [{ vcpus, memoryMiB: one.memoryMiB }] };
  });
}
