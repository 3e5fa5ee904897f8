/**
 * QEMU alone (TCG): every CPU model is emulated, and the cheapest is wanted: an AMD model, because Linux isolates its
 * page tables on an old Intel one (Meltdown) and under TCG that made system calls ten times slower and a boot a fifth
 * longer (Nehalem against this choice, QEMU 7.2, Linux 6.1). `qemu64` plus four instruction sets is x86-64-v2, which
 * today's distributions ask for. `max` boots a little slower (five-level paging), Opteron_G4 hung.
 *
 * The guest keeps every timer it may look for. It has a small cache of translated code: QEMU's own, of 1 GiB, fills with
 * the code of every process that ever started, and a kernel that boots over their pages then waits for minutes, as each
 * write walks through all translations of its page.
 */
import { el } from '../xml/element.js';
import type { HypervisorProfile } from './profile.js';

const translationsMiB = '64';

export const qemu: HypervisorProfile = {
  name: 'TCG',
  domainType: 'qemu',
  diskDriver: 'qemu',
  defaultCpu: { model: 'qemu64', features: ['ssse3', 'sse4.1', 'sse4.2', 'popcnt'] },
  timers: [],
  features: [el('tcg', {}, el('tb-cache', { unit: 'MiB' }, translationsMiB))],
  cpuVirtualization: () => 'full, in software (TCG)',
  type: '2',
  whyType: 'QEMU translates the guest’s instructions, as a program of the host’s operating system.',
};
