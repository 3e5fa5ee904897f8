/**
 * The fleet index that plans are made on, kept between plans: the cost of a plan depends on what changed since the last
 * one and not on the size of the fleet. It may be behind the store, where other replicas and ended operations write. The
 * commit of a plan checks generations, and a refusal counts only on a fresh snapshot.
 */
import {
  capacityIndexOf,
  heldOn,
  hostIn,
  withHost,
  withHostTaking,
  type CapacityIndex,
} from '../../inventory/capacity-index.js';
import { fleetWide, type Claim, type Host } from '../../inventory/model.js';
import { hostId, type AllocationId, type HostId } from '../../shared/ids.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { PlanCommit } from '../../store/operations.js';
import type { HostMoment, HostRecords } from '../../store/hosts.js';
import { everyPage } from '../records/every-page.js';
import { InTurn } from '../../shared/in-turn.js';

/** What a plan is made on. */
export interface Picture {
  readonly fleet: CapacityIndex;
  /** MAC and IP claims: unique in the fleet. */
  readonly addresses: readonly Claim[];
  /** Read from the store for this plan. */
  readonly isFresh: boolean;
}

/** The hosts as they were last seen, with those that changed since they were last asked for. */
export interface SeenHosts {
  hosts(): readonly Host[];
  host(id: HostId): Host | undefined;
  takeChanged(): ReadonlySet<HostId>;
  recordMoments(moments: readonly HostMoment[]): void;
}

/** What a plan of this process claimed on a host, and the generation that the host has by that. */
interface OwnCommit {
  readonly generation: number;
  readonly claims: readonly Claim[];
}

/** When more hosts changed than this share, the index is rebuilt: that is quicker. */
const mostChanged = 0.2;

/** Releases are not reported: beyond this number they are read again. */
const mostAddresses = (read: number): number => 2 * read + 500;

export class KeptCapacity {
  private fleet: CapacityIndex | undefined;
  private addresses: readonly Claim[] = [];
  /** How many there were when they were read. */
  private addressesRead = 0;
  private isStale = true;
  /** By host, since its claims were last brought up to date. */
  private own = new Map<HostId, readonly OwnCommit[]>();
  /** One update at a time, each on the result of the one before. */
  private readonly turns = new InTurn();

  constructor(
    private readonly seen: SeenHosts,
    private readonly store: Pick<HostRecords, 'hostPage'> & Pick<ClaimRecords, 'claimsOn'>,
  ) {}

  /** The kept snapshot; a fresh one when there is none, or a plan on it lost a race. */
  kept(): Promise<Picture> {
    return this.turns.do(() => this.readKept());
  }

  fresh(): Promise<Picture> {
    return this.turns.do(() => this.readFresh());
  }

  private async readKept(): Promise<Picture> {
    if (this.isStale || this.fleet === undefined) return this.readFresh();
    if (this.addresses.length > mostAddresses(this.addressesRead)) await this.readAddresses();
    const changed = this.seen.takeChanged();
    const own = this.takeOwn();
    this.fleet = this.hasLost(this.fleet, changed)
      ? await this.anew(this.seen.hosts())
      : await this.caughtUp(this.fleet, changed, own);
    return { fleet: this.fleet, addresses: this.addresses, isFresh: false };
  }

  /** Generations first, claims after: what was committed between the two makes the plan lose and start again. */
  private async readFresh(): Promise<Picture> {
    this.isStale = true;
    const rows = new Set<HostId>();
    for await (const page of everyPage((asked) => this.store.hostPage(asked))) {
      this.seen.recordMoments(page);
      for (const { id } of page) rows.add(id);
    }
    // Another replica may have removed a host that is still in the index: each plan on it would lose.
    const hosts = this.seen.hosts().filter(({ id }) => rows.has(id));
    const changed = this.seen.takeChanged();
    const own = this.takeOwn();
    const isSmall = changed.size <= hosts.length * mostChanged;
    const known = this.fleet;
    const goesOn = known?.size === hosts.length && isSmall && !this.hasLost(known, changed);
    const fleet = goesOn ? await this.caughtUp(known, changed, own) : await this.anew(hosts);
    await this.readAddresses();
    this.fleet = fleet;
    this.isStale = false;
    return { fleet, addresses: this.addresses, isFresh: true };
  }

