/**
 * CPUs: those kept for the host against those that are dedicated to VNFs, and who else runs there.
 */
import { switchOn } from './smt.js';
import { cpuNumbers, dedicableCpus, isSimulated, ranges, type AuditRule } from './rule.js';

export const isolationRules: readonly AuditRule[] = [
  {
    code: 'HOST-CPUS-NONE-DEDICATED',
    severity: 'error',
    right: 'Some CPUs are not kept for the host.',
    because: 'Only those can be dedicated to VNFs.',
    judge: (subject) =>
      dedicableCpus(subject).length > 0
        ? []
        : [
            {
              reason: `All CPUs of the host (${ranges(cpuNumbers(subject))}) are kept for the host and for shared vCPUs.`,
              fix: 'Keep fewer in the configuration of the host (reserved.sharedCpus).',
            },
          ],
  },
  {
    code: 'HOST-CPUS-KEPT-CELL',
    severity: 'warning',
    right: 'Every cell with CPUs keeps one for the host.',
    because:
      'Threads of QEMU and shared vCPUs of guests in that cell run in another one otherwise, far from their memory.',
    judge: ({ host }) => {
      const kept = new Set(host.reserved.sharedCpus);
      return host.facts.cells
        .filter(({ cpus }) => cpus.length > 0 && !cpus.some(({ id }) => kept.has(id)))
        .map(({ id, cpus }) => ({
          reason: `Of cell ${id} (CPUs ${ranges(cpus.map((cpu) => cpu.id))}) no CPU is kept for the host.`,
          fix: 'Name one core of it in reserved.sharedCpus of the host.',
        }));
    },
  },
  {
    code: 'HOST-CPUS-KEPT-OFF',
    severity: 'warning',
    right: 'CPUs that are kept for the host are there and on.',
    because: 'Threads of QEMU and shared vCPUs have fewer CPUs than was meant; with SMT off, no guest gets siblings.',
    judge: (subject) => {
      const there = new Set(cpuNumbers(subject));
      const off = subject.host.reserved.sharedCpus.filter((id) => !there.has(id));
      if (off.length === 0) return [];
      return [
        {
          reason: `CPUs ${ranges(off)} are kept for the host (reserved.sharedCpus), and are switched off or not there.`,
          fix: `\`${switchOn(subject, off)}\` on the host, or take them out of reserved.sharedCpus.`,
        },
      ];
    },
  },
  {
    code: 'HOST-CPUS-TAKEN',
    severity: 'warning',
    right: 'Nobody else is pinned to CPUs that are to be dedicated.',
    because: 'A VNF would share its CPU, so Berth dedicates such a CPU to nobody.',
    judge: (subject) => {
      const dedicable = new Set(dedicableCpus(subject));
      const cpus = subject.host.facts.cells.flatMap((cell) => cell.cpus).filter(({ id }) => dedicable.has(id));
      return cpus.flatMap(({ id, takenBy }) =>
        takenBy === undefined
          ? []
          : [
              {
                reason: `CPU ${id} could be dedicated, and ${takenBy}.`,
                fix: 'Pin that domain to CPUs that are kept for the host (`virsh vcpupin`, `virsh emulatorpin`), or keep this CPU for the host.',
              },
            ],
      );
    },
  },
  {
    code: 'HOST-CPUS-ISOLATED',
    severity: 'warning',
    right: 'The kernel schedules nothing of its own on CPUs that are dedicated.',
    because: 'A task of the host on a dedicated CPU stops the VNF for milliseconds.',
    check: (subject) => {
      const dedicable = dedicableCpus(subject);
      if (dedicable.length === 0 || isSimulated(subject)) return undefined;
      return {
        command: 'cat /sys/devices/system/cpu/isolated',
        right: `${ranges(dedicable)}: all but those kept for the host (isolcpus=managed_irq,domain,${ranges(dedicable)} nohz_full=${ranges(dedicable)} rcu_nocbs=${ranges(dedicable)})`,
      };
    },
  },
  {
    code: 'HOST-CPUS-INTERRUPTS',
    severity: 'warning',
    right: 'Interrupts of the host go to the CPUs that are kept for it.',
    because: 'An interrupt on a dedicated CPU takes the VNF off it.',
    check: (subject) => {
      const kept = subject.host.reserved.sharedCpus;
      if (kept.length === 0 || isSimulated(subject)) return undefined;
      return {
        command: 'grep -H . /proc/irq/*/effective_affinity_list',
        right: `only CPUs of ${ranges(kept)}, except for interrupts of VNFs’ own functions (vfio)`,
      };
    },
  },
];
