/**
 * The minimal VNFDs of descriptors/ read without a complaint, each in the form of its SOL001 version.
 */
import { describe, expect, test } from '@jest/globals';
import { complaintsOf, minimal, read, vduOf, vnfdOf } from './read.js';

const versions = ['2.5.1', '2.6.1', '2.7.1', '3.3.1', '4.3.1'];

describe.each(versions)('the minimal VNFD of SOL001 %s', (version) => {
  test('is read without a complaint', () => {
    expect(complaintsOf(read(minimal(version)))).toEqual([]);
  });

  test('has one VDU that boots a qcow2 image and is reached from outside', () => {
    const vnfd = vnfdOf(read(minimal(version)));
    expect(vnfd).toMatchObject({ provider: 'Example', productName: 'Minimal', defaultFlavourId: 'default' });
    expect(vnfd.flavours).toHaveLength(1);
    expect(vnfd.flavours[0]!.extCps).toEqual([
      { id: 'outside', vduCpId: 'outside', requirement: 'virtual_link_outside' },
    ]);
    expect(vduOf(minimal(version))).toMatchObject({
      cpu: { count: 1, policy: 'shared' },
      memory: { bytes: 268_435_456 },
      bootData: { content: '#cloud-config' },
      image: { id: 'vdu', file: 'Files/system.qcow2', checksum: { algorithm: 'sha-256' }, minDiskBytes: 1_073_741_824 },
    });
  });
});

test('boot order is a list of indexes in 2.5.1 and a flag since 2.7.1', () => {
  expect(vduOf(minimal('2.5.1')).bootOrder).toBe(true);
  expect(vduOf(minimal('2.7.1')).bootOrder).toBe(false);
});

test('NFVI constraints are a list in 2.5.1 and a map since 2.7.1', () => {
  expect(vduOf(minimal('2.5.1')).nfviConstraints).toEqual({ rack: 'any' });
  expect(vduOf(minimal('2.7.1')).nfviConstraints).toEqual({ rack: 'any' });
});

test('huge pages of 4.3.1 give page size and amount', () => {
  expect(vduOf(minimal('4.3.1')).memory).toMatchObject({
    pageSize: 2048,
    hugePages: [{ pageSizeKiB: 2048, bytes: 268_435_456 }],
  });
});
