/**
 * A cache of claims by host: a host's generation grows with every claim that is made or released on
 * it, and only hosts of another generation are read again.
 */
import type { Claim } from '../../inventory/model.js';
import type { HostId } from '../../shared/ids.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { HostRecords } from '../../store/hosts.js';
import { everyPage } from './every-page.js';
import { SharedRun } from '../../shared/shared-run.js';

interface Held {
  readonly generation: number;
  readonly claims: readonly Claim[];
}

export class KeptClaims {
  private kept: ReadonlyMap<HostId, Held> = new Map();
  private readonly looks = new SharedRun(() => this.look());

  constructor(private readonly store: Pick<HostRecords, 'hostPage'> & Pick<ClaimRecords, 'claimsOn'>) {}

  /** Current claims; concurrent calls share one reading. */
  byHost(): Promise<ReadonlyMap<HostId, readonly Claim[]>> {
    return this.looks.get();
  }

  /** Reads generations before claims: changes in between are read again next time. */
  private async look(): Promise<ReadonlyMap<HostId, readonly Claim[]>> {
    const now = new Map<HostId, Held>();
    for await (const page of everyPage((asked) => this.store.hostPage(asked))) {
      const changed = page.filter(({ id, generation }) => this.kept.get(id)?.generation !== generation);
      const ids = changed.map(({ id }) => id);
      const read = Map.groupBy(await this.store.claimsOn(ids), (claim) => claim.hostId);
      for (const { id, generation } of page) {
        const before = this.kept.get(id);
        const claims = before?.generation === generation ? before.claims : (read.get(id) ?? []);
        now.set(id, { generation, claims });
      }
    }
    this.kept = now;
    return new Map([...now].map(([id, { claims }]) => [id, claims]));
  }
}
