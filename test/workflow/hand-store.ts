/**
 * Hosts, claims and records by hand, as far as planning needs them: commits are judged by generations and unique keys, as
 * the databases do.
 */
import { fleetWide, type Claim, type Host } from '../../src/inventory/model.js';
import type { VnfInstance } from '../../src/lifecycle/model.js';
import type { HostId, VnfInstanceId, VnfPkgId } from '../../src/shared/ids.js';
import type { HostMoment } from '../../src/store/hosts.js';
import type { CommitResult, PlanCommit } from '../../src/store/operations.js';
import type { VnfPkgRecord } from '../../src/store/packages.js';
import type { SeenHosts } from '../../src/workflow/capacity/kept-capacity.js';
import { vnfPackage } from '../builders/instance.js';

export class HandStore {
  readonly commits: PlanCommit[] = [];
  readonly instances = new Map<VnfInstanceId, VnfInstance>();
  readonly packages = new Map<VnfPkgId, VnfPkgRecord>();
  /** What was asked of it, in order. */
  readonly asked: string[] = [];
  claims: readonly Claim[] = [];
  /** Goes before every commit: what others do meanwhile. */
  meanwhile: () => Promise<void> = async () => undefined;
  readonly #moments: Map<HostId, HostMoment>;

  constructor(hosts: readonly Host[]) {
    this.#moments = new Map(hosts.map((host) => [host.id, momentOf(host)]));
  }

  /** Another replica writes: these are all claims that there are now. */
  othersLeave(claims: readonly Claim[]): void {
    this.claims = claims;
    this.#bump([...this.#moments.keys()]);
  }

  instance = async (id: VnfInstanceId) => {
    this.asked.push('instance');
    return this.instances.get(id);
  };
  package = async (id: VnfPkgId) => this.packages.get(id);
  hostPage = async ({ after }: { readonly after?: string }) => {
    if (after === undefined) this.asked.push('hosts');
    return after === undefined ? [...this.#moments.values()] : [];
  };
  claimsOn = async (ids: readonly HostId[]) => {
    if (ids.some((id) => id === fleetWide)) this.asked.push('addresses');
    return this.claims.filter(({ hostId }) => ids.includes(hostId));
  };

  commitPlan = async (commit: PlanCommit): Promise<CommitResult> => {
    this.asked.push('commit');
    await this.meanwhile();
    const changed = commit.generations.find(
      ({ hostId, generation }) => this.#moments.get(hostId)?.generation !== generation,
    );
    if (changed !== undefined) return { committed: false, lost: `host ${changed.hostId} changed` };
    const gone = new Set(commit.releases);
    const standing = this.claims.filter(({ allocationId }) => !gone.has(allocationId));
    const keys = new Set(standing.filter(({ exclusive }) => exclusive).map(keyOf));
    for (const claim of commit.claims.filter(({ exclusive }) => exclusive)) {
      if (keys.has(keyOf(claim))) return { committed: false, lost: `${keyOf(claim)} is claimed` };
      keys.add(keyOf(claim));
    }
    this.commits.push(commit);
    this.claims = [...standing, ...commit.claims];
    this.#bump(commit.generations.map(({ hostId }) => hostId));
    return { committed: true };
  };

  #bump(hosts: readonly HostId[]): void {
    for (const id of hosts) {
      const moment = this.#moments.get(id);
      if (moment !== undefined) this.#moments.set(id, { ...moment, generation: moment.generation + 1 });
    }
  }
}

const keyOf = ({ hostId, kind, key }: Claim): string => `${kind} ${key} on ${hostId}`;
const momentOf = ({ id, zone, adminState, generation }: Host): HostMoment => ({ id, zone, adminState, generation });

/** Hosts as one replica last saw them. */
export class HandFleet implements SeenHosts {
  readonly #hosts: Map<HostId, Host>;
  #changed = new Set<HostId>();

  constructor(hosts: readonly Host[]) {
    this.#hosts = new Map(hosts.map((host) => [host.id, host]));
  }

  hosts = () => [...this.#hosts.values()];
  host = (id: HostId) => this.#hosts.get(id);
  takeChanged = () => {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  };
  recordMoments = (moments: readonly HostMoment[]) => {
    for (const moment of moments) {
      const host = this.#hosts.get(moment.id);
      if (host === undefined || host.generation === moment.generation) continue;
      this.#hosts.set(host.id, { ...host, ...moment });
      this.#changed.add(host.id);
    }
  };
}

export const packageRecord = (id: VnfPkgId, vnfd = vnfPackage().vnfd): VnfPkgRecord => ({
  ...{ id, onboardingState: 'ONBOARDED', operationalState: 'ENABLED', userDefinedData: {}, createdAtMs: 0 },
  contents: vnfPackage({ vnfd }),
  instances: 1,
  revision: 1,
});
