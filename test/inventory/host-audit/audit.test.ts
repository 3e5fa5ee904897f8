/**
 * Every rule of the audit of a host, with facts that are wrong, right, and not told.
 */
import { describe, expect, test } from '@jest/globals';
import { auditHost, auditRules } from '../../../src/inventory/host-audit/audit.js';
import { compareVersions, faultsOf, libvirtFaults, qemuFaults } from '../../../src/inventory/host-audit/versions.js';
import { acceleration, card, cell, hypervisor, simulated, subject, virtualFunction, type Changes } from './subject.js';

const rules = auditRules.flatMap(([, some]) => some);

/** What makes the rule find something, and what its reason then says. */
const wrong: Readonly<Record<string, readonly [changes: Changes, reason: RegExp]>> = {
  'HOST-ACCELERATION': [
    { facts: { acceleration: { ...acceleration, kind: 'tcg', reason: 'libvirt offers no KVM domains.' } } },
    /offers no KVM/,
  ],
  'HOST-IS-GUEST': [{ tuning: { isGuest: true } }, /virtual machine/],
  'HOST-CELL-NO-CPUS': [{ facts: { cells: [cell(0), cell(1, { cpus: [] })] } }, /Cell 1 has 65536 MiB .* no CPU/],
  'HOST-CELL-NO-MEMORY': [
    {
      facts: { cells: [cell(0), cell(1, { memoryMiB: 0, hugepages: [] })] },
      host: { reserved: { sharedCpus: [0, 8, 4, 12], memoryMiBPerCell: [4096, 0] } },
    },
    /Cell 1 has CPUs and no memory/,
  ],
  'HOST-PAGES-NONE': [
    {
      facts: {
        cells: [cell(0, { hugepages: [] }), cell(1, { hugepages: [{ pageSizeKiB: 2048, total: 0, foreign: 0 }] })],
      },
    },
    /No cell/,
  ],
  'HOST-PAGES-CELL': [{ facts: { cells: [cell(0), cell(1, { hugepages: [] })] } }, /Cell 1 has CPUs and no hugepages/],
  'HOST-PAGES-FOREIGN': [
    { facts: { cells: [cell(0, { hugepages: [{ pageSizeKiB: 2048, total: 8192, foreign: 12 }] }), cell(1)] } },
    /12 pages of 2 MiB in cell 0/,
  ],
  'HOST-PAGES-ROOM': [
    { facts: { cells: [cell(0, { memoryMiB: 34_000 }), cell(1)] } },
    /Cell 0 has 34000 MiB, of them 32768 MiB in hugepages; 4096 MiB/,
  ],
  'HOST-PAGES-GIB': [
    { facts: { cells: [cell(0, { hugepages: [{ pageSizeKiB: 2048, total: 8192, foreign: 0 }] })] } },
    /pages of 1 GiB, and none/,
  ],
  'HOST-CPUS-NONE-DEDICATED': [
    { host: { reserved: { sharedCpus: Array.from({ length: 16 }, (_, id) => id), memoryMiBPerCell: [0, 0] } } },
    /\(0-15\)/,
  ],
  'HOST-CPUS-KEPT-CELL': [
    { host: { reserved: { sharedCpus: [0, 8], memoryMiBPerCell: [4096, 4096] } } },
    /Of cell 1 \(CPUs 4-7,12-15\) no CPU/,
  ],
  'HOST-CPUS-TAKEN': [
    {
      facts: {
        cells: [
          cell(0, {
            cpus: cell(0).cpus.map((cpu) => (cpu.id === 2 ? { ...cpu, takenBy: 'domain win11 is pinned to it' } : cpu)),
          }),
          cell(1),
        ],
      },
    },
    /CPU 2 could be dedicated, and domain win11/,
  ],
  'HOST-SMT-SPLIT': [
    { host: { reserved: { sharedCpus: [0, 4, 12], memoryMiBPerCell: [4096, 4096] } } },
    /CPUs 0,8 are one core; 0 is kept for the host, 8 may be dedicated/,
  ],
  'HOST-SMT-UNEVEN': [
    {
      facts: {
        cells: [
          cell(0, {
            cpus: cell(0)
              .cpus.filter(({ id }) => id !== 11)
              .map((cpu) => (cpu.id === 3 ? { ...cpu, siblings: [3] } : cpu)),
          }),
          cell(1),
        ],
      },
    },
    /have 2 threads, and these have fewer: CPUs 3\./,
  ],
  'HOST-CPUS-OFFLINE': [{ tuning: { offlineCpus: [9, 10, 11] } }, /CPUs 9-11 are there and switched off/],
  'HOST-CPUS-KEPT-OFF': [
    { host: { reserved: { sharedCpus: [0, 8, 4, 12, 30], memoryMiBPerCell: [4096, 4096] } } },
    /CPUs 30 are kept .* switched off or not there/,
  ],
  'HOST-TSC': [{ tuning: { steadyTsc: false } }, /invtsc/],
  'HOST-KSM': [{ tuning: { merging: { sharedPages: 500, acrossCells: true } } }, /500 pages .* across cells/],
  'HOST-IOMMU': [{ tuning: { iommu: false } }, /2 functions are to be given/],
  'HOST-VF-DRIVER': [
    { facts: { pciFunctions: [card, { ...virtualFunction, takenBy: 'no vfio-pci', fault: 'driver' }] } },
    /0000:06:02\.0: no vfio-pci/,
  ],
  'HOST-NIC-NETWORK': [
    {
      facts: {
        pciFunctions: [card, virtualFunction].map((one) => ({ ...one, takenBy: 'two networks', fault: 'network' })),
      },
    },
    /ens1f0 \(0000:06:00\.0\), 0000:06:02\.0: two networks/,
  ],
  'HOST-IOMMU-GROUP': [
    { facts: { pciFunctions: [card, { ...virtualFunction, iommuGroup: 20 }] } },
    /Functions ens1f0 \(0000:06:00\.0\), 0000:06:02\.0 share IOMMU group 20/,
  ],
  'HOST-NIC-DOWN': [
    { tuning: { cards: [{ address: card.address, netdev: 'ens1f0', mostFunctions: 64, functions: 1, isUp: false }] } },
    /ens1f0 \(0000:06:00\.0\) has no link/,
  ],
  'HOST-VF-NONE': [
    { tuning: { cards: [{ address: card.address, mostFunctions: 64, functions: 0, isUp: true }] } },
    /could have 64 virtual functions/,
  ],
  'HOST-VF-NETWORK': [
    { facts: { pciFunctions: [withoutNetwork(card), withoutNetwork(virtualFunction)] } },
    /no physical network/,
  ],
  'HOST-NIC-CELL': [{ facts: { pciFunctions: [card, withoutCell(virtualFunction)] } }, /0000:06:02\.0 does not say/],
  'HOST-VF-TAKEN': [
    { facts: { pciFunctions: [card, { ...virtualFunction, takenBy: 'domain win11 has it' }] } },
    /given to nobody: domain win11 has it/,
  ],
  'HOST-VF-QUARANTINE': [
    {
      facts: {
        pciFunctions: [
          card,
          { ...virtualFunction, takenBy: 'x', quarantine: { reason: 'it has no driver', repair: 'r' } },
        ],
      },
    },
    /0000:06:02.0 is in quarantine: it has no driver/,
  ],
  'HOST-POOLS-SHARED': [
    { tuning: { pools: [pool('berth', '/srv/a', 100, 60), pool('images', '/srv/b', 100, 60)] } },
    /Pools berth \(\/srv\/a\) and images \(\/srv\/b\)/,
  ],
  'HOST-POOL-UNUSED': [
    {
      facts: {
        pools: [
          {
            ...{ name: 'default', path: '/srv', capacityMiB: 1000, availableMiB: 990 },
            unusedBecause: 'the configuration does not name it (pools of the host)',
          },
        ],
      },
    },
    /Pool default \(\/srv\) takes no new volumes: the configuration does not name it/,
  ],
  'HOST-POOL-FULL': [
    { facts: { pools: [{ name: 'berth', path: '/srv', capacityMiB: 1000, availableMiB: 99 }] } },
    /99 of 1000 MiB left/,
  ],
  'HOST-LIBVIRT-FAULT': [{ facts: { hypervisor: { ...hypervisor, libvirtVersion: '10.1.0' } } }, /CVE-2024-2494/],
  'HOST-QEMU-OLD': [{ facts: { hypervisor: { ...hypervisor, version: '5.1.9' } } }, /its QEMU is 5\.1\.9, and/],
  'HOST-QEMU-FAULT': [{ facts: { hypervisor: { ...hypervisor, version: '8.2.2' } } }, /CVE-2024-3446/],
};

