/**
 * The kinds of domain that Berth starts, by the verdict on a host's acceleration; the best comes first.
 */
import type { Acceleration, AccelerationKind } from '../../inventory/model.js';
import { kvm } from './kvm.js';
import type { HypervisorProfile } from './profile.js';
import { qemu } from './qemu.js';

export const hypervisors: Readonly<Record<AccelerationKind, HypervisorProfile>> = { kvm, tcg: qemu };

/** What Berth starts on a host; simulated ones take what any host takes. */
export const startedOn = ({ kind }: Pick<Acceleration, 'kind'>): AccelerationKind =>
  kind === 'simulated' ? 'tcg' : kind;

export const profiles: readonly HypervisorProfile[] = Object.values(hypervisors);

/** That of a live domain; undefined for a kind that Berth does not start. */
export const profileOfType = (domainType: string): HypervisorProfile | undefined =>
  profiles.find((profile) => profile.domainType === domainType);
