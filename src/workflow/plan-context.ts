/**
 * What a plan for an instance that there is is made from: the instance and what its package holds.
 */
import type { PlanContext } from '../lifecycle/draft.js';
import type { VnfInstance } from '../lifecycle/model.js';
import type { IdSource } from '../shared/clock.js';
import type { PackageRecords, VnfPkgRecord } from '../store/packages.js';

export async function planContextOf(
  store: Pick<PackageRecords, 'package'>,
  instance: VnfInstance,
  ids: IdSource,
): Promise<PlanContext> {
  const record = await store.package(instance.vnfPkgId);
  if (record === undefined) throw new Error(`the package of instance ${instance.id} is gone`);
  return planContextFrom(instance, record, ids);
}

export function planContextFrom(instance: VnfInstance, { id, contents }: VnfPkgRecord, ids: IdSource): PlanContext {
  if (contents === undefined) throw new Error(`package ${id} of instance ${instance.id} is not onboarded`);
  return { instance, vnfd: contents.vnfd, images: contents.softwareImages, ids };
}
