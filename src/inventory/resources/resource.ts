/**
 * What a resource is: one object that knows what a VNFC takes of it, what is left of it, when new rows do not fit and how
 * it is called. `table.ts` lists all of them; docs/changing/new-resource.md says how another one comes in.
 */
import type { FreeCell, FreeRoom } from '../free.js';
import type { Claim, ResourceKind } from '../model.js';
import type { HeldBerth, HeldDemand } from './held.js';

/** A claim of one resource before it has an owner. */
export type Row = Pick<Claim, 'key' | 'amount' | 'cell'>;

type Draft<T> = { -readonly [K in keyof T]: T[K] };
export type CellDraft = Draft<FreeCell>;
export type HostDraft = Omit<Draft<FreeRoom>, 'cells'> & { readonly cells: readonly CellDraft[] };

/** -1: taken, 1: given back. */
export type Sign = 1 | -1;

export interface Resource {
  /** Each key has one holder, on its host or in the fleet. */
  readonly isExclusive: boolean;
  /** The rows that a placed VNFC claims. */
  readonly rows: (berth: HeldBerth, demand: HeldDemand) => readonly Row[];
  /** Changes the picture of the host by a row. */
  readonly apply: (draft: HostDraft, claim: Row, sign: Sign) => void;
  /** Why the host does not give what a row names: it does not have it, or gives it to nobody. */
  readonly refusal: (free: FreeRoom, claim: Claim) => string | undefined;
  /** What the new rows overdraw. Rows that stand already are not refused after the fact. */
  readonly overdrawn: (before: FreeRoom, after: FreeRoom, added: readonly Claim[]) => string | undefined;
  /**
   * What is left of it on this host, as text: verdicts are shared by hosts of one shape that have the same text of every
   * resource. `cpusMatter`: CPUs are asked for by number. What the shape tells, such as the names of its cells, is left out.
   */
  readonly leftText: (free: FreeRoom, cpusMatter: boolean) => string;
  /** Stays claimed while something of the VNFC is left on its host. */
  readonly staysWithLeftovers: boolean;
  /**
   * What the guard of a commit must know of the rows that stand: their sum for each cell and key, any one of them for each
   * key, those of the keys that the new rows have, or each row once there are new ones of the kind.
   */
  readonly guardedBy: 'sum' | 'one' | 'same-keys' | 'each';
  /** How much there is follows from the operator's configuration, not from the host alone. */
  readonly isByPolicy: boolean;
}

/** A resource that a host may be short of. */
export interface HostResource extends Resource {
  readonly kind: ResourceKind;
  readonly words: Words;
  /** Whether a claim is one on the cell of this number; true where cells do not matter. */
  readonly isOfCell: (claim: Claim, cell: number, free: FreeRoom) => boolean;
  /** Whether an explanation says that there is enough of it: for what guests are made for. */
  readonly isToldOf: (wish: Wish) => boolean;
  /** Whether what is claimed would have served this wish. */
  readonly wouldServe: (claim: Claim, wish: Wish, free: FreeRoom) => boolean;
}

export interface Words {
  /** Reads before `ok`: what is not short. */
  readonly name: string;
  /** What runs out, in answers about capacity. */
  readonly limit: string;
  /** The constraint that refuses a host which is short of it. */
  readonly constraint: string;
}

/** What is asked for, as explanations see it. */
export interface Wish {
  readonly demand: HeldDemand;
  readonly guestCells: readonly WishedCell[];
}

export interface WishedCell {
  readonly dedicated: number;
  readonly shared: number;
  readonly pageSizeKiB: number | undefined;
}

/** Of most resources. */
export const usual = {
  isExclusive: false,
  guardedBy: 'sum',
  staysWithLeftovers: false,
  isByPolicy: false,
  refusal: () => undefined,
  isOfCell: (claim: Claim, cell: number) => claim.cell === cell,
  isToldOf: () => false,
  wouldServe: () => true,
} as const satisfies Partial<HostResource>;

/** `needs 100 MiB of disk, has 20`; undefined when there is enough, or nothing more is taken. */
export const fell = (before: number, after: number, what: string): string | undefined =>
  after < 0 && after < before ? `needs ${String(before - after)} ${what}, has ${String(before)}` : undefined;

/** The first cell in which something is overdrawn, named. */
export function inCells(
  before: FreeRoom,
  after: FreeRoom,
  short: (before: FreeCell, after: FreeCell) => string | undefined,
): string | undefined {
  for (const [at, cell] of before.cells.entries()) {
    const then = after.cells[at];
    const text = then === undefined ? undefined : short(cell, then);
    if (text !== undefined) return `cell ${String(cell.id)}: ${text}`;
  }
  return undefined;
}

export const cellOf = ({ cells }: HostDraft, { cell }: Row): CellDraft | undefined =>
  cell === undefined ? undefined : cells.find((one) => one.id === cell);

export const added = (amounts: readonly number[], index: number, change: number): readonly number[] =>
  amounts.map((amount, at) => (at === index ? amount + change : amount));

/** Adds up rows of the same cell and key. */
export function merged(rows: readonly Row[]): readonly Row[] {
  const sums: Row[] = [];
  for (const one of rows) {
    const at = sums.findIndex((sum) => sum.cell === one.cell && sum.key === one.key);
    const known = sums[at];
    if (known === undefined) sums.push(one);
    else sums[at] = { ...known, amount: known.amount + one.amount };
  }
  return sums;
}

export const row = (key: string, amount: number, cell?: number): Row => ({
  key,
  amount,
  ...(cell === undefined ? {} : { cell }),
});
