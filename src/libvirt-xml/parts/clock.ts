/**
 * Guest time is UTC, with the timers that suit the hypervisor.
 */
import { el } from '../xml/element.js';
import type { DomainSpec } from '../domain-spec.js';
import { hypervisors } from '../hypervisors/list.js';
import type { Contribution } from './part.js';

export const clock = ({ acceleration }: DomainSpec): Contribution => ({
  top: [el('clock', { offset: 'utc' }, ...hypervisors[acceleration].timers)],
});
