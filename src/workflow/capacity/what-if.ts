/**
 * Answers questions about placement with the code that places: the same drafts, the same question, the same search, on
 * a fresh picture of the fleet, and no claim.
 */
import { freeHost, heldOn, type CapacityIndex } from '../../inventory/capacity-index.js';
import type { Host } from '../../inventory/model.js';
import { flavourOf, type OperationDraft, type PlanContext } from '../../lifecycle/draft.js';
import type { VnfInstance, Vnfc } from '../../lifecycle/model.js';
import { draftInstantiate, draftLevel } from '../../lifecycle/operations/instantiate.js';
import { draftScale } from '../../lifecycle/operations/scale.js';
import { abridged } from '../../placement/explanation/abridged.js';
import type { PlacementRequest } from '../../placement/model.js';
import { KeptRefusals } from '../../placement/explanation/kept-refusals.js';
import { placeInFleet } from '../../placement/place.js';
import { assuming } from '../../placement/what-if/assume.js';
import { capacityOf, type Capacity } from '../../placement/what-if/capacity.js';
import { defragment, type Defragmentation, type Standing } from '../../placement/what-if/defragment.js';
import type { IdSource } from '../../shared/clock.js';
import { hostId, vnfInstanceId, vnfdId, type HostId, type VnfInstanceId } from '../../shared/ids.js';
import { ok, refuse, type Outcome } from '../../shared/outcome.js';
import { problem } from '../../shared/problem.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { InstanceRecords } from '../../store/instances.js';
import type { PackageRecords, VnfPkgRecord } from '../../store/packages.js';
import { everyPage } from '../records/every-page.js';
import type { KeptCapacity } from './kept-capacity.js';
import { placementRequest } from '../placement-request.js';
import type { CapacityQuery, DefragmentRequest, DryRunAnswer, DryRunRequest, PlacementQuestions } from '../commands.js';
import { planContextFrom, planContextOf } from '../plan-context.js';

export interface WhatIfPorts {
  readonly store: Pick<PackageRecords, 'packageByVnfdId' | 'package'> &
    Pick<InstanceRecords, 'instance' | 'instancesOf' | 'instantiatedPage'> &
    Pick<ClaimRecords, 'claimsOn'>;
  readonly index: Pick<KeptCapacity, 'fresh'>;
  readonly firstLook: () => Promise<void>;
  readonly ids: IdSource;
  readonly strategy: 'pack' | 'spread';
  readonly budget: number;
}

export interface FlavourQuestion {
  readonly flavour: string;
  readonly vnf: PlacementRequest;
}

type PerInstance<T> = (context: PlanContext, vnfcs: readonly Vnfc[]) => readonly T[];

/** Instances that are in memory at once. */
const instancesAtOnce = 50;

const unknown = (detail: string): Outcome<never> => refuse(problem('unknown-reference', detail));

/** Seeds only break ties; the same question gets the same answer. */
const seedText = 'what-if';

export class WhatIf implements PlacementQuestions {
  private readonly refusals = new KeptRefusals();

  constructor(private readonly ports: WhatIfPorts) {}

  async dryRun(request: DryRunRequest): Promise<Outcome<DryRunAnswer>> {
    const now = await this.fleet();
    const fleet = assumed(now, request);
    if (!fleet.ok) return fleet;
    const asked = await this.questionOf(request, fleet.value);
    if (!asked.ok) return asked;
    const result = placeInFleet(asked.value, fleet.value, this.refusals);
    const explanation = abridged(result.explanation);
    return ok({ fits: result.ok, placements: result.ok ? result.placements : [], explanation });
  }

  async capacity({ vnfdId: vnfd, flavourId, levelId, reserve }: CapacityQuery): Promise<Outcome<Capacity>> {
    const fleet = await this.fleet();
    const vnf = await this.levelQuestion(vnfd, flavourId, levelId, fleet);
    return vnf.ok ? ok(capacityOf(fleet, { vnf: vnf.value, reserve })) : vnf;
  }

  /** The default level of each flavour of an onboarded VNFD; those that make no question are left out. */
  async flavourQuestions(vnfd: string, fleet: CapacityIndex): Promise<readonly FlavourQuestion[]> {
    const context = await this.contextOf(vnfd);
    if (!context.ok) return [];
    return context.value.vnfd.flavours.flatMap(({ id }) => {
      const asked = this.asked(context.value, draftLevel(context.value, { flavourId: id }), fleet);
      return asked.ok ? [{ flavour: id, vnf: asked.value }] : [];
    });
  }

