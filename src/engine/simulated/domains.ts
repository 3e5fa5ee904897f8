/**
 * The life of simulated domains.
 *
 *   (define) -> shutoff -- start, admitted --> running -- shutdown, destroy, crash --> shutoff -- remove --> (gone)
 */
import type { VnfcId } from '../../shared/ids.js';
import type { DomainInfo, DomainState } from '../engine.js';
import { admit } from './admission.js';
import { readDomainDemand, type DomainDemand } from './domain-demand.js';
import { changeDomain, findDomain } from './domain-table.js';
import { newGuest } from './guest.js';
import type { SimulatedDomain, SimulatedHost } from './host-state.js';
import { rejected, Refusal } from './refusal.js';
import { touchLog } from './volumes.js';

/** How a running domain ends: the reason of its state afterwards, and libvirt's event detail. */
const endings = {
  shutdown: { reason: 'shutdown', detail: 'shutdown' },
  destroyed: { reason: 'destroyed', detail: 'destroyed' },
  crashed: { reason: 'crashed', detail: 'failed' },
} as const;

export type Ending = keyof typeof endings;

/** A running domain goes on as it was started; the new definition counts from its next start. */
export function ensureDomain(host: SimulatedHost, xml: string): DomainInfo {
  const demand = readDomainDemand(xml);
  const before = host.state.domains.get(demand.uuid);
  refuseNames(host, demand, before);
  const domain: SimulatedDomain = { reason: 'unknown', ...before, demand, xml };
  host.state.domains.set(demand.uuid, domain);
  tell(host, domain, 'defined', before ? 'updated' : 'added');
  return infoOf(domain);
}

export function ensureStarted(host: SimulatedHost, uuid: VnfcId): DomainInfo {
  const domain = findDomain(host, uuid);
  if (domain.running) return infoOf(domain);
  const taken = admit(host, domain.demand);
  if (domain.demand.serialLog !== undefined) touchLog(host, domain.demand.serialLog);
  const startedAtMs = host.clock.timeMs();
  const started = changeDomain(host, uuid, {
    running: {
      xml: domain.xml,
      demand: domain.demand,
      startedAtMs,
      taken,
      taps: domain.demand.cards.map(() => `vnet${String(host.state.nextTap++)}`),
      traffic: {},
      guest: newGuest,
    },
  });
  tell(host, started, 'started', 'booted');
  announceAgent(host, uuid, startedAtMs);
  return infoOf(started);
}

/** Ends a running domain; one that does not run stays as it is. */
export function end(host: SimulatedHost, uuid: VnfcId, ending: Ending): DomainInfo {
  const { running, ...domain } = findDomain(host, uuid);
  if (!running) return infoOf(domain);
  const ended: SimulatedDomain = { ...domain, reason: endings[ending].reason };
  host.state.domains.set(uuid, ended);
  if (running.demand.agent) host.emit({ type: 'agent', hostId: host.spec.id, uuid, connected: false });
  tell(host, ended, 'stopped', endings[ending].detail);
  return infoOf(ended);
}

export function removeDomain(host: SimulatedHost, uuid: VnfcId): void {
  if (!host.state.domains.has(uuid)) return;
  end(host, uuid, 'destroyed');
  const domain = findDomain(host, uuid);
  host.state.domains.delete(uuid);
  tell(host, domain, 'undefined', 'removed');
}

export function infoOf({ demand, reason, running }: SimulatedDomain): DomainInfo {
  const state: DomainState = running ? 'running' : 'shutoff';
  return { uuid: demand.uuid, name: demand.name, state, reason: running ? 'booted' : reason };
}

export function domainXml(host: SimulatedHost, uuid: VnfcId, which?: 'defined'): string {
  const { running, xml } = findDomain(host, uuid);
  return which === 'defined' ? xml : (running?.xml ?? xml);
}

function refuseNames({ state }: SimulatedHost, demand: DomainDemand, before: SimulatedDomain | undefined): void {
  for (const { demand: other } of state.domains.values()) {
    if (other.name !== demand.name || other.uuid === demand.uuid) continue;
    const text = `domain '${demand.name}' already exists with uuid ${other.uuid}`;
    throw new Refusal('Conflict', 'operationFailed', text);
  }
  if (!before || before.demand.name === demand.name) return;
  throw rejected('operationFailed', `domain '${before.demand.name}' is already defined with uuid ${demand.uuid}`);
}

function tell(host: SimulatedHost, domain: SimulatedDomain, event: string, detail: string): void {
  const { uuid, state } = infoOf(domain);
  host.emit({ type: 'domain', hostId: host.spec.id, uuid, state, event, detail });
}

/** The agent answers once the guest has booted, unless the domain ended or was restarted meanwhile. */
function announceAgent(host: SimulatedHost, uuid: VnfcId, startedAtMs: number): void {
  if (!findDomain(host, uuid).demand.agent) return;
  void host.clock.sleep(host.guestBootMs).then(() => {
    const running = host.state.domains.get(uuid)?.running;
    if (running?.startedAtMs !== startedAtMs || running.guest.hung) return;
    host.emit({ type: 'agent', hostId: host.spec.id, uuid, connected: true });
  });
}
