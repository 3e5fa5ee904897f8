/**
 * VNFCs as what hypervisors and guests read: domain XML and day-0 volumes.
 */
import type { Flavour } from '../vnfd/model.js';
import type { Host } from '../inventory/model.js';
import { isAddress } from '../inventory/renumbering.js';
import type { BindContext, Filling, PlanContext } from '../lifecycle/draft.js';
import { inputValues, userDataOf } from '../lifecycle/inputs.js';
import type { Vnfc, VnfcCp } from '../lifecycle/model.js';
import type { RestoredVnfc } from '../lifecycle/plan-start.js';
import type { RenderedVnfc } from '../lifecycle/steps.js';
import { day0Volume } from '../day0/nocloud.js';
import { packed } from '../day0/packed.js';
import { cardXml } from '../libvirt-xml/cards.js';
import type { DomainSpec } from '../libvirt-xml/domain-spec.js';
import { domainXml } from '../libvirt-xml/domain.js';
import { domainSpecOf } from '../libvirt-xml/spec-of.js';
import type { VnfcDemand, VnfcPlacement } from '../placement/model.js';
import { defined } from '../shared/defined.js';
import type { HostId, VnfcId } from '../shared/ids.js';
import { demandOfVdu } from './placement-request.js';

/** A VNFC with its place and what it asked for. */
export interface PlacedOne {
  readonly vnfc: Vnfc;
  readonly placement: VnfcPlacement;
  readonly demand: VnfcDemand;
  readonly host: Host;
}

export function renderVnfcs(
  context: BindContext,
  filling: Filling,
  placed: readonly PlacedOne[],
): ReadonlyMap<VnfcId, RenderedVnfc> {
  return new Map(
    placed.map((one) => [
      one.vnfc.id,
      { domainXml: xmlOf(context, filling, one), day0: day0Of(context, filling, one.vnfc) },
    ]),
  );
}

/** VNFCs that stand already, written again from their placement, wherever the facts of their hosts are enough for it. */
export function renderAgain(
  context: BindContext,
  filling: Filling,
  vnfcs: readonly Vnfc[],
  hostOf: (id: HostId) => Host | undefined,
): ReadonlyMap<VnfcId, RestoredVnfc> {
  return new Map(
    vnfcs.map((vnfc) => {
      const xml = writtenAgain(context, filling, vnfc, hostOf(vnfc.hostId));
      return [vnfc.id, { day0: day0Of(context, filling, vnfc), ...defined({ domainXml: xml }) }];
    }),
  );
}

/** The definition as it was planned; undefined when the host lacks its pool, a switch, a VLAN or a PCI function. */
export function writtenAgain(
  context: BindContext,
  filling: Filling,
  vnfc: Vnfc,
  host: Host | undefined,
): string | undefined {
  if (host === undefined || !host.facts.pools.some(({ name }) => name === vnfc.pool)) return undefined;
  if (vnfc.cps.some((cp) => lacksEnd(filling.flavour, cp, host.facts))) return undefined;
  if (!vnfc.placement.pciFunctions.every(({ address }) => isAddress(address))) return undefined;
  const { flavour } = filling;
  const of = { id: vnfc.id, vdu: vduOf(flavour, vnfc), index: vnfc.index };
  const demand = demandOfVdu(context, flavour, of, filling.extVirtualLinks ?? []);
  return xmlOf(context, filling, { vnfc, placement: placementOf(vnfc), demand, host });
}

/** Nothing is there that the connection point could end at, or be written with. */
function lacksEnd({ cps }: Flavour, { cpdId, network, vlan }: VnfcCp, { networks, vhostUser }: Host['facts']): boolean {
  if (network === undefined) return false;
  if (cps.find(({ id }) => id === cpdId)?.vnicType === 'virtio-forwarder') return vhostUser?.[network] === undefined;
  return vlan !== undefined && !networks.some(({ name }) => name === network);
}

/** As placement answered it; what only claims need is not kept with old VNFCs, and not written. */
function placementOf({ id, hostId, pool, placement }: Vnfc): VnfcPlacement {
  const cells = placement.cells.map((cell) => ({ idleCpus: [], memoryShares: [], ...cell }));
  return { vnfcId: id, hostId, pool, ownEmulatorCpus: [], ...placement, cells };
}

/** Network cards of a VNFC that stands, by cpdId, as libvirt plugs them. */
export function cardsOf(
  context: BindContext,
  filling: Filling,
  vnfc: Vnfc,
  host: Host['facts'],
): ReadonlyMap<string, string> {
  const of = { id: vnfc.id, vdu: vduOf(filling.flavour, vnfc), index: vnfc.index };
  const demand = demandOfVdu(context, filling.flavour, of, filling.extVirtualLinks ?? []);
  const spec = specOf(context, filling, { vnfc, placement: placementOf(vnfc), demand, host: { facts: host } });
  return new Map(
    vnfc.cps.flatMap(({ cpdId }) => {
      const card = cardXml(spec, cpdId);
      return card === undefined ? [] : [[cpdId, card] as const];
    }),
  );
}

const xmlOf = (context: BindContext, filling: Filling, one: PlacedOne): string =>
  domainXml(specOf(context, filling, one));

type Written = Omit<PlacedOne, 'host'> & { readonly host: Pick<Host, 'facts'> };

function specOf({ instance, vnfd, installation }: BindContext, { flavour }: Filling, one: Written): DomainSpec {
  return domainSpecOf({
    installationId: installation,
    vnfInstanceId: instance.id,
    vnfdId: vnfd.id,
    flavour,
    vdu: vduOf(flavour, one.vnfc),
    vnfc: one.vnfc,
    placement: one.placement,
    demand: one.demand,
    host: one.host.facts,
  });
}

export function day0Of({ instance }: PlanContext, { flavour, inputs }: Filling, vnfc: Vnfc): string {
  const values = inputValues(flavour, inputs, instance.vnfConfigurableProperties);
  const volume = day0Volume({
    instanceId: vnfc.id,
    hostname: vnfc.hostname,
    ethernets: vnfc.cps.map(({ cpdId, mac, addresses, vips = [], mtu }) => ({
      cpdId,
      mac,
      addresses,
      vips: vips.flatMap((vip) => vip.addresses),
      ...defined({ mtu }),
    })),
    userData: userDataOf(vduOf(flavour, vnfc), values),
  });
  return Buffer.from(packed(volume)).toString('base64');
}

function vduOf(flavour: Flavour, vnfc: Vnfc): Flavour['vdus'][number] {
  const vdu = flavour.vdus.find((each) => each.id === vnfc.vduId);
  if (vdu === undefined) throw new Error(`flavour ${flavour.id} has no VDU ${vnfc.vduId} any more`);
  return vdu;
}
