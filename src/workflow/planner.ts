/**
 * From a recorded request to a committed plan: drafted, placed, bound, rendered, and its claims written, all or
 * nothing. Plans of one process are made one at a time, so that they do not race one another; replicas race in the
 * database.
 */
import { cardOf } from '../inventory/card-identity.js';
import { claimsOf } from '../inventory/claims.js';
import { holdersByKey } from '../inventory/resources/table.js';
import { freeHost, heldBy, storageSharers, withoutClaims } from '../inventory/capacity-index.js';
import type { Claim, Host } from '../inventory/model.js';
import { allocationsOf } from '../lifecycle/allocations.js';
import { bindVnfcs, type Berth } from '../lifecycle/bind.js';
import { bindAddresses } from '../lifecycle/bind-addresses.js';
import type { BindContext, OperationDraft } from '../lifecycle/draft.js';
import { operationOf } from '../lifecycle/operations/table.js';
import type { Operation } from '../lifecycle/operations/operation.js';
import type { Bound } from '../lifecycle/plan.js';
import type { LcmOpOcc, LcmPlan, PlacedVnfc, VnfInstance, Vnfc } from '../lifecycle/model.js';
import type { Sight } from '../lifecycle/vnf-state.js';
import type { StepTimes } from '../lifecycle/steps.js';
import type { Explanation, PlacementRequest, PlacementResult, VnfcDemand, VnfcPlacement } from '../placement/model.js';
import { abridged } from '../placement/explanation/abridged.js';
import { KeptRefusals } from '../placement/explanation/kept-refusals.js';
import { placeInFleet } from '../placement/place.js';
import { byAddresses, refusedBy } from '../placement/explanation/refused-by.js';
import type { Clock, IdSource } from '../shared/clock.js';
import type { AllocationId, HostId, InstallationId, OpOccId, VnfcId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';
import type { InstanceRecords } from '../store/instances.js';
import type { ClaimMove, OperationRecords, SeenHost } from '../store/operations.js';
import type { PackageRecords } from '../store/packages.js';
import { addressClaims, addressInUse } from './address-claims.js';
import type { KeptCapacity, Picture } from './capacity/kept-capacity.js';
import type { PlacementObserver } from './observer.js';
import { reconnect, type Rewired } from './reconnect.js';
import { placementRequest } from './placement-request.js';
import { renderAgain, renderVnfcs, type PlacedOne } from './render.js';
import { InTurn } from '../shared/in-turn.js';
import { planContextOf } from './plan-context.js';

export type PlanOutcome =
  | { readonly result: 'committed' }
  | { readonly result: 'refused'; readonly problem: Problem; readonly explanation?: unknown }
  | { readonly result: 'lost'; readonly lost: string };

export interface PlannerPorts {
  readonly store: Pick<OperationRecords, 'commitPlan'> &
    Pick<InstanceRecords, 'instance'> &
    Pick<PackageRecords, 'package'>;
  readonly index: KeptCapacity;
  /** Resolves when every host was read or failed to answer. */
  readonly firstLook: () => Promise<void>;
  /** States of domains as last read: a running domain is not started. */
  readonly sight: Sight;
  readonly clock: Pick<Clock, 'now' | 'elapsedMs'>;
  readonly observer: PlacementObserver;
  readonly ids: IdSource;
  /** Known from the start on. */
  readonly installation: () => InstallationId;
  readonly times: StepTimes;
  readonly strategy: 'pack' | 'spread';
  readonly budget: number;
}

/** A plan with the rest of its commit. */
interface Paper {
  readonly plan: LcmPlan;
  readonly claims: readonly Claim[];
  readonly releases: readonly AllocationId[];
  readonly moves: readonly ClaimMove[];
  readonly hosts: readonly Host[];
  readonly explanation?: Explanation;
  /** VNFCs were placed for it. */
  readonly isPlaced: boolean;
  /** A fresh snapshot may satisfy a preference of the request. */
  readonly isDoubtful: boolean;
}

/** The same before its steps are drawn up. */
type PlacedVnfcs = Omit<Paper, 'plan' | 'releases' | 'moves'> & { readonly bound: Bound };

type Planned<Value = Paper> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly problem: Problem;
      readonly explanation?: Explanation;
      /** The refusal comes from placement. */
      readonly refusedBy?: string;
    };

