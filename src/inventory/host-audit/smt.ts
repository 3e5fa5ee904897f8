/**
 * SMT and switched-off CPUs: cores are whole, and none is half the host's.
 */
import type { Cpu } from '../model.js';
import { dedicableCpus, ranges, type AuditRule, type AuditSubject } from './rule.js';

const cpusOf = ({ host }: AuditSubject): readonly Cpu[] => host.facts.cells.flatMap(({ cpus }) => cpus);

/** Each core once, by its threads. */
function coresOf(subject: AuditSubject): readonly (readonly number[])[] {
  const cores = new Map(
    cpusOf(subject).map(({ id, siblings }) => [(siblings.length > 0 ? siblings : [id]).join(), siblings]),
  );
  return [...cores.values()].filter((siblings) => siblings.length > 0);
}

/** `echo on > …`: where no core has a second thread, all that are missing; else one by one. */
export function switchOn(subject: AuditSubject, cpus: readonly number[]): string {
  const isSmtOff = coresOf(subject).every(({ length }) => length === 1);
  if (isSmtOff) return 'echo on > /sys/devices/system/cpu/smt/control';
  return cpus.map((cpu) => `echo 1 > /sys/devices/system/cpu/cpu${cpu}/online`).join('; ');
}

export const smtRules: readonly AuditRule[] = [
  {
    code: 'HOST-SMT-SPLIT',
    severity: 'warning',
    right: 'No core is kept for the host with one thread and dedicated with the other.',
    because: 'Both threads share the core’s units and caches: what the host does slows the VNF beside it.',
    judge: (subject) => {
      const dedicable = new Set(dedicableCpus(subject));
      return coresOf(subject)
        .filter((core) => core.some((id) => dedicable.has(id)) && core.some((id) => !dedicable.has(id)))
        .map((core) => ({
          reason: `CPUs ${ranges(core)} are one core; ${ranges(core.filter((id) => !dedicable.has(id)))} is kept for the host, ${ranges(core.filter((id) => dedicable.has(id)))} may be dedicated.`,
          fix: `Keep the whole core: name ${core.join(' and ')} in reserved.sharedCpus of the host.`,
        }));
    },
  },
  {
    code: 'HOST-SMT-UNEVEN',
    severity: 'warning',
    right: 'All cores have as many threads.',
    because: 'VNFs that ask for sibling threads, or for cores of their own, find fewer cores than there are.',
    judge: (subject) => {
      const cores = coresOf(subject);
      const counts = new Set(cores.map(({ length }) => length));
      if (counts.size < 2) return [];
      const most = Math.max(...counts);
      const fewer = cores.filter(({ length }) => length < most).map((core) => core.join('+'));
      return [
        {
          reason: `Most cores have ${most} threads, and these have fewer: CPUs ${fewer.slice(0, 16).join(', ')}${fewer.length > 16 ? ' …' : ''}.`,
          fix: 'Switch the missing threads on (`echo 1 > /sys/devices/system/cpu/cpuN/online`), or SMT off as a whole (`echo off > /sys/devices/system/cpu/smt/control`). Cores of two kinds, as in some desktop CPUs, cannot be mended: keep one kind for the host.',
        },
      ];
    },
  },
  {
    code: 'HOST-CPUS-OFFLINE',
    severity: 'info',
    right: 'No CPU is switched off.',
    because: 'Nothing is placed on it.',
    judge: (subject) => {
      const { offlineCpus } = subject.tuning;
      if (offlineCpus === undefined) return undefined;
      if (offlineCpus.length === 0) return [];
      return [
        {
          reason: `CPUs ${ranges(offlineCpus)} are there and switched off.`,
          fix: `If this is not meant (some switch SMT off on purpose), switch them on: \`${switchOn(subject, offlineCpus)}\`.`,
        },
      ];
    },
    check: () => ({ command: 'cat /sys/devices/system/cpu/offline', right: 'an empty line' }),
  },
];
