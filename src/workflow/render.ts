/**
 * VNFCs as what hypervisors and guests read: domain XML and day-0 volumes.
 */
import type { Flavour } from '../descriptor/vnfd.js';
import type { Host } from '../inventory/model.js';
import type { BindContext, PlanContext } from '../lifecycle/draft.js';
import { inputValues, userDataOf } from '../lifecycle/inputs.js';
import type { Vnfc } from '../lifecycle/model.js';
import type { RenderedVnfc } from '../lifecycle/steps.js';
import { day0Volume } from '../libvirt-xml/day0/nocloud.js';
import { domainXml } from '../libvirt-xml/domain.js';
import { domainSpecOf } from '../libvirt-xml/spec-of.js';
import type { VnfcDemand, VnfcPlacement } from '../placement/model.js';
import type { VnfcId } from '../shared/ids.js';

/** What the inputs of a flavour are filled from. */
export interface Filling {
  readonly flavour: Flavour;
  readonly inputs: Readonly<Record<string, unknown>>;
}

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

/** Day-0 content alone, for VNFCs that are defined already. */
export function renderDay0(
  context: PlanContext,
  filling: Filling,
  vnfcs: readonly Vnfc[],
): ReadonlyMap<VnfcId, string> {
  return new Map(vnfcs.map((vnfc) => [vnfc.id, day0Of(context, filling, vnfc)]));
}

function xmlOf({ instance, vnfd, installation }: BindContext, { flavour }: Filling, one: PlacedOne): string {
  return domainXml(
    domainSpecOf({
      installationId: installation,
      vnfInstanceId: instance.id,
      vnfdId: vnfd.id,
      flavour,
      vdu: vduOf(flavour, one.vnfc),
      vnfc: one.vnfc,
      placement: one.placement,
      demand: one.demand,
      host: one.host.facts,
    }),
  );
}

function day0Of({ instance }: PlanContext, { flavour, inputs }: Filling, vnfc: Vnfc): string {
  const values = inputValues(flavour, inputs, instance.vnfConfigurableProperties);
  const volume = day0Volume({
    instanceId: vnfc.id,
    hostname: vnfc.hostname,
    ethernets: vnfc.cps.map(({ cpdId, mac, addresses, mtu }) => ({
      cpdId,
      mac,
      addresses,
      ...(mtu === undefined ? {} : { mtu }),
    })),
    userData: userDataOf(vduOf(flavour, vnfc), values),
  });
  return Buffer.from(volume).toString('base64');
}

function vduOf(flavour: Flavour, vnfc: Vnfc): Flavour['vdus'][number] {
  const vdu = flavour.vdus.find((each) => each.id === vnfc.vduId);
  if (vdu === undefined) throw new Error(`flavour ${flavour.id} has no VDU ${vnfc.vduId} any more`);
  return vdu;
}
