/**
 * What makes a guest fast at all: the CPU's help, and its mapping of guest memory.
 */
import { isSimulated, type AuditRule } from './rule.js';

export const virtualizationRules: readonly AuditRule[] = [
  {
    code: 'HOST-ACCELERATION',
    severity: 'error',
    right: 'Guests run on the CPU itself (KVM).',
    because: 'Translated in software they are ten to fifty times slower.',
    judge: ({ host: { facts } }) =>
      facts.acceleration.kind !== 'tcg'
        ? []
        : [
            {
              reason: facts.acceleration.reason,
              fix: facts.acceleration.overridden
                ? 'Take `acceleration` out of the configuration of the host, so that Berth finds out (docs/virtualization.md).'
                : 'Switch VT-x or AMD-V on in the firmware and load kvm_intel or kvm_amd; on a virtual machine have nested virtualization offered. docs/virtualization.md tells how Berth finds out.',
            },
          ],
  },
  {
    code: 'HOST-NESTED-PAGING',
    severity: 'error',
    right: 'The CPU maps guest memory by itself (EPT, RVI).',
    because: 'Without it each change of a page table in a guest is an exit to the host.',
    judge: (subject) => {
      if (subject.host.facts.acceleration.kind !== 'kvm') return [];
      return subject.tuning.nestedPaging === true ? [] : undefined;
    },
    check: () => ({
      command: 'cat /sys/module/kvm_intel/parameters/ept /sys/module/kvm_amd/parameters/npt 2>/dev/null',
      right: 'Y or 1',
    }),
  },
  {
    code: 'HOST-IS-GUEST',
    severity: 'warning',
    right: 'The host is a machine of its own.',
    because: 'On a virtual machine somebody else decides when its CPUs run, and pinning promises nothing.',
    judge: (subject) => {
      if (isSimulated(subject)) return [];
      const { isGuest } = subject.tuning;
      if (isGuest === undefined) return undefined;
      if (!isGuest) return [];
      return [
        {
          reason: 'The CPU says that it is one of a virtual machine.',
          fix: 'Use it for trials. For service, have its vCPUs pinned and its memory backed by hugepages on the machine below.',
        },
      ];
    },
    check: () => ({ command: 'systemd-detect-virt --vm', right: 'none' }),
  },
];
