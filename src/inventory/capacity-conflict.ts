/**
 * The guard of the claim transaction: do new rows still fit beside those that stand? Unique keys are the database's to
 * refuse; this names them first and checks the sums that no unique key can hold. Pure: the store gives it fresh rows.
 */
import { freeOf, take, type FreeHost } from './free.js';
import type { Claim, Host } from './model.js';
import { pageSizeText } from './page-size.js';

/** A sentence naming what no longer fits, or undefined when every row does. */
export function exceeds(host: Host, existing: readonly Claim[], added: readonly Claim[]): string | undefined {
  const own = added.filter((claim) => claim.hostId === host.id);
  const before = freeOf(host, existing);
  const refusal = keyTaken(before, existing, own) ?? foreignTarget(before, own) ?? shortSum(before, own);
  return refusal === undefined ? undefined : `${host.id}: ${refusal}`;
}

function keyTaken(free: FreeHost, existing: readonly Claim[], own: readonly Claim[]): string | undefined {
  const exclusive = (claim: Claim) => claim.exclusive && claim.hostId === free.host.id;
  const holders = new Map(existing.filter(exclusive).map((claim) => [`${claim.kind} ${claim.key}`, claim.vnfcId]));
  for (const claim of own.filter(exclusive)) {
    const name = `${claim.kind} ${claim.key}`;
    const holder = holders.get(name);
    if (holder !== undefined) return `${name} is already claimed by VNFC ${holder}`;
    holders.set(name, claim.vnfcId);
  }
  return undefined;
}

/** A row for something that the host does not have, or does not give away. */
function foreignTarget(free: FreeHost, own: readonly Claim[]): string | undefined {
  const { shape, host } = free;
  for (const { kind, key, cell } of own) {
    if (cell !== undefined && !shape.cells.some((one) => one.id === cell)) return `there is no cell ${String(cell)}`;
    if (kind === 'cpu' && (shape.cellOfCpu[Number(key)] ?? -1) === -1)
      return `cpu ${key} is reserved, taken by others, or does not exist`;
    if (kind === 'pci' && !shape.groups.some((group) => !group.withheld && group.addresses.includes(key)))
      return `PCI function ${key} does not exist or is given to nobody`;
    if (kind === 'disk') {
      const pool = host.facts.pools.find(({ name }) => name === key);
      if (pool === undefined) return `pool ${key} does not exist`;
      if (pool.unusedBecause !== undefined) return `pool ${key} takes no volumes: ${pool.unusedBecause}`;
    }
    if (kind === 'hugepages' && !shape.pageSizesKiB.includes(Number(key)))
      return `there are no pages of ${pageSizeText(Number(key))}`;
  }
  return undefined;
}

function shortSum(before: FreeHost, own: readonly Claim[]): string | undefined {
  const after = take(before, own);
  return (
    shortCell(before, after) ??
    shortPool(before, after) ??
    shortCard(before, after) ??
    shortNetwork(before, after) ??
    fell(before.sharedVcpus, after.sharedVcpus, 'shared vCPUs') ??
    clashingFunctions(after, own)
  );
}

/** Only what the new rows take is judged: rows that stand already are not refused after the fact. */
const fell = (before: number, after: number, what: string): string | undefined =>
  after < 0 && after < before ? `needs ${String(before - after)} ${what}, has ${String(before)}` : undefined;

function shortCell(before: FreeHost, after: FreeHost): string | undefined {
  for (const [at, cell] of before.cells.entries()) {
    const then = after.cells[at];
    if (then === undefined) continue;
    const pages = cell.pages.map((free, size) =>
      fell(free, then.pages[size] ?? 0, `free pages of ${pageSizeText(before.shape.pageSizesKiB[size] ?? 0)}`),
    );
    const short =
      pages.find((one) => one !== undefined) ??
      fell(cell.memoryMiB, then.memoryMiB, 'MiB of plain memory') ??
      fell(cell.sharedVcpus, then.sharedVcpus, 'shared vCPUs');
    if (short !== undefined) return `cell ${String(cell.id)}: ${short}`;
  }
  return undefined;
}

function shortPool(before: FreeHost, after: FreeHost): string | undefined {
  for (const [at, pool] of before.host.facts.pools.entries()) {
    const short = fell(before.poolsMiB[at] ?? 0, after.poolsMiB[at] ?? 0, 'MiB of disk');
    if (short !== undefined) return `pool ${pool.name}: ${short}`;
  }
  return undefined;
}

function shortNetwork(before: FreeHost, after: FreeHost): string | undefined {
  for (const [at, { name }] of before.host.facts.networks.entries()) {
    const short = fell(before.devices[at] ?? 0, after.devices[at] ?? 0, 'devices');
    if (short !== undefined) return `network ${name}: ${short}`;
  }
  return undefined;
}

function shortCard(before: FreeHost, after: FreeHost): string | undefined {
  for (const [at, card] of before.shape.cards.entries()) {
    const short = fell(before.cardsMbps[at] ?? 0, after.cardsMbps[at] ?? 0, 'Mbit/s');
    if (short !== undefined) return `card ${card.address}: ${short}`;
  }
  return undefined;
}

/** A physical function and one of its virtual functions never have different owners, so never both. */
function clashingFunctions(after: FreeHost, own: readonly Claim[]): string | undefined {
  const used = (group: number) =>
    (after.functions[group]?.length ?? 0) < (after.shape.groups[group]?.addresses.length ?? 0);
  for (const [at, group] of after.shape.groups.entries()) {
    if (group.kind !== 'vf' || group.parent === -1 || !used(at) || !used(group.parent)) continue;
    const addresses = [...group.addresses, ...(after.shape.groups[group.parent]?.addresses ?? [])];
    const added = own.find((claim) => claim.kind === 'pci' && addresses.includes(claim.key));
    if (added !== undefined) return `PCI function ${added.key} shares a card with a physical function that is claimed`;
  }
  return undefined;
}