  async defragment(request: DefragmentRequest): Promise<Outcome<Defragmentation>> {
    const fleet = await this.fleet();
    const vnf = await this.levelQuestion(request.vnfdId, request.flavourId, undefined, fleet);
    if (!vnf.ok) return vnf;
    const demand = vnf.value.demands.find((one) => one.vduId === request.vduId);
    if (demand === undefined) return unknown(`VDU "${request.vduId}" has no VNFC at the default level of the flavour.`);
    const standing = await this.standing(fleet);
    return ok(defragment(fleet, { demand, slots: request.slots, standing, settings: vnf.value }));
  }

  private async fleet(): Promise<CapacityIndex> {
    await this.ports.firstLook();
    return (await this.ports.index.fresh()).fleet;
  }

  private async questionOf(request: DryRunRequest, fleet: CapacityIndex): Promise<Outcome<PlacementRequest>> {
    if (request.instantiate !== undefined) {
      const context = await this.contextOf(request.instantiate.vnfdId);
      if (!context.ok) return context;
      return this.asked(context.value, draftInstantiate(context.value, request.instantiate.request), fleet);
    }
    if (request.scale !== undefined) return this.scaleQuestion(request.scale, fleet);
    const drained = new Set<string>(request.assume?.drain);
    if (drained.size === 0) return unknown('Nothing is asked: give instantiate, scale, or hosts to drain.');
    const { strategy, budget } = this.ports;
    const leaving = await this.eachOf(await this.holdersOn([...drained].map(hostId)), (context, vnfcs) => {
      const gone = vnfcs.filter((vnfc) => drained.has(vnfc.hostId));
      return gone.length === 0 ? [] : [comingAnew(context, gone, fleet, this.ports)];
    });
    const demands = leaving.flatMap((one) => one.demands);
    return ok({ demands, affinity: leaving.flatMap((one) => one.affinity), seed: 1, budget, strategy });
  }

  private async scaleQuestion(
    { vnfInstanceId: id, aspectId, scaleLevel }: NonNullable<DryRunRequest['scale']>,
    fleet: CapacityIndex,
  ): Promise<Outcome<PlacementRequest>> {
    const instance = await this.ports.store.instance(vnfInstanceId(id));
    if (instance?.instantiated === undefined) return unknown(`There is no instantiated VNF "${id}".`);
    const steps = scaleLevel - (instance.instantiated.scaleLevels[aspectId] ?? 0);
    const context = await planContextOf(this.ports.store, instance, this.ports.ids);
    const type = steps < 0 ? 'SCALE_IN' : 'SCALE_OUT';
    const draft = draftScale(context, instance.instantiated, { type, aspectId, numberOfSteps: Math.abs(steps) });
    return this.asked(context, draft, fleet);
  }

  private async levelQuestion(
    vnfd: string,
    flavourId: string | undefined,
    instantiationLevelId: string | undefined,
    fleet: CapacityIndex,
  ): Promise<Outcome<PlacementRequest>> {
    const context = await this.contextOf(vnfd);
    if (!context.ok) return context;
    const level = instantiationLevelId === undefined ? {} : { instantiationLevelId };
    const flavour = flavourId ?? context.value.vnfd.defaultFlavourId;
    return this.asked(context.value, draftLevel(context.value, { flavourId: flavour, ...level }), fleet);
  }

  private asked(context: PlanContext, draft: Outcome<OperationDraft>, fleet: CapacityIndex): Outcome<PlacementRequest> {
    return draft.ok ? placementRequest(context, draft.value, fleet, seedText, this.ports) : draft;
  }

  /** A hypothetical VNF. */
  private async contextOf(vnfd: string): Promise<Outcome<PlanContext>> {
    const record = await this.ports.store.packageByVnfdId(vnfdId(vnfd));
    if (record?.contents === undefined) return unknown(`No onboarded package has vnfdId "${vnfd}"; onboard it first.`);
    return ok(planContextFrom(onPaper(record, record.contents.vnfd), record, this.ports.ids));
  }