export class Planner {
  private readonly turns = new InTurn();
  private readonly refusals = new KeptRefusals();

  constructor(
    private readonly ports: PlannerPorts,
    private readonly operation: (name: LcmOpOcc['operation']) => Pick<Operation<object>, 'draft'> = operationOf,
  ) {}

  /** Plans one at a time; a refusal or a lost race has no effect. */
  planAndCommit(occ: LcmOpOcc, token: number): Promise<PlanOutcome> {
    return this.turns.do(() => this.inTurn(occ, token));
  }

  private async inTurn(occ: LcmOpOcc, token: number): Promise<PlanOutcome> {
    await this.ports.firstLook();
    const context = await this.contextOf(occ);
    const paper = await this.onPaper(occ, context);
    if (!paper.ok) return this.refused(occ, paper);
    const { plan, claims, releases, moves, hosts, explanation, isPlaced } = paper.value;
    const { index, store, clock, observer } = this.ports;
    const fromMs = clock.elapsedMs();
    const commit = await store.commitPlan({
      opOccId: occ.id,
      token,
      plan,
      claims,
      ...(releases.length > 0 && { releases }),
      ...(moves.length > 0 && { moves }),
      generations: hosts.map((host) => seenBy(host, claims)),
      explanation: explanation ?? null,
      nowMs: clock.now(),
    });
    const result = commit.committed ? 'placed' : 'lost_race';
    if (isPlaced) observer.placementWritten(occ.operation, result, clock.elapsedMs() - fromMs);
    if (!commit.committed) {
      index.lost();
      return { result: 'lost', lost: commit.lost };
    }
    // The kept snapshot knows of no moves: it is read again.
    if (moves.length > 0) index.lost();
    index.committed(
      { claims, releases },
      hosts.map(({ id, zone, adminState, generation }) => ({ id, zone, adminState, generation: generation + 1 })),
    );
    return { result: 'committed' };
  }

  private refused({ operation }: LcmOpOcc, paper: Exclude<Planned, { ok: true }>): PlanOutcome {
    const { problem: why, explanation, refusedBy: by } = paper;
    if (by !== undefined) this.ports.observer.placementRefused(operation, by);
    return { result: 'refused', problem: why, explanation };
  }

  /** The kept snapshot may miss releases: only a fresh one can refuse, or deny a fixed address. */
  private async onPaper(occ: LcmOpOcc, context: BindContext): Promise<Planned> {
    const picture = await this.ports.index.kept();
    const paper = this.plan(occ, context, picture);
    const isGood = paper.ok && !paper.value.isDoubtful;
    return isGood || picture.isFresh ? paper : this.plan(occ, context, await this.ports.index.fresh());
  }

  private async contextOf(occ: LcmOpOcc): Promise<BindContext> {
    const instance = await this.ports.store.instance(occ.vnfInstanceId);
    if (instance === undefined)
      throw new Error(`operation ${occ.id} is about instance ${occ.vnfInstanceId}, which is gone`);
    const { store, ids, installation } = this.ports;
    return { ...(await planContextOf(store, instance, ids)), installation: installation() };
  }

