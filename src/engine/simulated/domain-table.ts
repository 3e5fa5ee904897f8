/**
 * Looking up and replacing entries of a host's table of domains.
 */
import type { VnfcId } from '../../shared/ids.js';
import type { RunningDomain, SimulatedDomain, SimulatedHost } from './host-state.js';
import { Refusal } from './refusal.js';

export function findDomain({ state }: SimulatedHost, uuid: VnfcId): SimulatedDomain {
  const found = state.domains.get(uuid);
  if (found) return found;
  throw new Refusal('NotFound', 'noDomain', `Domain not found: no domain with matching uuid '${uuid}'`);
}

/** Replaces parts of a running domain. */
export function changeRunning(host: SimulatedHost, uuid: VnfcId, change: Partial<RunningDomain>): void {
  const { running } = findDomain(host, uuid);
  if (!running)
    throw new Refusal('Busy', 'operationInvalid', 'Requested operation is not valid: domain is not running');
  changeDomain(host, uuid, { running: { ...running, ...change } });
}

export function changeDomain(host: SimulatedHost, uuid: VnfcId, change: Partial<SimulatedDomain>): SimulatedDomain {
  const next = { ...findDomain(host, uuid), ...change };
  host.state.domains.set(uuid, next);
  return next;
}