/** What is not told, so that the command is named instead. */
const untold: Readonly<Record<string, Changes>> = {
  'HOST-NESTED-PAGING': { tuning: { nestedPaging: undefined } },
  'HOST-IS-GUEST': { tuning: { isGuest: undefined } },
  'HOST-CPUS-OFFLINE': { tuning: { offlineCpus: undefined } },
  'HOST-TSC': { tuning: { steadyTsc: undefined } },
  'HOST-KSM': { tuning: { merging: undefined } },
  'HOST-POOLS-SHARED': { tuning: { pools: undefined } },
};

function withoutNetwork({ physicalNetwork: _, ...rest }: typeof card): typeof card {
  return rest;
}

function withoutCell({ cell: _, ...rest }: typeof card): typeof card {
  return rest;
}

/** With SMT off: the second thread of each core is gone. */
const withoutSiblings = (id: number) =>
  cell(id, {
    cpus: cell(id)
      .cpus.filter(({ siblings, id: cpu }) => siblings[0] === cpu)
      .map((cpu) => ({ ...cpu, siblings: [cpu.id] })),
  });

function pool(name: string, path: string, capacityBytes: number, availableBytes: number) {
  return { name, path, capacityBytes, availableBytes };
}

const codesOf = (list: readonly { readonly code: string }[]) => list.map(({ code }) => code);

