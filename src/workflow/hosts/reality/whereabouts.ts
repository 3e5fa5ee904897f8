/**
 * Measured placement of the VNFCs of a host against the plan: each reading of a host gets the CPUs of their threads and
 * their memory from the kernel, in one call. Of hosts that do not tell the latter, what free pages have shown so far is kept.
 */
import type { DomainWhereabouts, FreePages } from '../../../engine/engine.js';
import type { Engines } from '../../../engine/engines.js';
import type { VnfInstance, Vnfc } from '../../../lifecycle/model.js';
import { defined } from '../../../shared/defined.js';
import type { HostId, VnfcId, VnfPkgId } from '../../../shared/ids.js';
import type { InstanceRecords } from '../../../store/instances.js';
import type { PackageRecords } from '../../../store/packages.js';
import type { Background, KeyedTask } from '../../background/background.js';
import type { FleetView, FoundVnfc, PlacementPart, WhereaboutsView } from '../fleet-view.js';
import { judgePages, movedOf, type PagesSeen } from './moved-pages.js';
import { pagesReading } from './pages-reading.js';
import { isElsewhere, partsThatDiffer, placementParts, planIn, type PlacementPlan } from './placement-plan.js';
import { plannedDomain, type PlannedDomainPorts } from './planned-domain.js';
import type { Log } from '../../../shared/log.js';

export interface WhereaboutsPorts extends PlannedDomainPorts {
  readonly store: Pick<InstanceRecords, 'instancesOn'> & Pick<PackageRecords, 'package'>;
  readonly fleet: PlannedDomainPorts['fleet'] & Pick<FleetView, 'domain' | 'freePages'>;
  readonly engines: Engines;
  readonly background: Background;
  readonly log: Log;
}

interface HostPages {
  readonly seen: PagesSeen;
  /** What they were read from. */
  readonly free: readonly FreePages[] | undefined;
}

interface Plan {
  readonly revision: number;
  readonly plan: PlacementPlan;
}

/** Longer than any call to a host. */
const lookLimitMs = 600_000;

const nothing: ReadonlyMap<VnfcId, FoundVnfc> = new Map();

export class Whereabouts implements WhereaboutsView {
  private readonly looks: KeyedTask<HostId>;
  private readonly found = new Map<HostId, ReadonlyMap<VnfcId, FoundVnfc>>();
  /** Of the VNFCs of each host; those of a VNF change with its revision alone. */
  private readonly plans = new Map<HostId, ReadonlyMap<VnfcId, Plan>>();
  private readonly pages = new Map<HostId, HostPages>();

  constructor(private readonly ports: WhereaboutsPorts) {
    this.looks = ports.background.keyed({
      name: 'whereabouts',
      does: 'reading where the domains of a host are',
      about: (hostId) => ({ hostId }),
      limitMs: lookLimitMs,
      run: (id) => this.look(id),
    });
  }

  on(id: HostId): ReadonlyMap<VnfcId, FoundVnfc> {
    return this.found.get(id) ?? nothing;
  }

  hostRead(id: HostId): void {
    void this.looks.ask(id);
  }

  hostGone(id: HostId): void {
    this.found.delete(id);
    this.pages.delete(id);
  }

  hostRemoved(id: HostId): void {
    this.hostGone(id);
    this.plans.delete(id);
  }

  private async look(id: HostId): Promise<void> {
    const engine = this.ports.engines.of(id);
    try {
      const now = new Map((await engine.whereabouts()).map((one) => [one.uuid, one]));
      await this.learnPlans(id, now);
      // The host may have become unreachable; the reading after its return shows the state.
      if (!engine.isConnected()) return this.hostGone(id);
      const plans = this.plans.get(id) ?? new Map<VnfcId, Plan>();
      const seen = this.pagesSeen(id, plans, now);
      const found = new Map([...plans].flatMap(([vnfc, { plan }]) => foundAs(plan, vnfc, now.get(vnfc), seen)));
      this.tell(id, found, this.on(id));
      this.found.set(id, found);
    } catch (error) {
      this.found.delete(id);
      throw error;
    }
  }