  private async readAddresses(): Promise<void> {
    this.addresses = await this.store.claimsOn([hostId(fleetWide)]);
    this.addressesRead = this.addresses.length;
  }

  /**
   * A plan was committed: its addresses are taken, and its hosts are of a new generation. Reading these hosts
   * again shows what it released.
   */
  committed(
    { claims, releases }: Pick<PlanCommit, 'claims'> & { readonly releases: readonly AllocationId[] },
    moments: readonly HostMoment[],
  ): void {
    const stay =
      releases.length === 0 ? this.addresses : this.addresses.filter((claim) => !releases.includes(claim.allocationId));
    this.addresses = [...stay, ...claims.filter((claim) => claim.hostId === fleetWide)];
    this.seen.recordMoments(moments);
    if (releases.length > 0) return;
    const byHost = Map.groupBy(claims, (claim) => claim.hostId);
    for (const { id, generation } of moments) {
      this.own.set(id, [...(this.own.get(id) ?? []), { generation, claims: byHost.get(id) ?? [] }]);
    }
  }

  private takeOwn(): ReadonlyMap<HostId, readonly OwnCommit[]> {
    const { own } = this;
    this.own = new Map();
    return own;
  }

  /** A plan on the kept snapshot lost a race: another process wrote. */
  lost(): void {
    this.isStale = true;
  }

  /** A host of the index is not in the fleet any more. */
  private hasLost(fleet: CapacityIndex, changed: ReadonlySet<HostId>): boolean {
    return [...changed].some((id) => this.seen.host(id) === undefined && hostIn(fleet, id) !== undefined);
  }

  private async anew(hosts: readonly Host[]): Promise<CapacityIndex> {
    this.fleet = undefined;
    return capacityIndexOf({ hosts, claims: await this.store.claimsOn(hosts.map(({ id }) => id)) });
  }

  /** Claims are read again where the generation says that others may have changed them. */
  private async caughtUp(
    fleet: CapacityIndex,
    changed: ReadonlySet<HostId>,
    own: ReadonlyMap<HostId, readonly OwnCommit[]>,
  ): Promise<CapacityIndex> {
    // As they are now: what comes while claims are read has changed them again for the next time.
    const hosts = new Map([...changed].map((id) => [id, this.seen.host(id)] as const));
    const known = [...hosts].reduce((sum, [id, host]) => withOwn(sum, host, own.get(id) ?? []), fleet);
    const moved = [...hosts].flatMap(([id, host]) => (hostIn(known, id)?.generation === host?.generation ? [] : [id]));
    const byHost = Map.groupBy(await this.claimsOn(moved), (claim) => claim.hostId);
    const claims = new Map(moved.map((id) => [id, byHost.get(id) ?? []]));
    return [...hosts].reduce((sum, [id, host]) => withSeen(sum, host, claims.get(id)), known);
  }

  /** If the store fails, the index and the noted plans are dropped, and the next snapshot is built from scratch. */
  private async claimsOn(ids: readonly HostId[]): Promise<readonly Claim[]> {
    try {
      return ids.length === 0 ? [] : await this.store.claimsOn(ids);
    } catch (error) {
      this.fleet = undefined;
      throw error;
    }
  }
}

/** Plans of this process without a gap: they are all that changed on the host. */
function withOwn(fleet: CapacityIndex, host: Host | undefined, own: readonly OwnCommit[]): CapacityIndex {
  const before = host && hostIn(fleet, host.id);
  if (host === undefined || before === undefined) return fleet;
  const since = own.filter(({ generation }) => generation > before.generation);
  const isAll = since.length > 0 && before.generation + since.length === host.generation;
  if (!isAll || since.some(({ generation }, at) => generation !== before.generation + at + 1)) return fleet;
  const claims = since.flatMap((commit) => commit.claims);
  const held = new Set(heldOn(fleet, host.id).map(({ allocationId }) => allocationId));
  // Claims are read after generations: a commit between the two is known already.
  return withHostTaking(
    fleet,
    host,
    claims.filter(({ allocationId }) => !held.has(allocationId)),
  );
}

function withSeen(fleet: CapacityIndex, host: Host | undefined, claims?: readonly Claim[]): CapacityIndex {
  const isKnown = host !== undefined && claims === undefined && hostIn(fleet, host.id) === host;
  return host === undefined || isKnown ? fleet : withHost(fleet, host, claims);
}
