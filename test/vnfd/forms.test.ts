/**
 * One VNF in the forms of two SOL001 versions: SR-IOV, huge pages, static pinning and uneven guest NUMA cells read the
 * same, whatever the spelling.
 */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Flavour } from '../../src/vnfd/model.js';
import { complaintsOf, flavourOf, read } from './read.js';

const text = (version: string): string =>
  readFileSync(join(import.meta.dirname, `../fixtures/vnfds/fast-${version}.yaml`), 'utf8');

/** Only 4.3.1 says how much of the memory is of a page size. */
const withoutAmounts = (flavour: Flavour): Flavour => ({
  ...flavour,
  vdus: flavour.vdus.map((vdu) => ({ ...vdu, memory: { ...vdu.memory, hugePages: [] } })),
});

const GiB = 1024 ** 3;

describe.each(['3.3.1', '4.3.1'])('the fast VNF in the form of SOL001 %s', (version) => {
  test('is read without a complaint', () => {
    expect(complaintsOf(read(text(version)))).toEqual([]);
  });

  test('has cores and pages of its own in two uneven cells', () => {
    const [forwarder] = flavourOf(text(version)).vdus;
    expect(forwarder).toMatchObject({
      cpu: { count: 8, policy: 'dedicated', threadPolicy: 'isolate' },
      memory: { bytes: 8 * GiB, numaEnabled: true, pageSize: 1_048_576, locality: 'strict' },
      guestCells: [
        { id: 'near', vcpus: 6, memoryBytes: 6 * GiB },
        { id: 'far', vcpus: 2, memoryBytes: 2 * GiB },
      ],
    });
  });

  test('has one ordinary card and two virtual functions near its memory', () => {
    const { cps, extCps } = flavourOf(text(version));
    expect(cps.map(({ id, order, vnicType }) => [id, order, vnicType])).toEqual([
      ['manage', 0, 'virtio'],
      ['west', 1, 'direct'],
      ['east', 2, 'direct'],
    ]);
    expect(cps[1]?.interfaceRequirements).toEqual({ interfaceType: 'SR-IOV', pciDeviceLocalToNumaNode: 'required' });
    expect(extCps.map(({ requirement }) => requirement)).toEqual([
      'virtual_link_manage',
      'virtual_link_west',
      'virtual_link_east',
    ]);
  });
});

test('both forms mean the same', () => {
  expect(withoutAmounts(flavourOf(text('4.3.1')))).toEqual(withoutAmounts(flavourOf(text('3.3.1'))));
  expect(flavourOf(text('4.3.1')).vdus[0]?.memory.hugePages).toEqual([{ pageSizeKiB: 1_048_576, bytes: 8 * GiB }]);
});
