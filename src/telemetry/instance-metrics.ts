/**
 * VNF instances and packages, counted by state; and of each instantiated VNF what it is, for other series to be joined
 * with by `vnf_instance_id`.
 */
import type { VnfInstance } from '../lifecycle/model.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import { onboardingStates, vnfStates } from './vocabulary.js';

/** One series each: many more than hosts, which have some sixty. */
export const mostInstances = 10_000;
/** Characters of a name, which clients choose. */
const longestName = 100;

/** `instantiated`: all of them; `idle`: how many are not. */
export function showInstances(to: Instruments, instantiated: readonly VnfInstance[], idle: number): void {
  const byState = Map.groupBy(instantiated, (each) => each.instantiated?.vnfState);
  to.replace(catalogue.instances, [
    { labels: { state: 'NOT_INSTANTIATED' }, value: idle },
    ...vnfStates.map((state) => ({ labels: { state }, value: byState.get(state)?.length ?? 0 })),
  ]);
  to.replace(catalogue.instanceInfo, instantiated.slice(0, mostInstances).flatMap(infoOf));
}

function infoOf(instance: VnfInstance) {
  const { id, vnfInstanceName = '', vnfProductName, vnfSoftwareVersion, vnfdId, instantiated } = instance;
  if (instantiated === undefined) return [];
  const labels = {
    vnf_instance_id: id,
    name: vnfInstanceName.slice(0, longestName).toWellFormed(),
    product_name: vnfProductName,
    software_version: vnfSoftwareVersion,
    vnfd_id: vnfdId,
    flavour: instantiated.flavourId,
    state: instantiated.vnfState,
  };
  return [{ labels, value: 1 }];
}

export function showPackages(to: Instruments, counts: ReadonlyMap<string, number>): void {
  to.replace(
    catalogue.packages,
    onboardingStates.map((state) => ({ labels: { state }, value: counts.get(state) ?? 0 })),
  );
}
