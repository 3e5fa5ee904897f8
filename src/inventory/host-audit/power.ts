/**
 * Clock speed and clock: a CPU that slows down or sleeps, and time that is dear to read.
 */
import { isSimulated, type AuditRule } from './rule.js';

export const powerRules: readonly AuditRule[] = [
  {
    code: 'HOST-GOVERNOR',
    severity: 'warning',
    right: 'CPUs run at full speed all the time.',
    because: 'A CPU that has slowed down loses packets of a burst before it is fast again.',
    check: (subject) =>
      isSimulated(subject)
        ? undefined
        : {
            command: 'cat /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor | sort | uniq -c',
            right:
              'performance for every CPU (`cpupower frequency-set -g performance`); no such files: firmware or another hypervisor decides',
          },
  },
  {
    code: 'HOST-SLEEP',
    severity: 'info',
    right: 'Dedicated CPUs do not sleep deeply.',
    because: 'Waking from a deep state takes a hundred microseconds and more.',
    check: (subject) =>
      isSimulated(subject)
        ? undefined
        : {
            command:
              'grep -H . /sys/devices/system/cpu/cpu*/cpuidle/state*/latency /sys/devices/system/cpu/cpu*/cpuidle/state*/disable',
            right:
              'on dedicated CPUs, disable is 1 for each state with a latency of more than 10; no such files: firmware or another hypervisor decides',
          },
  },
  {
    code: 'HOST-TSC',
    severity: 'warning',
    right: 'The time stamp counter of the CPU runs at one speed.',
    because: 'Without it the kernel and guests read a slower clock, for each packet with a time stamp.',
    judge: (subject) => {
      const { steadyTsc } = subject.tuning;
      if (isSimulated(subject) || subject.host.facts.architecture !== 'x86_64') return [];
      if (steadyTsc === undefined) return undefined;
      if (steadyTsc) return [];
      return [
        {
          reason: 'The CPU does not say that its time stamp counter is invariant (invtsc).',
          fix: 'On a virtual machine, have it offered by the hypervisor below; on metal, look for it in the firmware’s settings.',
        },
      ];
    },
    check: () => ({ command: 'grep -cw nonstop_tsc /proc/cpuinfo', right: 'the number of CPUs' }),
  },
  {
    code: 'HOST-CLOCKSOURCE',
    severity: 'warning',
    right: 'The kernel takes the time from the time stamp counter.',
    because: 'Any other clock costs a thousand times as much to read, and guests’ clocks fall back with it.',
    check: (subject) =>
      isSimulated(subject) || subject.host.facts.architecture !== 'x86_64'
        ? undefined
        : {
            command: 'cat /sys/devices/system/clocksource/clocksource0/current_clocksource',
            right: 'tsc (kvm-clock on a host that is a guest itself)',
          },
  },
];
