/**
 * Operations as chance has it: VNFCs come, move, swap their place, leave files behind and go; operations are finished, parked,
 * given up, rolled back. After every change the store is asked for allocations that nobody keeps, and what is claimed is
 * compared with what the records name.
 */
import { allocationIdsOf } from '../../src/lifecycle/allocations.js';
import type { InstantiatedVnf, Vnfc } from '../../src/lifecycle/model.js';
import type { Claim } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfInstanceId, vnfcId, type AllocationId } from '../../src/shared/ids.js';
import type { OperationEnd, PlanCommit } from '../../src/store/operations.js';
import type { Store } from '../../src/store/store.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { everyClaim, everyHost, everyPackage } from '../builders/whole-tables.js';
import { freeOnly, onboard, sampleInstance, sampleOperation, samplePlan, smallFacts } from './store-samples.js';

interface History {
  readonly commits: number;
  readonly swaps: number;
  readonly lost: number;
  /** What should not have been, with the step after which it was found. */
  readonly wrong: readonly string[];
}

const hosts = ['h1', 'h2', 'h3'].map(hostId);
const [instances, cpus] = [3, 4];

/** Numbers below a limit, the same for the same seed. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

class Histories {
  commits = 0;
  swaps = 0;
  lost = 0;
  readonly wrong: string[] = [];
  private count = 0;
  private readonly below: (limit: number) => number;

  constructor(
    private readonly store: Store,
    private readonly seed: number,
  ) {
    this.below = chance(seed);
  }

  async run(steps: number): Promise<void> {
    await this.prepare();
    for (let step = 0; step < steps; step += 1) {
      await this.operate(`instance-${String(this.seed)}-${String(this.below(instances))}`);
      await this.look(`step ${String(step)} of seed ${String(this.seed)}`);
    }
  }

  private async prepare(): Promise<void> {
    await this.store.ensureHosts(hosts.map((id) => ({ id, zone: 'z' })));
    const pools = [{ name: 'pool', path: '/pool', capacityMiB: 100, availableMiB: 100 }];
    for (const id of hosts) await this.store.saveHostFacts(id, { ...smallFacts, pools });
    const pkg = (await everyPackage(this.store))[0]?.id ?? (await onboard(this.store));
    for (let at = 0; at < instances; at += 1)
      await this.store.createInstance(sampleInstance(`instance-${String(this.seed)}-${String(at)}`, pkg));
  }

  /** One operation from its beginning to an end of whatever kind. */
  private async operate(instance: string): Promise<void> {
    const id = `op-${String(this.seed)}-${String((this.count += 1))}`;
    await this.store.beginOperation(sampleOperation(id, instance), 'any');
    await this.store.leaseOperation(freeOnly('me'));
    const before = (await this.store.instance(vnfInstanceId(instance)))?.instantiated?.vnfcs ?? [];
    const touched = this.below(4) === 0 ? undefined : before[this.below(before.length)];
    const isSwap = touched !== undefined && this.below(3) > 0;
    const added = this.below(4) === 0 ? [] : [this.placed(id, touched)];
    const releases = isSwap && added.length > 0 ? [placeOf(touched)] : [];
    const committed = await this.store.commitPlan(await this.commitOf(id, instance, added, releases));
    if (!committed.committed) {
      this.lost += 1;
      await this.store.endOperation({ ...endOf(id), state: 'ROLLED_BACK' });
      return;
    }
    this.commits += 1;
    if (releases.length > 0) this.swaps += 1;
    await this.finish(id, { before, added, touched, isSwap: releases.length > 0 });
  }

  /** A place for a new VNFC, or another for one that is there. */
  private placed(id: string, moving: Vnfc | undefined): Vnfc {
    const fresh = allocationId(`place-${id}`);
    const on = hosts[this.below(hosts.length)] ?? hostId('h1');
    if (moving !== undefined) return { ...moving, hostId: on, allocations: { ...allocationsOf(moving), place: fresh } };
    return vnfc({
      id: vnfcId(`vnfc-${id}`),
      hostId: on,
      allocations: { place: fresh, addresses: allocationId(`addresses-${id}`) },
    });
  }

  private async commitOf(
    id: string,
    instance: string,
    added: readonly Vnfc[],
    releases: readonly AllocationId[],
  ): Promise<PlanCommit> {
    const seen = await everyHost(this.store);
    const known = new Set((await everyClaim(this.store)).map((claim) => claim.allocationId));
    const claims = added.flatMap((one) => claimsOf(one, instance, id, this.below(cpus)));
    return {
      ...{ opOccId: opOccId(id), token: 1, plan: samplePlan, explanation: null, nowMs: 1, releases },
      claims: claims.filter((claim) => !known.has(claim.allocationId)),
      generations: seen.map(({ id: host, generation }) => ({ hostId: host, generation })),
    };
  }

  private async finish(
    id: string,
    {
      before,
      added,
      touched,
      isSwap,
    }: {
      readonly before: readonly Vnfc[];
      readonly added: readonly Vnfc[];
      readonly touched: Vnfc | undefined;
      readonly isSwap: boolean;
    },
  ): Promise<void> {
    const moved = added.some((one) => one.id === touched?.id);
    const stay = before.filter((one) => one.id !== touched?.id);
    const after = [...stay, ...added];
    if (touched !== undefined && this.below(3) === 0) await this.leaveFile(touched);
    // Released by its step, or only by the end of the operation.
    if (touched !== undefined && !isSwap && this.below(2) === 0) {
      await this.store.releaseAllocations(moved ? [placeOf(touched)] : allocationIdsOf(touched));
      return this.store
        .endOperation({ ...endOf(id), state: 'COMPLETED', instance: recordOf(after) })
        .then(() => undefined);
    }
    switch (this.below(4)) {
      case 0:
        // What a swap took away does not come back: it is given up instead.
        return isSwap
          ? this.giveUp(id, after)
          : void (await this.store.endOperation({ ...endOf(id), state: 'ROLLED_BACK' }));
      case 1:
        return this.giveUp(id, isSwap ? after : before);
      default:
        await this.store.endOperation({ ...endOf(id), state: 'COMPLETED', instance: recordOf(after) });
    }
  }

  private async giveUp(id: string, real: readonly Vnfc[]): Promise<void> {
    await this.store.endOperation({ ...endOf(id), state: 'FAILED_TEMP' });
    await this.look(`${id} parked`);
    await this.store.failOperation({ opOccId: opOccId(id), nowMs: 3, instance: recordOf(real) });
  }

  private async leaveFile({ id, hostId: on }: Vnfc): Promise<void> {
    const file = { vnfcId: id, hostId: on, pool: 'pool', name: 'a', bases: [], reason: 'away', sinceMs: 1 };
    await this.store.keepLeftovers([file]);
    if (this.below(2) === 0) await this.store.settleLeftovers([file]);
  }

  private async look(when: string): Promise<void> {
    for (const one of await this.store.ownerlessAllocations(9)) this.wrong.push(`${when}: ${one.id} has no owner`);
    const left = new Set((await this.store.leftovers(999)).map((one) => `${one.vnfcId} ${one.hostId}`));
    const claims = (await everyClaim(this.store)).filter((one) =>
      one.vnfInstanceId.startsWith(`instance-${String(this.seed)}-`),
    );
    for (let at = 0; at < instances; at += 1) {
      const id = vnfInstanceId(`instance-${String(this.seed)}-${String(at)}`);
      if ((await this.store.operationUnderWay(id)) !== undefined) continue;
      const named = new Set<string>(
        ((await this.store.instance(id))?.instantiated?.vnfcs ?? []).flatMap(allocationIdsOf),
      );
      const own = claims.filter((claim) => claim.vnfInstanceId === id);
      const kept = own.filter((claim) => !left.has(`${claim.vnfcId} ${claim.hostId}`));
      for (const claim of kept)
        if (!named.has(claim.allocationId)) this.wrong.push(`${when}: ${claim.allocationId} is in no record`);
      const there = new Set(own.map((claim) => claim.allocationId));
      for (const each of named) if (!there.has(allocationId(each))) this.wrong.push(`${when}: ${each} claims nothing`);
    }
  }
}

