/**
 * What stands around a VNFC that is being placed: for each affinity rule that binds it, where the others of the rule
 * are, those already running and those just placed by the same question; and who holds what it may want.
 */
import { freeHost, heldOn, type CapacityIndex } from '../../inventory/capacity-index.js';
import { claimOnCpu } from '../../inventory/resources/cpu.js';
import type { HostId } from '../../shared/ids.js';
import type { AffinityDemand, VnfcDemand, VnfcPlacement } from '../model.js';

export interface BoundRule {
  readonly rule: AffinityDemand;
  /** Must hold; a best-effort rule is only preferred, except while the search still hopes to meet all of them. */
  readonly hard: boolean;
  readonly hosts: ReadonlySet<HostId>;
  /** Zones of these hosts, or groups of zones: as the scope has it. */
  readonly zones: ReadonlySet<string>;
}

/** For words only: no verdict follows from who it is. */
export interface Holders {
  /** Who holds a CPU of a host: `VNFC … of VNF …`. */
  readonly holderOf: (host: HostId, cpu: number) => string | undefined;
}

export interface Around extends Holders {
  readonly rules: readonly BoundRule[];
}

export const nothingAround: Around = { rules: [], holderOf: () => undefined };

export function aroundOf(
  fleet: CapacityIndex,
  demand: VnfcDemand,
  affinity: readonly AffinityDemand[],
  placed: readonly VnfcPlacement[],
  bestEffortIsHard: boolean,
): Around {
  const binding = affinity.filter((rule) => rule.vnfcIds.includes(demand.vnfcId));
  return {
    rules: binding.map((rule) => {
      const others = placed.filter((berth) => rule.vnfcIds.includes(berth.vnfcId));
      const hosts = new Set([...rule.placed, ...others.map((berth) => berth.hostId)]);
      const zones = [...hosts].flatMap((id) => freeHost(fleet, id)?.host ?? []).map((one) => areaOf(rule, one.zone));
      return { rule, hard: bestEffortIsHard || !rule.bestEffort, hosts, zones: new Set(zones) };
    }),
    holderOf: (host, cpu) => {
      const claim = claimOnCpu(heldOn(fleet, host), cpu);
      if (claim !== undefined) return `VNFC ${claim.vnfcId} of VNF ${claim.vnfInstanceId}`;
      const berth = placed.find((one) => one.hostId === host && cpusOf(one).includes(cpu));
      return berth === undefined ? undefined : `VNFC ${berth.vnfcId} of this operation`;
    },
  };
}

const cpusOf = ({ cells, emulatorCpus }: VnfcPlacement): readonly number[] => [
  ...cells.flatMap((cell) => [...cell.pinnedCpus, ...cell.idleCpus]),
  ...emulatorCpus,
];

/** The zone, or the group that it is in. */
export const areaOf = ({ scope }: AffinityDemand, zone: string): string =>
  scope === 'zone_group' && zone.includes('/') ? zone.slice(0, zone.lastIndexOf('/')) : zone;

/** Whether a host meets a rule: with the others for affinity, without them for anti-affinity. The first is always well. */
export function meets(bound: BoundRule, host: { readonly id: HostId; readonly zone: string }): boolean {
  const { rule, hosts, zones } = bound;
  if (hosts.size === 0) return true;
  const together = rule.scope === 'nfvi_node' ? hosts.has(host.id) : zones.has(areaOf(rule, host.zone));
  return together === (rule.kind === 'affinity');
}
