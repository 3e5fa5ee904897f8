/**
 * What could be asked instead: changes to a demand, the smallest first, with the words for them. Amounts come from what
 * the nearest hosts lack, so that a proposal is no larger than it must be. Whether it fits is for the search to say.
 */
import { pageSizeText } from '../../inventory/page-size.js';
import { amounts } from './amounts.js';
import { fixedPageSizeKiB } from '../question/ask.js';
import type { Miss } from './miss.js';
import type { AffinityDemand, PlacementRequest, VnfcDemand } from '../model.js';
import { forVdu, type Relaxation } from './relaxation.js';

/** Proposals for the VNFCs of the VDU that was refused, the smallest first. */
export function relaxationsFor(
  request: PlacementRequest,
  subject: VnfcDemand,
  misses: readonly Miss[],
): readonly Relaxation[] {
  const all = [
    ...policies(subject),
    ...request.affinity.filter((rule) => !rule.bestEffort && rule.vnfcIds.includes(subject.vnfcId)).map(asBestEffort),
    ...pageSizes(subject, misses),
    ...amounts(subject, misses),
  ];
  return all.sort((a, b) => a.size - b.size);
}

/**
 * What giving up a wish is taken to weigh against giving up a share of the vCPUs, memory or disk: where threads run costs
 * little, what a guest was made for costs more.
 */
const sizes = {
  threads: 0.05,
  emulator: 0.05,
  pinning: 0.05,
  zone: 0.1,
  nicCell: 0.1,
  pageSize: 0.1,
  rule: 0.15,
  numa: 0.2,
  plainMemory: 0.5,
} as const;

function policies(subject: VnfcDemand): readonly Relaxation[] {
  const { threadPolicy, emulatorPolicy, pciFunctions, zone, numaStrict, pageSize } = subject;
  const proposals: Relaxation[] = [];
  const propose = (
    dimension: string,
    size: number,
    text: string,
    change: (demand: VnfcDemand) => VnfcDemand,
  ): unknown => proposals.push(forVdu(subject, { dimension, size, text, place: 'untold' }, change));
  if (threadPolicy !== 'prefer' && subject.cpuPolicy !== 'shared') {
    propose('threads', sizes.threads, 'thread policy prefer', (one) => ({ ...one, threadPolicy: 'prefer' }));
  }
  if ((subject.hostCpus ?? subject.emulatorCpus) !== undefined) {
    propose('pinning', sizes.pinning, 'CPUs of Berth’s choice (not those of its pinning rules)', unnamed);
  }
  if (emulatorPolicy === 'isolated') {
    propose('emulator', sizes.emulator, 'emulator threads shared', (one) => ({ ...one, emulatorPolicy: 'shared' }));
  }
  if (pciFunctions.some((one) => one.cellPolicy === 'required')) {
    const text = 'PCI functions on any cell (cell policy preferred)';
    propose('nic-cell', sizes.nicCell, text, (one) => ({ ...one, pciFunctions: one.pciFunctions.map(rather) }));
  }
  if (numaStrict && pageSize === 'small' && subject.guestCells.length <= 1) {
    const text = 'CPUs and memory on any cells (not NUMA strict)';
    propose('numa', sizes.numa, text, (one) => ({ ...one, numaStrict: false, sharedVcpuScope: 'host' }));
  }
  if (zone !== undefined) {
    propose('zone', sizes.zone, `a zone other than ${zone}`, ({ zone: _, ...one }) => one);
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
function pageSizes(subject: VnfcDemand, misses: readonly Miss[]): readonly Relaxation[] {
  const fixed = fixedPageSizeKiB(subject);
  const isSplit = subject.guestCells.some((cell) => cell.pageSizeKiB !== undefined);
  if (fixed === undefined && !isSplit) return [];
  const others = new Set(misses.flatMap((miss) => miss.free.shape.pageSizesKiB).filter((size) => size !== fixed));
  const propose = (size: number, text: string, pageSize: VnfcDemand['pageSize']) =>
    forVdu(subject, { dimension: 'pages', size, text, place: 'untold' }, (one) => ({
      ...one,
      pageSize,
      guestCells: one.guestCells.map(({ vcpus, memoryMiB }) => ({ vcpus, memoryMiB })),
    }));
  return [
    ...[...others].sort((a, b) => b - a).map((kib) => propose(sizes.pageSize, `pages of ${pageSizeText(kib)}`, kib)),
    propose(sizes.plainMemory, 'plain memory instead of hugepages', 'small'),
  ];
}

function asBestEffort(rule: AffinityDemand): Relaxation {
  const soften = (one: AffinityDemand) => (one.id === rule.id ? { ...one, bestEffort: true } : one);
  return {
    dimension: `rule ${rule.id}`,
    text: `${rule.kind} rule ${rule.id} as best effort`,
    size: sizes.rule,
    place: 'untold',
    apply: (asked) => ({ ...asked, affinity: asked.affinity.map(soften) }),
  };
}
