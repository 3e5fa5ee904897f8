/**
 * A draft as placement's question: demands, affinity rules, and the VNFCs that already stand.
 */
import type { Flavour } from '../vnfd/model.js';
import { vlanName } from '../inventory/vlan-name.js';
import type { CapacityIndex } from '../inventory/capacity-index.js';
import type { OperationDraft, PlanContext, VnfcDraft } from '../lifecycle/draft.js';
import { attachmentOf, isJoined } from '../lifecycle/ext-attachment.js';
import type { ExtVirtualLink } from '../lifecycle/model.js';
import { entryOf } from '../lifecycle/bind-addresses.js';
import { defined } from '../shared/defined.js';
import { fnv1a } from '../shared/hash.js';
import { demandOf } from '../placement/question/demand.js';
import type { AffinityDemand, PlacementRequest, VnfcDemand } from '../placement/model.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';

interface PlacementSettings {
  readonly strategy: 'pack' | 'spread';
  readonly budget: number;
}

export function placementRequest(
  context: PlanContext,
  draft: OperationDraft,
  fleet: CapacityIndex,
  seedText: string,
  { strategy, budget }: PlacementSettings,
): Outcome<PlacementRequest> {
  const missing = unknownNetwork(draft.extVirtualLinks, fleet);
  if (missing !== undefined) return refuse(missing);
  return ok({
    demands: draft.adds.map((vnfc) => demand(context, draft, vnfc)),
    affinity: [...ruleDemands(draft), ...sharedLinkDemands(draft)],
    seed: fnv1a(seedText),
    budget,
    strategy,
  });
}

/**
 * Networks that no host of the fleet has are an error of the request, not a lack of room. Hosts of one kind have the same
 * networks.
 */
export function unknownNetwork(links: readonly ExtVirtualLink[], fleet: CapacityIndex): Problem | undefined {
  const kinds = fleet.kinds.filter((kind) => kind.tree !== undefined);
  const known = new Set(kinds.flatMap((kind) => kind.sample.facts.networks.map((network) => network.name)));
  const physical = kinds.flatMap(({ physicalNetworks, sample }) => [
    ...physicalNetworks,
    ...Object.keys(sample.facts.vhostUser ?? {}),
  ]);
  const isThere = ({ resourceId, extCps }: ExtVirtualLink) =>
    known.has(resourceId) ||
    physical.includes(resourceId) ||
    vlansOf(resourceId, extCps).some((name) => known.has(name));
  const link = links.find((each) => !isThere(each));
  if (link === undefined) return undefined;
  const list = [...new Set([...known, ...physical])].sort().join(', ') || '(none)';
  const detail = `extVirtualLinks ${link.id}: no host has a network "${link.resourceId}"; the fleet has ${list}.`;
  return problem('unknown-reference', detail);
}

const vlansOf = (resourceId: string, extCps: ExtVirtualLink['extCps']): readonly string[] =>
  extCps.flatMap(({ configs }) =>
    configs.flatMap(({ vlan }) => (vlan === undefined ? [] : vlanName(resourceId, vlan))),
  );

function demand(context: PlanContext, draft: OperationDraft, vnfc: VnfcDraft): VnfcDemand {
  return demandOfVdu(context, draft.flavour, vnfc, draft.extVirtualLinks);
}

/** The demand of a VNFC, or its demand when it was placed. */
export function demandOfVdu(
  { instance, images }: PlanContext,
  flavour: Flavour,
  { id, vdu, index }: VnfcDraft,
  extVirtualLinks: readonly ExtVirtualLink[],
): VnfcDemand {
  return demandOf({
    ...{ flavour, vdu, vnfcId: id, images },
    vnfInstanceId: instance.id,
    attached: Object.fromEntries(
      flavour.cps
        .filter((cp) => cp.vduId === vdu.id)
        .flatMap((cp) => {
          const attached = attachmentOf(flavour, extVirtualLinks, cp);
          if (attached === undefined) return [];
          const vlan = entryOf(attached.cp, index)?.vlan;
          return [[cp.id, { resourceId: attached.link.resourceId, ...defined({ vlan }) }] as const];
        }),
    ),
  });
}

/** One VDU in a rule: among its instances; several: across all of theirs. VNFCs that stay count as placed. */
function ruleDemands(draft: OperationDraft): readonly AffinityDemand[] {
  return draft.flavour.affinityRules.flatMap((rule) => {
    // All hosts are of one NFVI-PoP.
    if (rule.scope === 'nfvi_pop') return [];
    const scope = rule.scope === 'network_link_and_node' ? 'nfvi_node' : rule.scope;
    return [bound(draft, { id: rule.id, kind: rule.kind, scope, bestEffort: rule.bestEffort }, rule.vduIds)];
  });
}

/** An internal link is a network of one host until links span hosts: VNFCs on it stand together. */
function sharedLinkDemands(draft: OperationDraft): readonly AffinityDemand[] {
  const { flavour, extVirtualLinks } = draft;
  const internal = flavour.virtualLinks.filter((link) => !isJoined(flavour, extVirtualLinks, link.id));
  return internal.map((link) => {
    const vdus = flavour.cps.filter((cp) => cp.virtualLinkId === link.id).map((cp) => cp.vduId);
    const rule = { id: `internal link ${link.id}`, kind: 'affinity', scope: 'nfvi_node', bestEffort: false } as const;
    return bound(draft, rule, vdus);
  });
}

function bound(
  draft: OperationDraft,
  rule: Omit<AffinityDemand, 'vnfcIds' | 'placed'>,
  vduIds: readonly string[],
): AffinityDemand {
  return {
    ...rule,
    vnfcIds: draft.adds.filter((vnfc) => vduIds.includes(vnfc.vdu.id)).map((vnfc) => vnfc.id),
    placed: draft.keeps.filter((vnfc) => vduIds.includes(vnfc.vduId)).map((vnfc) => vnfc.hostId),
  };
}
