/**
 * Removes volumes for a step: volumes that cannot be removed now are recorded as leftovers, and the step succeeds.
 */
import type { HostId, VnfcId } from '../../shared/ids.js';
import { removeVolumes, type Left } from '../hosts/files/remove-volumes.js';
import type { StepContext } from './handler.js';

export interface OwnedFiles {
  readonly hostId: HostId;
  readonly pool: string;
  readonly names: readonly string[];
  readonly vnfcId: VnfcId;
  readonly bases: readonly string[];
}

export async function removeOrLeave(
  files: OwnedFiles,
  { engine, store, clock }: StepContext,
): Promise<readonly Left[]> {
  const { hostId, pool, names, vnfcId, bases } = files;
  const left = await removeVolumes(engine(hostId), { pool, names, bases });
  if (left.length === 0) return left;
  const nowMs = clock.now();
  await store.keepLeftovers(
    left.map(({ name, reason }) => ({ vnfcId, hostId, pool, name, bases, reason, sinceMs: nowMs })),
  );
  return left;
}
