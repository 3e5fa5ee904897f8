/**
 * Versions of libvirt and QEMU with faults that are known. A distribution may have repaired one without a new number: it
 * says so in the package's changelog.
 */
import type { Hypervisor } from '../model.js';
import type { AuditRule, Found } from './rule.js';

export interface KnownFault {
  /** The first version without it. */
  readonly before: string;
  /** The first version with it; absent: any. */
  readonly from?: string;
  readonly name: string;
  readonly fault: string;
}

export const libvirtFaults: readonly KnownFault[] = [
  {
    before: '6.8.0',
    name: 'CVE-2020-25637',
    fault: 'the daemon frees memory twice when a guest’s agent lists its interfaces',
  },
  { before: '7.6.0', name: 'CVE-2021-3667', fault: 'a look-up of a pool by its path leaves the pool locked' },
  { before: '8.2.0', name: 'CVE-2022-0897', fault: 'listing network filters while one changes ends the daemon' },
  {
    before: '8.10.0',
    name: 'hugepages filled from afar',
    fault: 'QEMU fills hugepages of a guest from CPUs of any cell, which makes starts slow',
  },
  { before: '10.1.0', name: 'CVE-2024-1441', fault: 'listing interfaces while one is added ends the daemon' },
  { before: '10.2.0', name: 'CVE-2024-2494', fault: 'a client ends the daemon by a list of negative length' },
];

/** A fault that was repaired in several branches has a row for each. */
export const qemuFaults: readonly KnownFault[] = [
  { before: '6.2.0', name: 'CVE-2021-3748', fault: 'virtio-net uses memory that it has freed' },
  { before: '7.2.9', name: 'CVE-2023-6693', fault: 'virtio-net writes beyond its stack when it computes hashes' },
  {
    from: '8.0.0',
    before: '8.2.1',
    name: 'CVE-2023-6693',
    fault: 'virtio-net writes beyond its stack when it computes hashes',
  },
  {
    before: '7.2.11',
    name: 'CVE-2024-3446',
    fault: 'virtio devices free memory twice when a guest has them write to themselves',
  },
  {
    from: '8.0.0',
    before: '8.2.3',
    name: 'CVE-2024-3446',
    fault: 'virtio devices free memory twice when a guest has them write to themselves',
  },
];

/** Debian 11's, as of other managers of virtual machines. Berth's domains were not tried on older ones. */
export const oldestQemu = '5.2.0';

/** Undefined: it is new enough, or its version is no number. */
export function tooOldQemu({ name, version }: Pick<Hypervisor, 'name' | 'version'>): string | undefined {
  if (name !== 'QEMU' || !isNumeric(version) || compareVersions(version, oldestQemu) >= 0) return undefined;
  return `its QEMU is ${version}, and Berth starts guests on ${oldestQemu} or newer`;
}

const isNumeric = (version: string): boolean => /^\d+(\.\d+)*$/.test(version);

/** Negative: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Versions that are no numbers are not judged. */
export function faultsOf(program: string, version: string, known: readonly KnownFault[]): readonly Found[] | undefined {
  if (!isNumeric(version)) return undefined;
  return known
    .filter(({ from, before }) => compareVersions(version, before) < 0 && compareVersions(version, from ?? '0') >= 0)
    .map(({ name, fault, before }) => ({
      reason: `${program} ${version} has ${name}: ${fault}.`,
      fix: `Go on to ${program} ${before} or newer, or see in the changelog of the package that it was repaired in this one.`,
    }));
}

export const versionRules: readonly AuditRule[] = [
  {
    code: 'HOST-QEMU-OLD',
    severity: 'error',
    right: `QEMU is ${oldestQemu} or newer.`,
    because: 'Nobody has tried Berth’s domains on older ones, so no VNF is placed there.',
    judge: ({ host: { facts } }) => {
      const why = tooOldQemu(facts.hypervisor);
      if (why === undefined) return [];
      return [
        {
          reason: `No VNF is placed on the host: ${why}.`,
          fix: 'Drain the host, and upgrade its distribution, or QEMU and libvirt from its backports.',
        },
      ];
    },
  },
  {
    code: 'HOST-LIBVIRT-FAULT',
    severity: 'warning',
    right: 'libvirt is a version without faults that are known here.',
    because: 'They end the daemon, leave it locked, or make starts slow.',
    judge: ({ host: { facts } }) =>
      facts.acceleration.kind === 'simulated'
        ? []
        : faultsOf('libvirt', facts.hypervisor.libvirtVersion, libvirtFaults),
  },
  {
    code: 'HOST-QEMU-FAULT',
    severity: 'warning',
    right: 'QEMU is a version without faults that are known here.',
    because: 'A guest can leave its virtual machine by them.',
    judge: ({ host: { facts } }) =>
      facts.hypervisor.name === 'QEMU' ? faultsOf('QEMU', facts.hypervisor.version, qemuFaults) : [],
  },
];
