/**
 * Plans of every operation as its file makes them, with VNFCs placed where there is always room.
 */
import fc from 'fast-check';
import { bindAddresses } from '../../../src/lifecycle/bind-addresses.js';
import type { OperationDraft } from '../../../src/lifecycle/draft.js';
import { bindVnfcs } from '../../../src/lifecycle/bind.js';
import type { BindContext } from '../../../src/lifecycle/draft.js';
import type { InstantiatedVnf, LcmOperation, LcmPlan, VnfInstance, Vnfc } from '../../../src/lifecycle/model.js';
import { operationOf, type RequestOf } from '../../../src/lifecycle/operations/table.js';
import { withVnfState, type Sighting } from '../../../src/lifecycle/vnf-state.js';
import { hostId, installationId, opOccId, type VnfcId } from '../../../src/shared/ids.js';
import { ok, type Outcome } from '../../../src/shared/outcome.js';
import { capacityIndexOf } from '../../../src/inventory/capacity-index.js';
import { reconnect } from '../../../src/workflow/reconnect.js';
import { host } from '../../builders/placement.js';
import { valueOf } from '../../builders/berth.js';
import { context, instance } from '../../builders/instance.js';
import { vnfc as anyVnfc } from '../../builders/vnfc.js';
import { wholeVnfd } from '../../crash/every-operation.js';

const times = { uploadMs: 1, callMs: 1, guestReadyMs: 1 };
const contextOf = (of: VnfInstance): BindContext => ({
  ...context({ instance: of, vnfd: wholeVnfd, ids: { uuid: () => crypto.randomUUID() } }),
  installation: installationId('1c0ffee0-0000-4000-8000-000000000000'),
});

/** The plan of a request on an instance, or why there is none. */
export function planned<Name extends LcmOperation>(
  name: Name,
  of: VnfInstance,
  request: RequestOf<Name>,
  sight: (id: VnfcId) => Sighting = () => 'unknown',
): Outcome<LcmPlan> {
  const around = contextOf(of);
  const asked = { ...around, sight: ({ id }: Pick<Vnfc, 'id'>) => sight(id) };
  const operation = operationOf(name);
  const allowed = operation.check?.(asked, request) ?? ok(undefined);
  if (!allowed.ok) return allowed;
  const drafted = operation.draft(asked, request);
  if (!drafted.ok) return drafted;
  const { placing, restoring, reconnecting } = drafted.value;
  const berth = { hostId: hostId('host-1'), pool: 'berth', placed: anyVnfc().placement };
  const berths = new Map(placing?.adds.map(({ id }) => [id, berth]));
  const chosen = (of: OperationDraft) => valueOf(bindAddresses(of, new Set()));
  const vnfcs =
    placing === undefined ? [] : valueOf(bindVnfcs(around, placing, { berths, chosen: chosen(placing), macs: [] }));
  const written = (of: readonly Vnfc[]) => new Map(of.map(({ id }) => [id, { domainXml: '<domain/>', day0: '' }]));
  const rewired = reconnecting ? reconnect(around, reconnecting, picture, opOccId('op')) : ok({ reconnected: [] });
  if (!rewired.ok) return rewired;
  const { reconnected } = rewired.value;
  const bound = { vnfcs, rendered: written(vnfcs) };
  return ok(drafted.value.plan({ bound, reconnected, restored: written(restoring?.vnfcs ?? []), times }));
}

const withNetworks = host('host-1');
/** The one host that there is, with whatever networks are asked for. */
const picture = {
  fleet: capacityIndexOf({
    hosts: [
      {
        ...withNetworks,
        facts: {
          ...withNetworks.facts,
          pools: withNetworks.facts.pools.map((pool) => ({ ...pool, name: 'berth' })),
          networks: ['west', 'east', 'north'].map((name) => ({ name, kind: 'bridge' as const, bridge: name })),
        },
      },
    ],
    claims: [],
  }),
  addresses: [],
  isFresh: true,
};

