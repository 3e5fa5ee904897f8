/**
 * What the kernel does with memory by itself: merging it, moving it, making large pages of it.
 */
import { isSimulated, type AuditRule } from './rule.js';

export const memoryRules: readonly AuditRule[] = [
  {
    code: 'HOST-THP',
    severity: 'info',
    right: 'The kernel makes large pages of plain memory only where it is asked to.',
    because: 'Looking for memory to make large pages of stops guests for a while.',
    check: (subject) =>
      isSimulated(subject)
        ? undefined
        : {
            command: 'cat /sys/kernel/mm/transparent_hugepage/enabled',
            right: '[madvise] or [never] in brackets; [always] suits hosts whose VNFs use plain memory only',
          },
  },
  {
    code: 'HOST-KSM',
    severity: 'warning',
    right: 'Memory of guests is not merged.',
    because:
      'A write to a merged page stops the guest for a copy, and merging tells one guest what another has in memory.',
    judge: ({ tuning: { merging } }) => {
      if (merging === undefined) return undefined;
      if (merging.sharedPages === 0) return [];
      const across = merging.acrossCells ? ', also across cells: memory no longer lies where it was placed' : '';
      return [
        {
          reason: `${merging.sharedPages} pages of guests are merged (KSM)${across}.`,
          fix: '`echo 2 > /sys/kernel/mm/ksm/run` takes them apart; then switch off what starts it again (ksmtuned, ksm.service).',
        },
      ];
    },
    check: (subject) => (isSimulated(subject) ? undefined : { command: 'cat /sys/kernel/mm/ksm/run', right: '0' }),
  },
  {
    code: 'HOST-NUMA-BALANCING',
    severity: 'info',
    right: 'The kernel moves no memory between cells by itself.',
    because:
      'To find what to move it makes memory unreadable for a moment, which stops vCPUs; Berth has placed memory already.',
    check: (subject) =>
      isSimulated(subject) || subject.host.facts.cells.length < 2
        ? undefined
        : { command: 'cat /proc/sys/kernel/numa_balancing', right: '0' },
  },
  {
    code: 'HOST-SWAP',
    severity: 'info',
    right: 'The host does not swap.',
    because: 'A guest whose memory is on a disk stands still until it is back.',
    check: (subject) =>
      isSimulated(subject) ? undefined : { command: 'swapon --show', right: 'nothing, or a device that is not used' },
  },
];
