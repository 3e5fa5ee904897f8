/**
 * What a VNFC that was placed needs of its host before it can start there again, and what of that is not there.
 */
import type { Host } from '../inventory/model.js';
import type { Vnfc } from './model.js';

interface FreePages {
  readonly cell: number;
  readonly pageSizeKiB: number;
  readonly free: number;
}

/** Each as a phrase; empty: it can start. */
export function missingOnHost(vnfc: Vnfc, host: Host, free: readonly FreePages[]): readonly string[] {
  return [
    ...(host.adminState === 'down' || host.adminState === 'lost'
      ? [`host ${host.id}, which is ${host.adminState}`]
      : []),
    ...(host.facts.pools.some(({ name }) => name === vnfc.pool) ? [] : [`storage pool ${vnfc.pool}`]),
    ...missingNetworks(vnfc, host),
    ...missingFunctions(vnfc, host),
    ...missingPages(vnfc, free),
  ];
}

/** Internal links are made again by the start itself. */
function missingNetworks({ cps }: Vnfc, { facts }: Host): readonly string[] {
  const there = new Set([...facts.networks.map(({ name }) => name), ...Object.keys(facts.vhostUser ?? {})]);
  const external = cps.filter((cp) => cp.extVirtualLinkId !== undefined).map((cp) => cp.network);
  return external.flatMap((network) => (network === undefined || there.has(network) ? [] : [`network ${network}`]));
}

function missingFunctions({ placement }: Vnfc, { facts }: Host): readonly string[] {
  const there = new Map(facts.pciFunctions.map((one) => [one.address, one]));
  return placement.pciFunctions.flatMap(({ address }) => {
    const found = there.get(address);
    if (found === undefined) return [`PCI function ${address}`];
    return found.takenBy === undefined ? [] : [`PCI function ${address}: ${found.takenBy}`];
  });
}

function missingPages({ placement }: Vnfc, free: readonly FreePages[]): readonly string[] {
  const wanted = new Map<string, { readonly cell: number; readonly sizeKiB: number; readonly pages: number }>();
  for (const { hostCell: cell, pages, pageSizeKiB } of placement.cells) {
    const sizeKiB = pageSizeKiB ?? placement.pageSizeKiB;
    if (pages === 0 || sizeKiB === undefined) continue;
    const key = `${String(cell)}/${String(sizeKiB)}`;
    wanted.set(key, { cell, sizeKiB, pages: pages + (wanted.get(key)?.pages ?? 0) });
  }
  return [...wanted.values()].flatMap(({ cell, sizeKiB, pages }) => {
    const left = free.find((each) => each.cell === cell && each.pageSizeKiB === sizeKiB)?.free ?? 0;
    if (left >= pages) return [];
    return [
      `${String(pages)} pages of ${String(sizeKiB)} KiB on cell ${String(cell)}, of which ${String(left)} are free`,
    ];
  });
}
