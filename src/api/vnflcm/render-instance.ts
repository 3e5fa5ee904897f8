/**
 * A VNF instance as VnfInstance (SOL003 clause 5.5.2.2): what is stored, and in `metadata` of each VNFC where it stands
 * and how it was last seen.
 */
import type { Static } from 'typebox';
import type { ScalingAspect } from '../../vnfd/model.js';
import type { InternalLink } from '../../lifecycle/internal-link.js';
import {
  lcmOperations,
  type InstantiatedVnf,
  type VnfInstance,
  type Vnfc,
  type VnfcCp,
  type VnfcVolume,
} from '../../lifecycle/model.js';
import { operationOf } from '../../lifecycle/operations/table.js';
import { computeResource, networkResource, storageResource } from '../../lifecycle/resource-changes.js';
import { vnfcStateNow, vnfStateNow } from '../../lifecycle/vnf-state.js';
import type { InstanceHead } from '../../store/instances.js';
import { sightIn, type FleetView } from '../../workflow/hosts/fleet-view.js';
import type { Uris } from '../http/uris.js';
import { linkOfTask, type vnfInstance } from './instance-schemas.js';
import { cpMetadata, cpProtocolInfo, renderExtVirtualLink, renderVips } from './render-cp.js';
import { defined } from '../../shared/defined.js';

export type VnfInstanceBody = Static<typeof vnfInstance>;

/** What the instance refers to: the aspects by which it may scale, and the fleet as last seen. */
export interface InstanceContext {
  readonly aspects: readonly Pick<ScalingAspect, 'id' | 'maxScaleLevel'>[];
  readonly fleet: FleetView;
  readonly uris: Uris;
}

export function renderInstance(instance: VnfInstance, context: InstanceContext): VnfInstanceBody {
  const { instantiated } = instance;
  const head = renderInstanceHead({ ...instance, ...(instantiated && { flavourId: instantiated.flavourId }) }, context);
  if (instantiated === undefined) return head;
  return {
    ...head,
    vimConnectionInfo: { ...head.vimConnectionInfo, ...vimConnections(instantiated) },
    instantiatedVnfInfo: renderInstantiated(instantiated, context),
  };
}

/** What lists show of it. */
export function renderInstanceHead(
  instance: InstanceHead,
  context: Pick<InstanceContext, 'aspects' | 'uris'>,
): VnfInstanceBody {
  const { flavourId, vnfInstanceName, vnfInstanceDescription, vimConnectionInfo } = instance;
  return {
    id: instance.id,
    ...defined({ vnfInstanceName, vnfInstanceDescription }),
    vnfdId: instance.vnfdId,
    vnfProvider: instance.vnfProvider,
    vnfProductName: instance.vnfProductName,
    vnfSoftwareVersion: instance.vnfSoftwareVersion,
    vnfdVersion: instance.vnfdVersion,
    vnfConfigurableProperties: instance.vnfConfigurableProperties,
    ...(vimConnectionInfo && { vimConnectionInfo: { ...vimConnectionInfo } }),
    instantiationState: flavourId === undefined ? 'NOT_INSTANTIATED' : 'INSTANTIATED',
    metadata: instance.metadata,
    extensions: instance.extensions,
    _links: linksOf(instance, context),
  };
}

/** State-dependent links: a link is there when the task may be asked for. */
function linksOf(
  instance: InstanceHead,
  { aspects, uris }: Pick<InstanceContext, 'aspects' | 'uris'>,
): VnfInstanceBody['_links'] {
  const href = uris.instance(instance.id);
  const state = instance.flavourId === undefined ? 'NOT_INSTANTIATED' : 'INSTANTIATED';
  const tasks = lcmOperations
    .map(operationOf)
    .filter(({ needs, offered }) => needs === state && offered?.(aspects) !== false)
    .map(({ task }) => [linkOfTask(task), { href: `${href}/${task}` }] as const);
  return { self: { href }, ...Object.fromEntries(tasks) };
}

/** Each host is a VIM of its own to the model; ids are host ids. */
function vimConnections({ vnfcs }: InstantiatedVnf) {
  const hosts = [...new Set(vnfcs.map((vnfc) => vnfc.hostId))];
  return Object.fromEntries(hosts.map((vimId) => [vimId, { vimId, vimType: 'BERTH.LIBVIRT.V_1' }]));
}

