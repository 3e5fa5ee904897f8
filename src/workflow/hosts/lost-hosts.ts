/**
 * When a host that was declared lost answers again, the log names what it still has of Berth. What ended meanwhile is removed
 * by the audit (`audit/audit.ts`).
 */
import type { Engine } from '../../engine/engine.js';
import type { Log } from '../../shared/log.js';
import type { HostRecords } from '../../store/hosts.js';

/** Limit on domains named per host. */
const mostNamed = 20;

export async function tellIfLost(engine: Engine, store: Pick<HostRecords, 'hostAdminState'>, log: Log): Promise<void> {
  const { hostId } = engine;
  if ((await store.hostAdminState(hostId)) !== 'lost') return;
  const domains = (await engine.listDomains()).filter(({ name }) => name.startsWith('berth-'));
  log.warn(
    {
      hostId,
      count: domains.length,
      domains: domains.slice(0, mostNamed).map(({ name, state }) => `${name} (${state})`),
    },
    `host ${hostId} was declared lost and answers again: what ended meanwhile is removed from it; say "berth host found ${hostId}" when VNFCs may be placed there`,
  );
}
