/**
 * What a connection point of a VNFC that stands ends at on its host: a network, a PCI function, or nothing.
 */
import { availableFunctions, type FreeHost } from '../inventory/free.js';
import type { Host } from '../inventory/model.js';
import { vlanName } from '../inventory/vlan-name.js';
import type { PciDemand } from '../inventory/resources/held.js';
import type { BindContext } from '../lifecycle/draft.js';
import type { PlacedVnfc, Vnfc, VnfcCp } from '../lifecycle/model.js';
import type { CpWish, Reconnection } from '../lifecycle/reconnection.js';
import { effortOf } from '../placement/search/effort.js';
import { eachFunctionPick } from '../placement/search/functions.js';
import { defined } from '../shared/defined.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type { Flavour, VduCp } from '../vnfd/model.js';
import { demandOfVdu } from './placement-request.js';

type PlacedFunction = PlacedVnfc['pciFunctions'][number];

/** By cpdId: functions of the connection points that change. */
export type Picks = ReadonlyMap<string, PlacedFunction>;

/** Ways to choose that are looked at: far more than the functions of any one host. */
const budget = 20_000;

/** A function stays where its physical network stays; else it is one that is free, near the guest's cells where that is asked. */
export function pickFunctions(
  context: BindContext,
  { flavour, links }: Reconnection,
  { vnfc, wishes }: { readonly vnfc: Vnfc; readonly wishes: readonly CpWish[] },
  free: FreeHost,
): Outcome<Picks> {
  const kept = wishes.flatMap((wish) => keptFunction(vnfc, wish) ?? []);
  const vdu = flavour.vdus.find(({ id }) => id === vnfc.vduId);
  if (vdu === undefined) throw new Error(`flavour ${flavour.id} has no VDU ${vnfc.vduId} any more`);
  const asked = demandOfVdu(context, flavour, { id: vnfc.id, vdu, index: vnfc.index }, links.after).pciFunctions;
  const wanted = wishes.flatMap(({ cp, end }): readonly PciDemand[] => {
    const demand = asked.find(({ cpdId }) => cpdId === cp.cpdId);
    const isKept = kept.some(({ cpdId }) => cpdId === cp.cpdId);
    return demand === undefined || end === undefined || isKept
      ? []
      : [{ ...demand, physicalNetwork: end.link.resourceId }];
  });
  const cells = new Set(
    vnfc.placement.cells.map(({ hostCell }) => free.shape.cells.findIndex(({ id }) => id === hostCell)),
  );
  let picks: readonly PlacedFunction[] | undefined;
  eachFunctionPick(free, wanted, cells, effortOf(budget), (found) => {
    picks = found.map((one) => withOwnMac(one, free.host));
    return true;
  });
  if (picks === undefined) return refuse(problem('no-placement', noFunction(vnfc, wanted, free)));
  return ok(new Map([...kept, ...picks].map((one) => [one.cpdId, one])));
}

function keptFunction(vnfc: Vnfc, { cp, end }: CpWish): PlacedFunction | undefined {
  if (end === undefined || cp.disconnected === true || cp.physicalNetwork !== end.link.resourceId) return undefined;
  return vnfc.placement.pciFunctions.find(({ cpdId }) => cpdId === cp.cpdId);
}

/** A physical function has its own MAC address. */
function withOwnMac(one: PlacedFunction, { facts }: Host): PlacedFunction {
  const ownMac = facts.pciFunctions.find(({ address }) => address === one.address)?.mac;
  return ownMac === undefined ? one : { ...one, ownMac };
}