function renderInstantiated(now: InstantiatedVnf, context: InstanceContext) {
  const { aspects, fleet } = context;
  const sight = sightIn(fleet);
  const scaleStatus = Object.entries(now.scaleLevels).map(([aspectId, scaleLevel]) => ({ aspectId, scaleLevel }));
  const maxScaleLevels = aspects.map(({ id, maxScaleLevel }) => ({
    aspectId: id,
    scaleLevel: maxScaleLevel,
  }));
  return {
    flavourId: now.flavourId,
    vnfState: vnfStateNow(now, sight),
    ...defined({ localizationLanguage: now.localizationLanguage }),
    ...(scaleStatus.length > 0 && { scaleStatus }),
    ...(maxScaleLevels.length > 0 && { maxScaleLevels }),
    extCpInfo: [...now.vnfcs.flatMap((vnfc) => vnfc.cps.flatMap(extCpInfoOf)), ...renderVips(now.vnfcs)],
    extVirtualLinkInfo: now.extVirtualLinks.map(renderExtVirtualLink),
    vnfcResourceInfo: now.vnfcs.map((vnfc) => renderVnfc(vnfc, context)),
    virtualLinkResourceInfo: now.virtualLinks.map(renderInternalLink),
    virtualStorageResourceInfo: now.vnfcs.flatMap((vnfc) => vnfc.volumes.flatMap((each) => storageInfoOf(vnfc, each))),
    vnfcInfo: now.vnfcs.map((vnfc) => ({
      id: vnfc.id,
      vduId: vnfc.vduId,
      vnfcResourceInfoId: vnfc.id,
      vnfcState: vnfcStateNow(vnfc, sight),
    })),
  };
}

function extCpInfoOf(cp: VnfcCp) {
  if (cp.extCpId === undefined || cp.extCpdId === undefined) return [];
  return [
    {
      id: cp.extCpId,
      cpdId: cp.extCpdId,
      cpConfigId: cp.cpConfigId ?? 'default',
      cpProtocolInfo: cpProtocolInfo(cp),
      metadata: { ...cpMetadata(cp), extVirtualLinkId: cp.extVirtualLinkId },
      associatedVnfcCpId: cp.id,
    },
  ];
}

function renderVnfc(vnfc: Vnfc, { fleet }: InstanceContext) {
  const zoneId = fleet.host(vnfc.hostId)?.zone;
  return {
    id: vnfc.id,
    vduId: vnfc.vduId,
    computeResource: computeResource(vnfc),
    ...defined({ zoneId }),
    storageResourceIds: vnfc.volumes.filter((each) => each.storageDescId !== undefined).map((each) => each.name),
    vnfcCpInfo: vnfc.cps.map((cp) => ({
      id: cp.id,
      cpdId: cp.cpdId,
      ...defined({ vnfExtCpId: cp.extCpId }),
      cpProtocolInfo: cpProtocolInfo(cp),
      metadata: cpMetadata(cp),
    })),
    metadata: vnfcMetadata(vnfc, fleet),
  };
}

function vnfcMetadata(vnfc: Vnfc, fleet: FleetView): Record<string, unknown> {
  const seen = fleet.domain(vnfc);
  const drift = fleet.drift(vnfc.id);
  const waitsFor = fleet.waitsFor(vnfc.id);
  return {
    hostname: vnfc.hostname,
    hostId: vnfc.hostId,
    domainName: vnfc.domainName,
    pool: vnfc.pool,
    placement: vnfc.placement,
    ...defined({ waitsFor }),
    ...(drift.length > 0 && { differences: [...drift] }),
    live: seen ?? { state: fleet.isSeen(vnfc.hostId) ? 'absent' : 'unknown' },
  };
}

const renderInternalLink = (link: InternalLink) => ({
  id: link.id,
  vnfVirtualLinkDescId: link.virtualLinkDescId,
  networkResource: networkResource(link),
  metadata: { bridge: link.bridge },
});

function storageInfoOf(vnfc: Vnfc, volume: VnfcVolume) {
  const { storageDescId, name, capacityBytes } = volume;
  if (storageDescId === undefined) return [];
  const storage = storageResource(vnfc, volume);
  return [{ id: name, virtualStorageDescId: storageDescId, storageResource: storage, metadata: { capacityBytes } }];
}