describe('the audit of a host', () => {
  test('finds nothing on one that is set up rightly, and says what it cannot see', () => {
    const { findings, checks, right } = auditHost(subject());
    expect(findings).toEqual([]);
    const judged = rules.filter(({ judge }) => judge !== undefined).map(({ code }) => code);
    expect(right).toEqual(judged);
    expect(codesOf(checks).toSorted()).toEqual(
      rules
        .filter(({ judge }) => judge === undefined)
        .map(({ code }) => code)
        .toSorted(),
    );
    for (const { command, right: should } of checks) expect([command, should]).not.toContain('');
  });

  test('has a case that is wrong for every rule that judges, but for the one that the command alone can tell', () => {
    const judging = rules.filter(({ judge }) => judge !== undefined).map(({ code }) => code);
    expect(Object.keys(wrong).toSorted()).toEqual(judging.filter((code) => code !== 'HOST-NESTED-PAGING').toSorted());
  });

  test.each(Object.entries(wrong))('%s is found, with its reason and its fix', (code, [changes, reason]) => {
    const { findings, right } = auditHost(subject(changes));
    const found = findings.filter((each) => each.code === code);
    expect(found.map((each) => each.reason).join(' ')).toMatch(reason);
    expect(right).not.toContain(code);
    for (const { fix, because, severity } of found) {
      expect(fix).toMatch(/\.$/);
      expect(because).toMatch(/\.$/);
      expect(severity).toBe(rules.find((rule) => rule.code === code)?.severity);
    }
  });

  test.each(Object.entries(untold))(
    '%s is not taken for right when nobody told: the command is named',
    (code, changes) => {
      const { findings, checks, right } = auditHost(subject(changes));
      expect([codesOf(findings), right]).not.toContainEqual(expect.arrayContaining([code]));
      expect(codesOf(checks)).toContain(code);
    },
  );

  test('names the very CPUs that are to be isolated', () => {
    const { checks } = auditHost(subject());
    expect(checks.find(({ code }) => code === 'HOST-CPUS-ISOLATED')?.right).toMatch(/^1-3,5-7,9-11,13-15:/);
    expect(checks.find(({ code }) => code === 'HOST-PAGES-BOOT')?.right).toContain(
      'hugepagesz=1G hugepages=32 hugepagesz=2M hugepages=16384',
    );
  });

  test.each<[string, Changes, string]>([
    [
      'HOST-PAGES-CELL',
      { facts: { cells: [cell(0), cell(1, { hugepages: [] })] } },
      'echo 8192 > /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages; echo 16 > /sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages',
    ],
    [
      'HOST-VF-NONE',
      { tuning: { cards: [{ address: card.address, mostFunctions: 7, functions: 0, isUp: true }] } },
      'echo 7 > /sys/bus/pci/devices/0000:06:00.0/sriov_numvfs',
    ],
    [
      'HOST-NIC-DOWN',
      { tuning: { cards: [{ address: card.address, netdev: 'ens1f0', mostFunctions: 7, functions: 1, isUp: false }] } },
      'ip link set ens1f0 up',
    ],
    [
      'HOST-CPUS-KEPT-OFF',
      { facts: { cells: [withoutSiblings(0), withoutSiblings(1)] } },
      'echo on > /sys/devices/system/cpu/smt/control',
    ],
    ['HOST-CPUS-OFFLINE', { tuning: { offlineCpus: [9] } }, 'echo 1 > /sys/devices/system/cpu/cpu9/online'],
  ])('%s has the very command for its fix', (code, changes, command) => {
    const found = auditHost(subject(changes)).findings.find((each) => each.code === code);
    expect(/`([^`]+)`/.exec(found?.fix ?? '')?.[1]).toBe(command);
  });

  test('tells a function in use with what sets it right, and one that a rule of its own tells of only there', () => {
    const inUse = { ...virtualFunction, takenBy: 'its network device is up', takenFix: '`ip link set v0 down`' };
    expect(auditHost(subject({ facts: { pciFunctions: [card, inUse] } })).findings).toMatchObject([
      { code: 'HOST-VF-TAKEN', fix: '`ip link set v0 down`.' },
    ]);
    const ofGroup = { ...virtualFunction, takenBy: 'no vfio-pci', fault: 'driver', takenFix: 'load it' } as const;
    expect(auditHost(subject({ facts: { pciFunctions: [card, ofGroup] } })).findings).toMatchObject([
      { code: 'HOST-VF-DRIVER', fix: 'Load it.' },
    ]);
  });

  test('asks for no kernel setting of a host that is simulated', () => {
    const { checks, findings } = auditHost(
      subject({
        facts: { acceleration: simulated },
        tuning: { pools: undefined, isGuest: undefined, steadyTsc: undefined },
      }),
    );
    expect(codesOf(checks)).toEqual([]);
    expect(findings).toEqual([]);
  });

  test('lists the gravest first, and of one code the first twenty', () => {
    const pinned = cell(0).cpus.map((cpu) => ({ ...cpu, takenBy: 'domain win11 is pinned to it' }));
    const many = Array.from({ length: 8 }, (_, at) =>
      cell(at, { cpus: pinned.map((cpu) => ({ ...cpu, id: cpu.id + at * 100 })), memoryMiB: 100 }),
    );
    const { findings, leftOut } = auditHost(subject({ facts: { cells: many } }));
    expect(findings[0]?.severity).toBe('error');
    expect(codesOf(findings).filter((code) => code === 'HOST-CPUS-TAKEN')).toHaveLength(20);
    expect(leftOut['HOST-CPUS-TAKEN']).toBe(62 - 20);
  });
});

describe('versions with known faults', () => {
  test.each([
    ['9.0.0', '10.1.0', -1],
    ['10.1.0', '10.1.0', 0],
    ['8.10.0', '8.9.0', 1],
    ['7.2.11', '7.2.9', 1],
  ])('%s against %s', (a, b, sign) => expect(Math.sign(compareVersions(a, b))).toBe(sign));

  test('a repair in an older branch counts there only', () => {
    const names = (version: string) =>
      (faultsOf('QEMU', version, qemuFaults) ?? []).map(({ reason }) => /CVE-\S+(?=:)/.exec(reason)?.[0]);
    expect(names('7.2.8')).toEqual(['CVE-2023-6693', 'CVE-2024-3446']);
    expect(names('7.2.11')).toEqual([]);
    expect(names('8.1.0')).toEqual(['CVE-2023-6693', 'CVE-2024-3446']);
    expect(names('9.0.0')).toEqual([]);
  });

  test('a version that is no number is not judged', () => {
    expect(faultsOf('libvirt', 'unknown', libvirtFaults)).toBeUndefined();
  });
});
