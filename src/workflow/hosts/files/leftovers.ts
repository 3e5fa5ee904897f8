/**
 * Retries the removal of files that ended operations left behind, when their host is reachable.
 */
import type { Engine } from '../../../engine/engine.js';
import type { Engines } from '../../../engine/engines.js';
import type { Leftover } from '../../../lifecycle/leftover.js';
import type { Log } from '../../../shared/log.js';
import type { ClaimRecords } from '../../../store/claims.js';
import { removeVolumes } from './remove-volumes.js';
import { causeOf } from '../../step-problem.js';

/** Read at a time. */
const pageSize = 200;

export type LeftoverRecords = Pick<ClaimRecords, 'leftovers' | 'leftoversOn' | 'settleLeftovers'>;

/**
 * One round over all leftovers, host by host: an unreachable host or a failing removal does not delay the other hosts. A
 * host that fails is tried again in the next round.
 */
export async function retryLeftovers(engines: Engines, store: LeftoverRecords, log: Log): Promise<void> {
  if ((await store.leftovers(1)).length === 0) return;
  const connected = engines.all().filter((engine) => engine.isConnected());
  await Promise.all(connected.map((engine) => retryOn(engine, store, log)));
}

async function retryOn(engine: Engine, store: LeftoverRecords, log: Log): Promise<void> {
  for (let after: Leftover | undefined; ;) {
    const page: readonly Leftover[] = await store.leftoversOn(engine.hostId, {
      limit: pageSize,
      ...(after !== undefined && { after }),
    });
    const places = Map.groupBy(page, ({ vnfcId, pool }) => `${vnfcId}/${pool}`);
    for (const group of places.values()) await retryGroup(engine, group, store, log);
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
}

async function retryGroup(engine: Engine, group: readonly Leftover[], store: LeftoverRecords, log: Log): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const { hostId, vnfcId, pool } = first;
  try {
    const names = group.map(({ name }) => name);
    const bases = [...new Set(group.flatMap((one) => one.bases))];
    const still = new Set((await removeVolumes(engine, { pool, names, bases })).map(({ name }) => name));
    const gone = group.filter(({ name }) => !still.has(name));
    await store.settleLeftovers(gone);
    if (gone.length > 0)
      log.info({ hostId, pool, vnfcId, volumes: gone.map(({ name }) => name) }, 'removed what a VNFC had to leave');
  } catch (error) {
    log.warn({ hostId, pool, vnfcId, cause: causeOf(error) }, 'removing what a VNFC left failed; it is tried again');
  }
}