  /** VNFCs with claims, each with its demand and its affinity rules. */
  private standing(fleet: CapacityIndex): Promise<readonly Standing[]> {
    return this.eachInstance((context, vnfcs) =>
      vnfcs
        .filter((vnfc) => heldOn(fleet, vnfc.hostId).some((claim) => claim.vnfcId === vnfc.id))
        .flatMap((vnfc) => {
          const { demands, affinity } = comingAnew(context, [vnfc], fleet, this.ports);
          return demands.map((demand) => ({ demand, hostId: vnfc.hostId, affinity }));
        }),
    );
  }

  /** Instances with a VNFC on these hosts: whatever stands there holds something. */
  private async holdersOn(ids: readonly HostId[]): Promise<readonly VnfInstanceId[]> {
    const claims = await this.ports.store.claimsOn(ids);
    return [...new Set(claims.map((claim) => claim.vnfInstanceId))];
  }

  private async eachInstance<T>(work: PerInstance<T>): Promise<readonly T[]> {
    const results: T[] = [];
    const { store } = this.ports;
    for await (const page of everyPage((asked) => store.instantiatedPage(asked), instancesAtOnce)) {
      results.push(
        ...(await this.eachOf(
          page.map(({ id }) => id),
          work,
        )),
      );
    }
    return results;
  }

  private async eachOf<T>(ids: readonly VnfInstanceId[], work: PerInstance<T>): Promise<readonly T[]> {
    const results: T[] = [];
    for (let from = 0; from < ids.length; from += instancesAtOnce) {
      for (const instance of await this.ports.store.instancesOf(ids.slice(from, from + instancesAtOnce))) {
        if (instance.instantiated === undefined) continue;
        results.push(
          ...work(await planContextOf(this.ports.store, instance, this.ports.ids), instance.instantiated.vnfcs),
        );
      }
    }
    return results;
  }
}

const onPaper = (record: VnfPkgRecord, vnfd: PlanContext['vnfd']): VnfInstance => ({
  ...{ id: vnfInstanceId('on-paper'), vnfPkgId: record.id, vnfdId: vnfd.id, vnfProvider: vnfd.provider },
  ...{ vnfProductName: vnfd.productName, vnfSoftwareVersion: vnfd.softwareVersion, vnfdVersion: vnfd.version },
  ...{ metadata: {}, extensions: {}, vnfConfigurableProperties: {}, revision: 1 },
});

/** VNFCs of a VNF as if they were new while the others of it stay. */
function comingAnew(
  context: PlanContext,
  vnfcs: readonly Vnfc[],
  fleet: CapacityIndex,
  ports: WhatIfPorts,
): Pick<PlacementRequest, 'demands' | 'affinity'> {
  const { instance } = context;
  const now = instance.instantiated;
  if (now === undefined) return { demands: [], affinity: [] };
  const flavour = flavourOf(context, now);
  const adds = vnfcs.flatMap(({ id, vduId, index }) => {
    const vdu = flavour.vdus.find((each) => each.id === vduId);
    return vdu === undefined ? [] : [{ id, vdu, index }];
  });
  const keeps = now.vnfcs.filter((each) => !vnfcs.includes(each));
  const { extVirtualLinks, scaleLevels, inputs } = now;
  const draft = { flavour, adds, removes: [], keeps, extVirtualLinks, scaleLevels, inputs };
  const request = placementRequest(context, draft, fleet, seedText, ports);
  if (!request.ok) return { demands: [], affinity: [] };
  const { demands, affinity } = request.value;
  return { demands, affinity: affinity.map((rule) => ({ ...rule, id: `${rule.id} of ${instance.id}` })) };
}

function assumed(fleet: CapacityIndex, { assume = {} }: DryRunRequest): Outcome<CapacityIndex> {
  const known = (id: string) => freeHost(fleet, hostId(id))?.host;
  const named = [...(assume.drain ?? []), ...(assume.add ?? []).map((one) => one.like)];
  const unknownId = named.find((id) => known(id) === undefined);
  if (unknownId !== undefined) return unknown(`There is no host "${unknownId}"; GET /nfvi/v1/hosts lists them.`);
  const drained: readonly HostId[] = (assume.drain ?? []).map(hostId);
  const added = (assume.add ?? []).flatMap(({ like, count = 1 }) => {
    const host = known(like);
    return host === undefined ? [] : Array.from({ length: count }, (_, at) => another(host, at + 1));
  });
  return ok(assuming(fleet, { drained, added }));
}

const another = (host: Host, nth: number): Host => ({
  ...host,
  id: hostId(`${host.id}+${nth}`),
  adminState: 'active',
  reachable: true,
  generation: 0,
});