  private plan(occ: LcmOpOcc, context: BindContext, picture: Picture): Planned {
    const { sight, times } = this.ports;
    const drafted = this.operation(occ.operation).draft({ ...context, sight }, occ.operationParams);
    if (!drafted.ok) return drafted;
    const { placing, restoring, reconnecting, releases = [], instance = context.instance } = drafted.value;
    const without = withoutReleased(picture, context.instance, releases);
    const around = { ...context, instance };
    const hostOf = (id: HostId) => freeHost(picture.fleet, id)?.host;
    const restored = restoring ? renderAgain(around, restoring.filling, restoring.vnfcs, hostOf) : new Map();
    const placed = placing ? this.placed(occ, around, placing, without.picture) : nothingPlaced;
    if (!placed.ok) return placed;
    const rewired = reconnecting ? reconnect(around, reconnecting, picture, occ.id) : ok(nothingRewired);
    if (!rewired.ok) return rewired;
    const { bound, hosts, ...paper } = placed.value;
    const { reconnected, moves } = rewired.value;
    const touched = [...hosts, ...without.hosts, ...rewired.value.hosts];
    const seen = [...new Map(touched.map((host) => [host.id, host])).values()];
    const plan = drafted.value.plan({ bound, restored, reconnected, times });
    const claims = [...paper.claims, ...rewired.value.claims];
    // What connection points have now is read from the claims, so these have to be as they are in the store.
    const isDoubtful = paper.isDoubtful || reconnecting !== undefined;
    return { ok: true, value: { ...paper, claims, isDoubtful, hosts: seen, releases, moves, plan } };
  }

  /** VNFCs with their placement, rendered, and their claims. */
  private placed(occ: LcmOpOcc, context: BindContext, draft: OperationDraft, picture: Picture): Planned<PlacedVnfcs> {
    const request = placementRequest(context, draft, picture.fleet, occ.id, this.ports);
    if (!request.ok) return request;
    const result = this.place(request.value, picture);
    const explanation = abridged(result.explanation);
    if (!result.ok) {
      const why = problem('no-placement', explanation.summary, { explanation });
      return { ok: false, problem: why, explanation, refusedBy: refusedBy(explanation) };
    }
    const hosts = hostsOf(result.placements, picture);
    const around = { opOccId: occ.id, claims: picture.addresses };
    const arrived = bindPlaced(context, draft, result.placements, hosts, around);
    if (!arrived.ok) return { ...arrived, refusedBy: byAddresses };
    const { vnfcs, isDoubtful } = arrived.value;
    const placed = together(vnfcs, result.placements, request.value.demands, hosts);
    const rendered = renderVnfcs(context, draft, placed);
    const claims = [
      ...placed.flatMap((one) => claimsOf(one.placement, one.demand, occ.id, allocationsOf(one.vnfc).place)),
      ...arrived.value.claims,
    ];
    const seen = [...hosts, ...storageSharers(picture.fleet, hosts, claims)];
    const isPlaced = draft.adds.length > 0;
    const bound = { vnfcs, rendered };
    return { ok: true, value: { bound, claims, hosts: seen, explanation, isPlaced, isDoubtful } };
  }

  /** The explanation is made later, and does not count to the time of the search. */
  private place(request: PlacementRequest, { fleet }: Picture): PlacementResult {
    const { clock, observer } = this.ports;
    const fromMs = clock.elapsedMs();
    const result = placeInFleet(request, fleet, this.refusals);
    if (request.demands.length > 0) observer.placementSearched(clock.elapsedMs() - fromMs);
    return result;
  }
}

/** Another replica may know that buses were renumbered, when this one does not yet. */
function seenBy({ id: hostId, generation, facts }: Host, claims: readonly Claim[]): SeenHost {
  const cards = claims.flatMap(({ kind, key, hostId: on }) => {
    const one = kind === 'pci' && on === hostId ? facts.pciFunctions.find(({ address }) => address === key) : undefined;
    const card = one && cardOf(one, facts.pciFunctions);
    return card === undefined ? [] : [[key, card.mac] as const];
  });
  return { hostId, generation, ...(cards.length > 0 && { cards: Object.fromEntries(cards) }) };
}

const hostsOf = (placements: readonly VnfcPlacement[], { fleet }: Picture): readonly Host[] =>
  [...new Set(placements.map((one) => one.hostId))].flatMap((id) => freeHost(fleet, id)?.host ?? []);

