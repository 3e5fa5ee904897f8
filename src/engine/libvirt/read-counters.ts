/**
 * The counters of a host, whatever some of its QEMUs do. A QEMU that hangs holds the call that asks it, on our side and
 * on libvirt's, as long as it hangs. libvirt then has a job on that domain, and the next call passes the domain over:
 * it gets what libvirt knows by itself, and everything of all others. So each hung QEMU costs one call its time, once.
 * With more of them than there are workers for counters, what needs no QEMU is read of all domains.
 */
import { type DomainStats, EngineError } from '../engine.js';
import type { HostLink } from './host-link.js';

export async function readCounters(host: Pick<HostLink, 'call'>): Promise<readonly DomainStats[]> {
  for (;;) {
    try {
      return await host.call('readStats');
    } catch (error) {
      if (isOf(error, 'Busy')) return host.call('readPlainStats');
      if (!isOf(error, 'Timeout')) throw error;
    }
  }
}

const isOf = (error: unknown, kind: EngineError['kind']): boolean =>
  error instanceof EngineError && error.kind === kind && error.native === undefined;
