/**
 * Batches writes of host facts to the store, so that a large fleet is stored within seconds of its start.
 */
import type { HostFacts } from '../../../inventory/model.js';
import type { HostId } from '../../../shared/ids.js';
import type { HostRecords } from '../../../store/hosts.js';

/** Facts per transaction: few, so that other transactions are not held up. */
const batch = 100;

export class FactsKeeper {
  private waiting = new Map<HostId, HostFacts>();
  private writing: Promise<void> | undefined;

  constructor(private readonly store: Pick<HostRecords, 'saveFactsOfHosts'>) {}

  /** Resolves when these facts, or later ones of the same host, are written. */
  async save(id: HostId, facts: HostFacts): Promise<void> {
    this.waiting.set(id, facts);
    while (this.waiting.has(id)) await (this.writing ??= this.write());
    await this.writing;
  }

  private async write(): Promise<void> {
    // A turn of the event loop lets the facts of other hosts join.
    await Promise.resolve();
    const all = [...this.waiting].slice(0, batch);
    for (const [id] of all) this.waiting.delete(id);
    try {
      await this.store.saveFactsOfHosts(all.map(([id, facts]) => ({ id, facts })));
    } finally {
      this.writing = undefined;
    }
  }
}
