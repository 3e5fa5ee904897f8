/**
 * From the affinity rules of a flavour to rules over VNFCs (IFA011 clause 7.1.8.11; SOL001 6.10). A rule binds every VNFC
 * of its VDUs, those to add and those that run, so that scale-outs keep to it.
 */
import type { AffinityRule } from '../descriptor/vnfd.js';
import type { HostId, VnfcId } from '../shared/ids.js';
import type { AffinityDemand } from './model.js';

export interface BoundVnfc {
  readonly vnfcId: VnfcId;
  readonly vduId: string;
}

export interface RunningVnfc {
  readonly vduId: string;
  readonly hostId: HostId;
}

/**
 * Berth is one NFVI-PoP, so affinity by PoP always holds; anti-affinity by PoP or by zone group is answered with the
 * widest separation there is, zones. A rule over links and nodes is kept by its nodes.
 */
export function affinityOf(
  rules: readonly AffinityRule[],
  adds: readonly BoundVnfc[],
  keeps: readonly RunningVnfc[],
): readonly AffinityDemand[] {
  return rules
    .filter((rule) => !(rule.kind === 'affinity' && rule.scope === 'nfvi_pop'))
    .map((rule) => ({
      id: rule.id,
      kind: rule.kind,
      scope: scopeOf(rule.scope),
      bestEffort: rule.bestEffort,
      vnfcIds: adds.filter((vnfc) => rule.vduIds.includes(vnfc.vduId)).map((vnfc) => vnfc.vnfcId),
      placed: keeps.filter((vnfc) => rule.vduIds.includes(vnfc.vduId)).map((vnfc) => vnfc.hostId),
    }))
    .filter((rule) => rule.vnfcIds.length > 0);
}

function scopeOf(scope: AffinityRule['scope']): AffinityDemand['scope'] {
  switch (scope) {
    case 'nfvi_node':
    case 'network_link_and_node':
      return 'nfvi_node';
    case 'zone':
    case 'zone_group':
    case 'nfvi_pop':
      return 'zone';
  }
}
