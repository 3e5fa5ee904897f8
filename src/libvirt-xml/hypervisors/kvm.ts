/**
 * KVM: the guest sees the host's CPU. Lost timer ticks are caught up slowly instead of in a burst, and the HPET, which
 * costs an exit per read, is left out; kvmclock is there by default.
 */
import { el } from '../xml/element.js';
import type { HypervisorProfile } from './profile.js';

export const kvm: HypervisorProfile = {
  name: 'KVM',
  domainType: 'kvm',
  diskDriver: 'qemu',
  hardware: { absent: 'it has no usable /dev/kvm' },
  timers: [
    el('timer', { name: 'rtc', tickpolicy: 'catchup' }),
    el('timer', { name: 'pit', tickpolicy: 'delay' }),
    el('timer', { name: 'hpet', present: false }),
  ],
  features: [],
  cpuVirtualization: (technology) => `hardware-assisted (KVM, ${technology})`,
  type: '1',
  whyType: 'The kernel of the host is the hypervisor: the guest’s instructions run on the CPU itself, in guest mode.',
};
