import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cpuList, readCpuList } from '../../src/libvirt-xml/cpu-list.js';
import { readPciAddress, writePciAddress } from '../../src/libvirt-xml/pci-address.js';

describe('CPU lists', () => {
  test.each([
    [[], ''],
    [[3], '3'],
    [[3, 1, 2, 2, 8], '1-3,8'],
    [[0, 2, 4], '0,2,4'],
  ])('%j is written %j', (numbers, text) => {
    expect(cpuList(numbers)).toBe(text);
  });

  test('libvirt’s exclusions and spaces are read', () => {
    expect(readCpuList('0-4,^2, 8')).toEqual([0, 1, 3, 4, 8]);
  });

  test('come back as sets', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200)), (numbers) => {
        expect(readCpuList(cpuList(numbers))).toEqual([...numbers].sort((a, b) => a - b));
      }),
    );
  });

  test.each(['a', '1-', '-1', '1--2', '1.5'])('%j is refused', (text) => {
    expect(() => readCpuList(text)).toThrow(RangeError);
  });
});

describe('PCI addresses', () => {
  test('come back as they were', () => {
    expect(readPciAddress('0001:af:1f.7')).toEqual({ domain: 1, bus: 0xaf, slot: 0x1f, function: 7 });
    expect(writePciAddress(readPciAddress('0001:af:1f.7'))).toBe('0001:af:1f.7');
  });

  test.each(['06:10.1', '0000:06:10', '0000:06:10.8', '0000:06:20.1', '0000:zz:00.0'])('%j is refused', (text) => {
    expect(() => readPciAddress(text)).toThrow(RangeError);
  });
});