const link = (id: string) => ({ id, resourceId: id, extCps: [{ cpdId: id }] });
export const instantiation: RequestOf<'INSTANTIATE'> = {
  flavourId: 'simple',
  extVirtualLinks: [link('west'), link('east')],
};

/** Fresh, and instantiated at one of the levels. */
export const fresh = instance({ vnfdId: wholeVnfd.id });
function instantiatedAt(instantiationLevelId: string): InstantiatedVnf {
  const { after } = valueOf(planned('INSTANTIATE', fresh, { ...instantiation, instantiationLevelId }));
  if (after === undefined) throw new Error('an INSTANTIATE that makes nothing');
  return after;
}

const vnfcChange: fc.Arbitrary<Partial<Vnfc>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  fc.constant<Partial<Vnfc>>({ state: 'STOPPED' }),
  fc.constant<Partial<Vnfc>>({ state: 'STOPPED', endedByItself: true }),
  fc.constant<Partial<Vnfc>>({ state: 'STOPPED', incomplete: true }),
);

/** An instance that has been through something: VNFCs run, were stopped, ended by themselves or were left incomplete. */
export const worn: fc.Arbitrary<VnfInstance> = fc
  .tuple(fc.constantFrom('default', 'large'), fc.array(vnfcChange, { minLength: 3, maxLength: 3 }))
  .map(([level, changes]) => {
    const now = instantiatedAt(level);
    const vnfcs = now.vnfcs.map((vnfc, at) => ({ ...vnfc, ...changes[at] }));
    return { ...fresh, instantiated: withVnfState({ ...now, vnfcs }) };
  });

export interface Wish {
  readonly of: VnfInstance;
  readonly plan: Outcome<LcmPlan>;
}

const sighting = fc.constantFrom<Sighting>('running', 'off', 'paused', 'unknown');

/** Requests of every operation, on instances on which they may be asked for. */
export const wishes: { readonly [Name in LcmOperation]: fc.Arbitrary<Wish> } = {
  INSTANTIATE: fc.constantFrom('default', 'large', 'none').map((instantiationLevelId) => ({
    of: fresh,
    plan: planned('INSTANTIATE', fresh, { ...instantiation, instantiationLevelId }),
  })),
  SCALE: fc.tuple(worn, fc.constantFrom('SCALE_OUT' as const, 'SCALE_IN' as const)).map(([of, type]) => ({
    of,
    plan: planned('SCALE', of, { type, aspectId: 'capacity' }),
  })),
  OPERATE: fc
    .tuple(worn, fc.constantFrom('STARTED' as const, 'STOPPED' as const), sighting)
    .map(([of, state, seen]) => ({
      of,
      plan: planned('OPERATE', of, { changeStateTo: state }, () => seen),
    })),
  CHANGE_EXT_CONN: fc
    .tuple(worn, fc.constantFrom<readonly ('west' | 'east')[]>(['west'], ['east'], ['west', 'east']))
    .map(([of, cpdIds]) => ({
      of,
      plan: planned('CHANGE_EXT_CONN', of, {
        extVirtualLinks: [{ id: 'north', resourceId: 'north', extCps: cpdIds.map((cpdId) => ({ cpdId })) }],
      }),
    })),
  TERMINATE: fc.tuple(worn, fc.constantFrom('FORCEFUL' as const, 'GRACEFUL' as const)).map(([of, terminationType]) => ({
    of,
    plan: planned('TERMINATE', of, { terminationType }),
  })),
  MODIFY_INFO: fc.tuple(worn, fc.boolean()).map(([of, reachesGuests]) => ({
    of,
    plan: planned('MODIFY_INFO', of, {
      vnfInstanceName: 'edge',
      ...(reachesGuests && { vnfConfigurableProperties: { router_config: '{"forwarding":false}' } }),
    }),
  })),
};