function noFunction({ id, hostId, placement }: Vnfc, wanted: readonly PciDemand[], free: FreeHost): string {
  const cells = placement.cells.map(({ hostCell }) => hostCell);
  const cps = wanted.map(({ cpdId }) => cpdId).join(', ');
  const wishes = [...Map.groupBy(wanted, ({ kind, physicalNetwork }) => `${kind} ${physicalNetwork ?? ''}`)];
  const counts = wishes.map(([, [first]], at) => {
    const { kind = 'vf', physicalNetwork = '' } = first ?? {};
    const groups = free.shape.groups.flatMap((group, nth) =>
      group.kind === kind && group.physicalNetwork === physicalNetwork ? [{ group, nth }] : [],
    );
    const all = groups.reduce((sum, { group }) => sum + group.addresses.length, 0);
    const freeOf = (some: typeof groups) => some.reduce((sum, { nth }) => sum + availableFunctions(free, nth), 0);
    const near = groups.filter(
      ({ group }) => group.cell !== undefined && cells.includes(free.shape.cells[group.cell]?.id ?? -1),
    );
    const left = `${String(freeOf(groups))} are free (${String(freeOf(near))} in its cells ${cells.join(', ')})`;
    const count = wishes[at]?.[1].length ?? 0;
    const name = `${kind === 'vf' ? 'virtual' : 'physical'} function${count === 1 ? '' : 's'}`;
    return `${String(count)} ${name} of physical network ${physicalNetwork}, of which it has ${String(all)}, and ${left}`;
  });
  return `VNFC ${id} needs on its host ${hostId} for CP ${cps} ${counts.join('; and ')}. The VNFD says what abilities they need, and whether they must lie in its cells. Free some, or choose another network.`;
}

/** The connection point as it is to be, or why it cannot be. */
export function joinedEnd(
  flavour: Flavour,
  { cp, end }: CpWish,
  card: PlacedFunction | undefined,
  host: Host,
  addresses: readonly string[],
): VnfcCp | string {
  const { id, cpdId, order } = cp;
  if (
    cp.vips !== undefined &&
    (end === undefined || end.link.id !== cp.extVirtualLinkId || end.entry?.vlan !== cp.vlan)
  )
    return `CP ${id} shares the virtual address ${cp.vips.flatMap((vip) => vip.addresses).join(', ')} and stays in its network; leave CPD ${cp.extCpdId ?? cpdId} out.`;
  const descriptor = flavour.cps.find((one) => one.id === cpdId);
  const kept = {
    id,
    cpdId,
    order,
    ...defined({ mtu: cp.mtu, vips: cp.vips, virtualLinkDescId: cp.virtualLinkDescId }),
  };
  if (end === undefined) return { ...kept, mac: cp.mac, addresses: [], disconnected: true };
  const { link, extCpdId, entry, mac } = end;
  const missing = card === undefined ? missingNetwork(cp, descriptor, link.resourceId, entry?.vlan, host) : undefined;
  if (missing !== undefined) return missing;
  if (card?.ownMac !== undefined && mac !== undefined && mac !== card.ownMac)
    return `CPD ${extCpdId} asks for the MAC address ${mac} and gets the physical function ${card.address}, which keeps its own, ${card.ownMac}. Leave macAddress out.`;
  return {
    ...kept,
    mac: card?.ownMac ?? mac ?? cp.mac,
    addresses,
    extCpId: `${id}/ext`,
    extCpdId,
    extVirtualLinkId: link.id,
    ...(entry !== undefined && { cpConfigId: entry.cpConfigId, ...defined({ vlan: entry.vlan }) }),
    ...(card === undefined && { network: vlanName(link.resourceId, entry?.vlan) }),
    ...((card !== undefined || entry?.vlan !== undefined) && { physicalNetwork: link.resourceId }),
  };
}

function missingNetwork(
  cp: VnfcCp,
  descriptor: VduCp | undefined,
  resourceId: string,
  vlan: number | undefined,
  { id, facts }: Host,
): string | undefined {
  const name = vlanName(resourceId, vlan);
  const of = `CP ${cp.id} is on host ${id}, which`;
  if (descriptor?.vnicType === 'virtio-forwarder')
    return facts.vhostUser?.[name] === undefined ? `${of} has no vhost-user switch on network ${name}.` : undefined;
  const found = facts.networks.find((network) => network.name === name);
  const known = facts.networks.map((network) => network.name).join(', ') || '(none)';
  if (found === undefined && vlan !== undefined)
    return `${of} has no VLAN device that is up for network ${name} (docs/provider-networks.md); it has ${known}.`;
  if (found === undefined) return `${of} has no network ${name}; it has ${known}.`;
  if (found.kind === 'hostdev')
    return `${of} has network ${name} for PCI functions only; a ${descriptor?.vnicType ?? 'virtio'} CP cannot join it.`;
  if (descriptor?.vnicType !== 'macvtap' || found.kind === 'physical') return undefined;
  return `${of} has network ${name} of kind ${found.kind}; macvtap needs a network on a device of the host.`;
}
