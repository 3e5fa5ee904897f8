/**
 * Guest time is UTC. Under KVM lost timer ticks are caught up slowly instead of in a burst, and the HPET, which costs
 * an exit per read, is left out; kvmclock is there by default. Under TCG the guest keeps every timer it may look for.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import type { Contribution } from './part.js';

export function clock(spec: DomainSpec): Contribution {
  const timers = [
    el('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    el('timer', { name: 'pit', tickpolicy: 'delay' }),
    el('timer', { name: 'hpet', present: false }),
  ];
  return { top: [el('clock', { offset: 'utc' }, ...(spec.acceleration === 'kvm' ? timers : []))] };
}