  /** A reading that was judged already says nothing new. */
  private pagesSeen(
    hostId: HostId,
    plans: ReadonlyMap<VnfcId, Plan>,
    now: ReadonlyMap<VnfcId, DomainWhereabouts>,
  ): PagesSeen {
    const { fleet } = this.ports;
    const before = this.pages.get(hostId);
    const free = fleet.freePages(hostId);
    const holders = new Map([...plans].map(([vnfc, { plan }]) => [vnfc, plan.pages]));
    const reading = before?.free === free ? undefined : pagesReading(fleet, hostId, holders, now);
    if (reading === undefined) return before?.seen ?? new Map();
    const seen = judgePages(before?.seen ?? new Map(), reading);
    this.pages.set(hostId, { seen, free });
    return seen;
  }

  /** Threads or memory were moved outside Berth, or moved back. */
  private tell(hostId: HostId, found: ReadonlyMap<VnfcId, FoundVnfc>, before: ReadonlyMap<VnfcId, FoundVnfc>): void {
    for (const [vnfcId, one] of found) {
      const parts = differing(one);
      const were = differing(before.get(vnfcId));
      if (parts.join() === were.join()) continue;
      if (parts.length === 0) this.ports.log.info({ hostId, vnfcId }, 'a VNFC is where it was planned again');
      else this.ports.log.warn({ hostId, vnfcId, parts }, 'a VNFC is not where it was planned: see its placement');
    }
  }

  private async learnPlans(id: HostId, now: ReadonlyMap<VnfcId, DomainWhereabouts>): Promise<void> {
    const before = this.plans.get(id);
    const plans = new Map<VnfcId, Plan>();
    const packages = new Map<VnfPkgId, ReturnType<PackageRecords['package']>>();
    const once = (pkg: VnfPkgId) => packages.get(pkg) ?? kept(packages, pkg, this.ports.store.package(pkg));
    const ports = { ...this.ports, store: { package: once } };
    for (const instance of await this.ports.store.instancesOn(id)) {
      for (const vnfc of instance.instantiated?.vnfcs ?? []) {
        if (vnfc.hostId !== id || !now.has(vnfc.id)) continue;
        const old = before?.get(vnfc.id);
        const plan = old?.revision === instance.revision ? old : await planOf(ports, instance, vnfc);
        if (plan !== undefined) plans.set(vnfc.id, plan);
      }
    }
    this.plans.set(id, plans);
  }
}

function kept<K, V>(map: Map<K, V>, key: K, value: V): V {
  map.set(key, value);
  return value;
}

async function planOf(ports: PlannedDomainPorts, instance: VnfInstance, vnfc: Vnfc): Promise<Plan | undefined> {
  const xml = await plannedDomain(ports, instance, vnfc);
  if (xml === undefined) return undefined;
  return { revision: instance.revision, plan: planIn(xml) };
}

const differing = (found: FoundVnfc | undefined): readonly PlacementPart[] =>
  placementParts.filter((part) => found?.differs[part] === true);

function foundAs(
  plan: PlacementPlan,
  vnfc: VnfcId,
  now: DomainWhereabouts | undefined,
  seen: PagesSeen,
): readonly (readonly [VnfcId, FoundVnfc])[] {
  if (now === undefined) return [];
  const vcpus = now.vcpus.flatMap(({ index, hostCpus }) => {
    const planned = plan.pins.get(index);
    return planned === undefined ? [] : [{ vcpu: index, differs: isElsewhere(hostCpus, planned) }];
  });
  const isTold = now.memory !== undefined || plan.pages.length === 0;
  const moved = isTold ? undefined : movedOf(seen, vnfc, plan.pages);
  const differs = { ...partsThatDiffer(plan, now), ...(moved !== undefined && { memory: moved.length > 0 }) };
  return [[vnfc, { vcpus, ...defined({ memory: now.memory, moved }), differs }]];
}