export async function randomHistory(store: Store, seed: number, steps: number): Promise<History> {
  const histories = new Histories(store, seed);
  await histories.run(steps);
  return histories;
}

const allocationsOf = ({ allocations }: Vnfc) => {
  if (allocations === undefined) throw new Error('the history binds with allocations');
  return allocations;
};
const placeOf = (one: Vnfc): AllocationId => allocationsOf(one).place;
const endOf = (id: string): Omit<OperationEnd, 'state'> => ({ opOccId: opOccId(id), token: 1, nowMs: 2 });
const recordOf = (vnfcs: readonly Vnfc[]): { readonly instantiated: InstantiatedVnf | null } => ({
  instantiated: vnfcs.length === 0 ? null : instantiated({ vnfcs }),
});

function claimsOf(
  { id, hostId: on, allocations }: Vnfc,
  instance: string,
  operation: string,
  cpu: number,
): readonly Claim[] {
  const owner = { vnfcId: id, vnfInstanceId: vnfInstanceId(instance), opOccId: opOccId(operation) };
  const { place, addresses } = allocations ?? { place: allocationId(''), addresses: allocationId('') };
  const row = { ...owner, allocationId: place, hostId: on };
  return [
    { ...row, kind: 'cpu', key: String(cpu), cell: 0, exclusive: true, amount: 1 },
    { ...row, kind: 'disk', key: 'pool', exclusive: false, amount: 1 },
    {
      ...owner,
      allocationId: addresses,
      hostId: hostId('*'),
      kind: 'mac',
      key: `mac-of-${id}`,
      exclusive: true,
      amount: 1,
    },
  ];
}
