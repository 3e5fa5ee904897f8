/**
 * The planned domain of a VNFC, rendered from its placement, to compare readings of its host with.
 */
import { flavourOf, type BindContext } from '../../../lifecycle/draft.js';
import type { VnfInstance, Vnfc } from '../../../lifecycle/model.js';
import type { IdSource } from '../../../shared/clock.js';
import type { InstallationId } from '../../../shared/ids.js';
import type { PackageRecords } from '../../../store/packages.js';
import type { Fleet } from '../fleet.js';
import { writtenAgain } from '../../render.js';

export interface PlannedDomainPorts {
  readonly store: Pick<PackageRecords, 'package'>;
  readonly fleet: Pick<Fleet, 'host'>;
  readonly ids: IdSource;
  readonly installation: () => InstallationId;
}

/** As XML; undefined when its package or the facts of its host are not there. */
export async function plannedDomain(
  { store, fleet, ids, installation }: PlannedDomainPorts,
  instance: VnfInstance,
  vnfc: Vnfc,
): Promise<string | undefined> {
  const contents = (await store.package(instance.vnfPkgId))?.contents;
  const now = instance.instantiated;
  if (contents === undefined || now === undefined) return undefined;
  const { vnfd, softwareImages: images } = contents;
  const context: BindContext = { instance, vnfd, images, ids, installation: installation() };
  const { inputs, extVirtualLinks } = now;
  const filling = { flavour: flavourOf(context, now), inputs, extVirtualLinks };
  return writtenAgain(context, filling, vnfc, fleet.host(vnfc.hostId));
}
