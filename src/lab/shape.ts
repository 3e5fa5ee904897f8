/**
 * Hardware of a host of the lab: two NUMA cells of cores with siblings, hugepages and one SR-IOV card in each. Addresses
 * and names are derived from the number of the host, so that a frozen host is the same one when it is resumed.
 */
export interface Card {
  readonly cell: number;
  /** Number of the cell's root bus; the card is on the bus behind it. */
  readonly bus: number;
  readonly pciAddress: string;
}

export interface HostShape {
  readonly index: number;
  readonly name: string;
  readonly uuid: string;
  readonly machineId: string;
  /** MAC address of the management interface. */
  readonly outsideMac: string;
  readonly cardMacs: readonly string[];
}

export const cells = 2;
export const coresPerCell = 3;
export const threadsPerCore = 2;
export const memoryMiBPerCell = 2560;
/** Of 2 MiB: one guest of 1 GiB and two small ones. */
export const pagesPerCell = 640;
export const functionsPerCard = 7;
/** By the descriptor of one subnet, and what a machine can carry. */
export const mostHosts = 4;

export const cards: readonly Card[] = [
  { cell: 0, bus: 0x40, pciAddress: '0000:41:00.0' },
  { cell: 1, bus: 0x80, pciAddress: '0000:81:00.0' },
];

/** The wire of a card, where there are so many: all cards of all hosts on one, or those of each number on their own. */
export const wireOf = (card: number, wires: number): number => card % wires;

/** Physical network -> its cards, as an operator names them. */
export function physicalNetworks(wires: number): Readonly<Record<string, readonly string[]>> {
  const networks: Record<string, string[]> = {};
  for (const [card, { pciAddress }] of cards.entries())
    (networks[`physnet${wireOf(card, wires)}`] ??= []).push(pciAddress);
  return networks;
}

const cpusPerCell = coresPerCell * threadsPerCore;

/** The CPUs of a cell, as QEMU and Linux write lists. */
export const cpuRange = (cell: number): string => `${cell * cpusPerCell}-${(cell + 1) * cpusPerCell - 1}`;

/** The first core of each cell is reserved for the host. */
export const sharedCpus: readonly number[] = Array.from({ length: cells }, (_, cell) =>
  Array.from({ length: threadsPerCore }, (_, thread) => cell * cpusPerCell + thread),
).flat();

export function hostShape(index: number): HostShape {
  const hex = index.toString(16).padStart(2, '0');
  return {
    index,
    name: `lab${index}`,
    uuid: `be470000-0000-4000-8000-0000000000${hex}`,
    machineId: `be4700000000400080000000000000${hex}`,
    outsideMac: `52:54:00:be:00:${hex}`,
    cardMacs: cards.map((_, card) => `00:1b:21:be:${hex}:${(card * 0x10).toString(16).padStart(2, '0')}`),
  };
}

export const hostShapes = (count: number): readonly HostShape[] =>
  Array.from({ length: count }, (_, index) => hostShape(index));
