/**
 * A cache of the instantiated VNFs: revisions show which have changed, and only these are read. Their number is bounded by
 * the fleet, not by the instances and operations in the store.
 */
import type { VnfInstance } from '../../lifecycle/model.js';
import type { VnfInstanceId } from '../../shared/ids.js';
import type { InstanceRecords } from '../../store/instances.js';
import { everyPage } from './every-page.js';
import { SharedRun } from '../../shared/shared-run.js';

type Instances = ReadonlyMap<VnfInstanceId, VnfInstance>;

export class KeptInstances {
  private kept: Instances = new Map();
  private readonly looks = new SharedRun(() => this.look());

  constructor(private readonly store: Pick<InstanceRecords, 'instantiatedPage' | 'instancesOf'>) {}

  /** Current instances; concurrent calls share one reading. */
  now(): Promise<Instances> {
    return this.looks.get();
  }

  private async look(): Promise<Instances> {
    const now = new Map<VnfInstanceId, VnfInstance>();
    for await (const page of everyPage((asked) => this.store.instantiatedPage(asked))) {
      const known = page.flatMap(({ id, revision }) => {
        const before = this.kept.get(id);
        return before?.revision === revision ? [before] : [];
      });
      const isKnown = new Set(known.map(({ id }) => id));
      const changed = page.map(({ id }) => id).filter((id) => !isKnown.has(id));
      for (const instance of [...known, ...(await this.store.instancesOf(changed))]) now.set(instance.id, instance);
    }
    this.kept = now;
    return now;
  }
}
