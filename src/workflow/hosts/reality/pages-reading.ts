/**
 * What the pools of hugepages of a host are judged by: their counts, and the VNFCs that surely have all of their pages.
 */
import type { DomainWhereabouts } from '../../../engine/engine.js';
import type { HostId, VnfcId } from '../../../shared/ids.js';
import type { DomainView, FleetView } from '../fleet-view.js';
import type { PagesReading, PlannedPages } from './moved-pages.js';

/**
 * Undefined: nothing is to be judged. The host tells itself where memory lies, or a domain may be about to take or to give
 * back its pages. `planned`: of the VNFCs that run now.
 */
export function pagesReading(
  fleet: Pick<FleetView, 'host' | 'domain' | 'freePages'>,
  hostId: HostId,
  planned: ReadonlyMap<VnfcId, readonly PlannedPages[]>,
  now: ReadonlyMap<VnfcId, DomainWhereabouts>,
): PagesReading | undefined {
  const free = fleet.freePages(hostId);
  const facts = fleet.host(hostId)?.facts;
  const holders = new Map([...planned].filter(([, pages]) => pages.length > 0));
  const isTold = [...holders.keys()].some((id) => now.get(id)?.memory !== undefined);
  if (free === undefined || facts === undefined || isTold) return undefined;
  if (![...holders.keys()].every((id) => hasItsPages(fleet.domain({ id, hostId })))) return undefined;
  return {
    holders,
    pools: facts.cells.flatMap(({ id: cell, hugepages }) =>
      hugepages.flatMap(({ pageSizeKiB, total }) => {
        const now = free.find((each) => each.cell === cell && each.pageSizeKiB === pageSizeKiB);
        return now === undefined ? [] : [{ cell, pageSizeKiB, total, free: now.free }];
      }),
    ),
  };
}

/** libvirt's reasons for a pause in which a domain does not have them yet, or not any more. */
const onTheWay: readonly string[] = ['starting-up', 'migration', 'shutting-down', 'post-copy', 'post-copy-failed'];

const hasItsPages = (view: DomainView | undefined): boolean =>
  view?.state === 'running' ||
  view?.state === 'blocked' ||
  (view?.state === 'paused' && !onTheWay.includes(view.reason));
