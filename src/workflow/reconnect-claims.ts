/**
 * Claims of connection points that are reconnected: what they have and keep stays where it is, what leaves goes into an
 * allocation of its own, which a rollback brings back and the last step lets go of, and what comes is claimed anew.
 */
import { claimFor, claimsOf } from '../inventory/claims.js';
import { fleetWide, type Claim, type Host } from '../inventory/model.js';
import { row } from '../inventory/resources/resource.js';
import { addressKeys } from '../lifecycle/address-keys.js';
import { allocationsOf } from '../lifecycle/allocations.js';
import type { VnfInstance, Vnfc, VnfcCp } from '../lifecycle/model.js';
import type { CpWish, Reconnected } from '../lifecycle/reconnection.js';
import type { IdSource } from '../shared/clock.js';
import { allocationId, hostId, type AllocationId, type OpOccId } from '../shared/ids.js';
import type { ClaimMove } from '../store/operations.js';

interface Change {
  readonly vnfc: Vnfc;
  readonly planned: Vnfc;
  readonly wishes: readonly CpWish[];
  /** Claims of the VNFC. */
  readonly standing: readonly Claim[];
  readonly host: Host;
  readonly opOccId: OpOccId;
  readonly instance: VnfInstance;
  readonly ids: IdSource;
}

interface Claimed extends Pick<Reconnected, 'before' | 'after' | 'leaving'> {
  readonly claims: readonly Claim[];
  readonly moves: readonly ClaimMove[];
}

export function claimsFor(change: Change): Claimed {
  const { vnfc, planned, wishes } = change;
  const left = new Rest(change.standing);
  const changed = new Map(wishes.map(({ cp }) => [cp.id, claimsOfCp(change, cp, left)]));
  const withAllocations = (of: Vnfc, which: 'was' | 'willBe'): Vnfc => ({
    ...of,
    cps: of.cps.map((cp) => {
      const allocations = changed.get(cp.id)?.[which];
      if (allocations === undefined) return cp;
      const { allocations: _earlier, ...rest } = cp;
      return allocations.length === 0 ? rest : { ...rest, allocations };
    }),
  });
  const all = [...changed.values()];
  return {
    before: withAllocations(vnfc, 'was'),
    after: withAllocations(planned, 'willBe'),
    claims: all.flatMap(({ claims }) => claims),
    moves: all.flatMap(({ moves }) => moves),
    leaving: all.flatMap(({ was, willBe }) => was.filter((id) => !willBe.includes(id))),
  };
}

/** Claims as they stand while one connection point after the other takes its own out of them. */
class Rest {
  constructor(private claims: readonly Claim[]) {}

  /** Takes the share of a connection point; undefined: nobody wrote it down. */
  take(wanted: Claim, own: readonly AllocationId[]): Claim | undefined {
    const fits = (claim: Claim) =>
      claim.hostId === wanted.hostId &&
      claim.kind === wanted.kind &&
      claim.key === wanted.key &&
      claim.amount >= wanted.amount;
    const found =
      this.claims.find((claim) => fits(claim) && own.includes(claim.allocationId)) ?? this.claims.find(fits);
    if (found === undefined) return undefined;
    const rest = { ...found, amount: found.amount - wanted.amount };
    this.claims = this.claims.flatMap((claim) => (claim !== found ? [claim] : rest.amount > 0 ? [rest] : []));
    return found;
  }

  has(id: AllocationId): boolean {
    return this.claims.some(({ allocationId: one }) => one === id);
  }
}

function claimsOfCp(change: Change, cp: VnfcCp, left: Rest) {
  const { vnfc, planned, ids } = change;
  const next = planned.cps.find(({ id }) => id === cp.id) ?? cp;
  const [has, wants] = [sharesOf(change, vnfc, cp), sharesOf(change, planned, next)];
  const leaves = has.filter((claim) => !wants.some((other) => isSame(claim, other)));
  const comes = wants.filter((claim) => !has.some((other) => isSame(claim, other)));
  const own = cp.allocations ?? [];
  const out = new Map<string, AllocationId>();
  const into = (made: Map<string, AllocationId>, claim: Claim): AllocationId => {
    const known = made.get(claim.hostId) ?? allocationId(ids.uuid());
    made.set(claim.hostId, known);
    return known;
  };
  const moves = leaves.flatMap((claim): readonly ClaimMove[] => {
    const found = left.take(claim, own);
    if (found === undefined) return [];
    const moved = { ...found, amount: claim.amount, opOccId: change.opOccId, allocationId: into(out, claim) };
    return [{ from: found.allocationId, claim: moved }];
  });
  const made = new Map<string, AllocationId>();
  const claims = comes.map((claim) => ({ ...claim, allocationId: into(made, claim) }));
  const kept = own.filter((id) => left.has(id));
  return { claims, moves, was: [...own, ...out.values()], willBe: [...kept, ...made.values()] };
}

const isSame = (one: Claim, other: Claim): boolean =>
  one.hostId === other.hostId && one.kind === other.kind && one.key === other.key && one.amount === other.amount;

/** What a connection point holds of its host and of the fleet. */
function sharesOf({ host, opOccId, instance }: Change, vnfc: Vnfc, cp: VnfcCp): readonly Claim[] {
  const isCounted = host.facts.networks.some(({ name, devices }) => name === cp.network && devices !== undefined);
  const berth = {
    ...{ vnfcId: vnfc.id, hostId: vnfc.hostId, cells: [], ownEmulatorCpus: [], pool: vnfc.pool },
    pciFunctions: vnfc.placement.pciFunctions.filter(({ cpdId }) => cpdId === cp.cpdId),
    ...(isCounted && cp.network !== undefined && { networkDevices: { [cp.network]: 1 } }),
  };
  const nothingElse = { vnfInstanceId: instance.id, numaStrict: false, diskMiB: 0, networks: [], pciFunctions: [] };
  const { place, addresses } = allocationsOf(vnfc);
  const owner = {
    hostId: hostId(fleetWide),
    allocationId: addresses,
    vnfcId: vnfc.id,
    vnfInstanceId: instance.id,
    opOccId,
  };
  const ips = cp.disconnected === true ? [] : addressKeys(cp);
  return [
    ...claimsOf(berth, nothingElse, opOccId, place),
    claimFor('mac', row(cp.mac, 1), owner),
    ...ips.map((key) => claimFor('ip', row(key, 1), owner)),
  ];
}
