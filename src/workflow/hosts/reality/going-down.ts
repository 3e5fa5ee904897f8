/**
 * Domains that ended shortly before their host became unreachable went down with it: an orderly reboot shuts guests down
 * one by one, while libvirt still reports each. A destroyed domain counts as ended on purpose.
 */
import type { SteadyClock } from '../../../shared/clock.js';
import type { HostId, VnfcId } from '../../../shared/ids.js';

/** As long as the slowest guest may take to shut down (libvirt-guests gives 5 minutes). */
const goingDownMs = 5 * 60_000;
/** libvirt's words for ends that a reboot may bring about. */
const byReboot: ReadonlySet<string> = new Set(['shutdown', 'saved', 'crashed', 'failed']);

export class GoingDown {
  private readonly ends = new Map<VnfcId, { readonly hostId: HostId; readonly endedMs: number }>();
  private readonly down = new Map<HostId, ReadonlySet<VnfcId>>();

  constructor(private readonly clock: SteadyClock) {}

  /** Without an operation, for libvirt's `reason`. */
  ended(hostId: HostId, id: VnfcId, reason: string): void {
    const elapsedMs = this.clock.elapsedMs();
    for (const [each, { endedMs }] of this.ends) if (elapsedMs - endedMs > goingDownMs) this.ends.delete(each);
    if (byReboot.has(reason)) this.ends.set(id, { hostId, endedMs: elapsedMs });
  }

  hostGone(id: HostId): void {
    const elapsedMs = this.clock.elapsedMs();
    const here = [...this.ends].filter(([, end]) => end.hostId === id);
    for (const [each] of here) this.ends.delete(each);
    const recent = here.filter(([, { endedMs }]) => elapsedMs - endedMs <= goingDownMs).map(([each]) => each);
    this.down.set(id, new Set([...(this.down.get(id) ?? []), ...recent]));
  }

  wentWith(id: HostId): ReadonlySet<VnfcId> {
    return this.down.get(id) ?? new Set();
  }

  /** The host is back, and was looked at. */
  forget(id: HostId): void {
    this.down.delete(id);
  }
}
