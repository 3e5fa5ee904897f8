/**
 * Drafts bound by hand: VNFCs of the small VNFD with the berths that a test gives them.
 */
import { bindVnfcs, type Berth } from '../../src/lifecycle/bind.js';
import { bindAddresses } from '../../src/lifecycle/bind-addresses.js';
import type { BindContext, OperationDraft, VnfcDraft } from '../../src/lifecycle/draft.js';
import type { AddressRequest, ExtVirtualLink, PlacedVnfc, Vnfc } from '../../src/lifecycle/model.js';
import type { Outcome } from '../../src/shared/outcome.js';
import { hostId, installationId, vnfcId } from '../../src/shared/ids.js';
import { valueOf } from '../builders/berth.js';
import { context } from '../builders/instance.js';
import { vnfc as anyVnfc } from '../builders/vnfc.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';

export const bindContext = (change: Partial<BindContext> = {}): BindContext => ({
  ...context(),
  installation: installationId('1c0ffee0-0000-4000-8000-000000000000'),
  ...change,
});

/** VNFC drafts of a VDU with these ordinals; the id ends in the ordinal. */
export const adds = (indexes: readonly number[], of = vdu()): readonly VnfcDraft[] =>
  indexes.map((index) => ({ id: vnfcId(`${of.id}-${String(index)}`), vdu: of, index }));

export const wish = (change: Partial<AddressRequest> = {}): AddressRequest => ({
  ...{ type: 'IPV4', fixed: [], prefixLength: 24 },
  ...change,
});
export const ranged = (min: string, max: string): AddressRequest => wish({ range: { min, max } });

export type Entry =
  readonly AddressRequest[] | { readonly vlan: number; readonly addresses: readonly AddressRequest[] };

/** Entries are named `c0`, `c1`. */
export const configured = (cpdId: string, ...entries: readonly Entry[]) => ({
  cpdId,
  configs: entries.map((entry, at) => ({
    cpConfigId: `c${String(at)}`,
    ...('addresses' in entry ? entry : { addresses: entry }),
  })),
});

export const link = (resourceId: string, ...extCps: ExtVirtualLink['extCps']): ExtVirtualLink => ({
  id: `link-${resourceId}`,
  resourceId,
  extCps,
});

/** One VDU with one external CP, `west`. */
export const westOnly = flavour({
  cps: [cp('west', 0)],
  extCps: [{ id: 'west', vduCpId: 'west', requirement: 'virtual_link_west' }],
});

export const draft = (change: Partial<OperationDraft> = {}): OperationDraft => ({
  ...{ flavour: westOnly, adds: adds([0]), removes: [], keeps: [], extVirtualLinks: [], scaleLevels: {}, inputs: {} },
  ...change,
});

/** IP addresses as `network/address`. */
interface InUse {
  readonly taken: readonly string[];
  readonly macs: readonly string[];
}

export const addressing = (change: Partial<InUse> = {}): InUse => ({ taken: [], macs: [], ...change });

export interface Scene {
  readonly context?: BindContext;
  readonly addressing?: InUse;
  /** By ordinal; all on one host when left out. */
  readonly hosts?: readonly string[];
  readonly functions?: PlacedVnfc['pciFunctions'];
  /** Those that have a berth; all when left out. */
  readonly placedOnly?: readonly VnfcDraft[];
}

export function bind(of: OperationDraft, scene: Scene = {}): Outcome<readonly Vnfc[]> {
  const { hosts = [], functions = [], placedOnly = of.adds } = scene;
  const placed = { ...anyVnfc().placement, pciFunctions: functions };
  const berthOf = ({ index }: VnfcDraft): Berth => ({
    hostId: hostId(hosts[index] ?? 'host-1'),
    pool: 'berth',
    placed,
  });
  const berths = new Map(placedOnly.map((each) => [each.id, berthOf(each)]));
  const { taken, macs } = scene.addressing ?? addressing();
  const chosen = bindAddresses(of, new Set(taken));
  if (!chosen.ok) return chosen;
  return bindVnfcs(scene.context ?? bindContext(), of, { berths, chosen: chosen.value, macs });
}

export const bound = (of: OperationDraft, scene: Scene = {}): readonly Vnfc[] => valueOf(bind(of, scene));

/** Addresses of every VNFC, by its only CP. */
export const addressesOf = (vnfcs: readonly Vnfc[]): readonly (readonly string[])[] =>
  vnfcs.map(({ cps }) => cps.flatMap(({ addresses }) => addresses));

/** Why it is refused; empty when it is not. */
export const refusalOf = (outcome: Outcome<unknown>): string => (outcome.ok ? '' : outcome.problem.detail);