/** The fleet without the claims that this commit releases, and the hosts of these. */
function withoutReleased(
  picture: Picture,
  { instantiated }: VnfInstance,
  releases: readonly AllocationId[],
): { readonly picture: Picture; readonly hosts: readonly Host[] } {
  if (releases.length === 0) return { picture, hosts: [] };
  const gone = new Set(releases);
  const held = heldBy(
    picture.fleet,
    gone,
    (instantiated?.vnfcs ?? []).map((vnfc) => vnfc.hostId),
  );
  const hosts = [...new Set(held.map((claim) => claim.hostId))].flatMap(
    (id) => freeHost(picture.fleet, id)?.host ?? [],
  );
  return {
    picture: {
      ...picture,
      fleet: withoutClaims(picture.fleet, held),
      addresses: picture.addresses.filter((claim) => !gone.has(claim.allocationId)),
    },
    hosts,
  };
}

const nothingRewired: Rewired = { reconnected: [], claims: [], moves: [], hosts: [] };

const nothingPlaced: Planned<PlacedVnfcs> = {
  ok: true,
  value: { bound: { vnfcs: [], rendered: new Map() }, claims: [], hosts: [], isPlaced: false, isDoubtful: false },
};

/** A physical function has its own MAC address. */
function withOwnMacs(placement: VnfcPlacement, hosts: readonly Host[]): PlacedVnfc {
  const known = hosts.find((host) => host.id === placement.hostId)?.facts.pciFunctions ?? [];
  const pciFunctions = placement.pciFunctions.map((one) => {
    const ownMac = known.find((each) => each.address === one.address)?.mac;
    return ownMac === undefined ? one : { ...one, ownMac };
  });
  return { ...placement, pciFunctions };
}

interface Arrived {
  readonly vnfcs: readonly Vnfc[];
  /** Those of its addresses. */
  readonly claims: readonly Claim[];
  /** An address that was chosen for one of them is in use, according to a kept snapshot that may be outdated. */
  readonly isDoubtful: boolean;
}

function bindPlaced(
  context: BindContext,
  draft: OperationDraft,
  placements: readonly VnfcPlacement[],
  hosts: readonly Host[],
  { opOccId, claims }: { readonly opOccId: OpOccId; readonly claims: readonly Claim[] },
): Outcome<Arrived> {
  const berths = new Map<VnfcId, Berth>(
    placements.map((one) => [one.vnfcId, { hostId: one.hostId, pool: one.pool, placed: withOwnMacs(one, hosts) }]),
  );
  const taken = new Set(holdersByKey('ip', claims).keys());
  const macs = holdersByKey('mac', claims);
  const chosen = bindAddresses(draft, taken);
  if (!chosen.ok) return chosen;
  const known = [...macs.keys(), ...hosts.flatMap(macsOfFunctions)];
  const bound = bindVnfcs(context, draft, { berths, chosen: chosen.value, macs: known });
  if (!bound.ok) return bound;
  const own = addressClaims(bound.value, context.instance, opOccId, claims);
  const clash = addressInUse(bound.value, own, claims);
  if (clash !== undefined) return refuse(problem('unprocessable', clash));
  return ok({ vnfcs: bound.value, claims: own, isDoubtful: chosen.value.held.length > 0 });
}

const macsOfFunctions = ({ facts }: Host): readonly string[] => facts.pciFunctions.flatMap(({ mac }) => mac ?? []);

/** Every VNFC with its placement, its demand and its host. */
function together(
  vnfcs: readonly Vnfc[],
  placements: readonly VnfcPlacement[],
  demands: readonly VnfcDemand[],
  hosts: readonly Host[],
): readonly PlacedOne[] {
  return vnfcs.map((vnfc) => {
    const placement = placements.find((each) => each.vnfcId === vnfc.id);
    const demand = demands.find((each) => each.vnfcId === vnfc.id);
    const host = hosts.find((each) => each.id === vnfc.hostId);
    if (placement === undefined || demand === undefined || host === undefined) {
      throw new Error(`VNFC ${vnfc.id} was bound without being asked for and placed`);
    }
    return { vnfc, placement, demand, host };
  });
}
