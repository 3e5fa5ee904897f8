/**
 * The hypervisor: what it is, how this very domain is accelerated, and which type that makes it (docs/virtualization.md).
 */
import type { HostFacts } from '../../inventory/model.js';
import type { StackLayer } from '../commands.js';
import type { Gathered } from './gathered.js';
import { row, timeText } from './rows.js';
import { profileOfType } from '../../libvirt-xml/hypervisors/list.js';
import { defined } from '../../shared/defined.js';

export function hypervisorLayer({ domain, facts: { value: facts, why }, planned }: Gathered): StackLayer {
  const type = domain.value?.hardware.type;
  const profile = profileOfType(type ?? '');
  const isSimulated = facts?.acceleration.kind === 'simulated';
  return {
    layer: 'hypervisor',
    source: 'Versions and verdict are of the host, the kind of domain is of the live XML.',
    ...defined({ unknownBecause: why }),
    rows: [
      row('name', 'Hypervisor', { now: facts && `${facts.hypervisor.name} ${facts.hypervisor.version}` }),
      row('libvirt', 'libvirt', { now: facts?.hypervisor.libvirtVersion }),
      row('emulator', 'Program', { now: domain.value?.hardware.emulator }),
      row('domain-type', 'Kind of domain', { now: type, planned: planned?.hardware.type }),
      row('acceleration', 'Virtualization of the CPU', {
        now:
          facts &&
          (isSimulated ? 'none: the host is simulated' : profile?.cpuVirtualization(facts.acceleration.technology)),
        note: facts && howKnown(facts),
      }),
      row('type', 'Type', {
        now: facts && (isSimulated ? 'none' : profile && `type ${profile.type}`),
        note: type && (isSimulated ? 'No guest code runs on a simulated host.' : profile?.whyType),
      }),
    ],
  };
}

function howKnown({ acceleration: { reason, probedAtMs, overridden } }: HostFacts): string {
  if (overridden || probedAtMs === 0) return reason;
  return `${reason} Probed at ${timeText(probedAtMs)}.`;
}
