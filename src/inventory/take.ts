/**
 * The picture of a host before and after claims: what is free when nothing is claimed, and what each row takes of it or
 * gives back (resources/table.ts).
 */
import type { FreeHost } from './free.js';
import type { Claim, Host } from './model.js';
import type { Sign } from './resources/resource.js';
import { eachSum, resources } from './resources/table.js';
import { shapeOf, type HostShape } from './shape.js';
import { roomsMiB } from './storage.js';

const noImages: ReadonlyMap<string, number> = new Map();

/** What of a claim says how much it takes. */
type Taking = Pick<Claim, 'kind' | 'key' | 'cell' | 'amount'>;

/** What is free when nothing is claimed. */
export function unclaimed(host: Host): FreeHost {
  const shape = shapeOf(host);
  const budget = (cpus: readonly number[]) => Math.floor(cpus.length * host.sharedCpuRatio);
  return {
    host,
    shape,
    cells: shape.cells.map((cell) => ({
      id: cell.id,
      cores: cell.cores,
      cpus: cell.cpus,
      wholeCores: cell.wholeCores,
      memoryMiB: cell.memoryMiB,
      pages: cell.pages,
      sharedVcpus: budget(cell.sharedCpus),
    })),
    sharedVcpus: budget(shape.sharedCpus),
    poolsMiB: roomsMiB(host.facts.pools),
    images: noImages,
    sums: sumsOf(host, shape),
    functions: shape.groups.map((group) => group.addresses),
  };
}

const sumsOf = (host: Host, shape: HostShape): FreeHost['sums'] =>
  eachSum(({ places }) => new Map(places(host, shape).map(({ key, total }) => [key, total])));

/** What is free on `host` under those of `claims` that are on it. */
export const freeOf = (host: Host, claims: readonly (Taking & Pick<Claim, 'hostId'>)[]): FreeHost =>
  take(
    unclaimed(host),
    claims.filter((claim) => claim.hostId === host.id),
  );

/** The picture after claims are added. All of them must be on this host. */
export const take = (free: FreeHost, claims: readonly Taking[]): FreeHost => applied(free, claims, -1);

/** The picture after claims are removed: the exact inverse of `take`. */
export const giveBack = (free: FreeHost, claims: readonly Taking[]): FreeHost => applied(free, claims, 1);

function applied(free: FreeHost, claims: readonly Taking[], sign: Sign): FreeHost {
  const draft = { ...free, cells: free.cells.map((cell) => ({ ...cell })) };
  for (const claim of claims) resources[claim.kind].apply(draft, claim, sign);
  return draft;
}
