import { expect, test } from '@jest/globals';
import { domainSpecOf } from '../../src/libvirt-xml/spec-of.js';
import type { VnfcPlacement } from '../../src/placement/model.js';
import { demand, host } from '../builders/placement.js';
import { vnfc } from '../builders/vnfc.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';

/** Two cells: CPUs 0-7 and 8-15. */
const { facts } = host('host-1');

function filledFromAfar(libvirtVersion: string, hostCell: number, pages: number, emulatorCpus: readonly number[]) {
  const memoryShares = [{ hostCell, memoryMiB: 256 }];
  const placement: VnfcPlacement = {
    vnfcId: vnfc().id,
    hostId: vnfc().hostId,
    cells: [{ hostCell, pinnedCpus: [], idleCpus: [], vcpus: 1, memoryMiB: 256, pages, memoryShares }],
    emulatorCpus,
    ownEmulatorCpus: [],
    sharedCpus: [],
    pool: 'default',
    pciFunctions: [],
  };
  const { memory } = domainSpecOf({
    installationId: 'installation-1',
    vnfInstanceId: 'instance-1',
    vnfdId: 'vnfd-1',
    flavour: flavour({ cps: [cp('west_vdu_cp', 0), cp('east_vdu_cp', 1)] }),
    vdu: vdu(),
    vnfc: vnfc(),
    placement,
    demand: demand('a'),
    host: { ...facts, hypervisor: { ...facts.hypervisor, libvirtVersion } },
  });
  return memory.filledFromAfar === true;
}

test.each([
  ['pages of the cell of QEMU’s own threads', '9.0.0', 0, 128, [0, 1], false],
  ['pages of another cell', '9.0.0', 1, 128, [0, 1], true],
  ['plain memory of another cell', '9.0.0', 1, 0, [0, 1], false],
  ['threads that may run anywhere', '9.0.0', 1, 128, [], false],
  ['a libvirt that does not know the way', '8.9.0', 1, 128, [0, 1], false],
  ['the first that does', '8.10.0', 1, 128, [0, 1], true],
] as const)('%s: whether pages are filled from afar', (_, version, cell, pages, emulatorCpus, expected) => {
  expect(filledFromAfar(version, cell, pages, emulatorCpus)).toBe(expected);
});
