import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { chooseAddress, hostRange } from '../../src/lifecycle/addressing.js';
import { formatIp, isWithin, parseIp } from '../../src/shared/ip-address.js';

describe('IP addresses', () => {
  it.each(['10.1.0.256', '10.1.0', '01.2.3.4', '1::2::3', 'fd00::g', '1:2:3', '', '::1:2:3:4:5:6:7:8:9'])(
    'refuses to read "%s"',
    (text) => {
      expect(parseIp(text)).toBeUndefined();
    },
  );

  it('reads back what it writes, IPv4 and IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (text) => {
        const ip = parseIp(text);
        expect(ip === undefined ? undefined : formatIp(ip)).toBe(text);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
        expect(parseIp(formatIp({ version: 6, value }))).toEqual({ version: 6, value });
      }),
    );
  });

  it.each([
    ['10.1.0.0/24', '10.1.0.1', '10.1.0.254'],
    ['10.1.0.77/30', '10.1.0.77', '10.1.0.78'],
    ['fd00::/126', 'fd00::1', 'fd00::2'],
  ])('knows the host addresses of %s', (cidr, min, max) => {
    expect(hostRange(cidr)).toEqual({ min, max });
  });

  it.each(['10.1.0.0', '10.1.0.0/32', '10.1.0.0/x', 'nonsense/24'])('has no host addresses for "%s"', (cidr) => {
    expect(hostRange(cidr)).toBeUndefined();
  });
});

describe('choosing an address', () => {
  const range = { min: '10.1.0.1', max: '10.1.0.3' };
  const wish = { type: 'IPV4', prefixLength: 24 } as const;

  it('takes the first of the range that is free, and none when all are taken', () => {
    expect(chooseAddress({ ...wish, fixed: [], range }, 0, new Set(['10.1.0.1']))).toBe('10.1.0.2');
    expect(
      chooseAddress({ ...wish, fixed: [], range }, 0, new Set(['10.1.0.1', '10.1.0.2', '10.1.0.3'])),
    ).toBeUndefined();
  });

  it('gives instance n the n-th fixed address, or another free one of the list', () => {
    const fixed = ['10.1.0.9', '10.1.0.10'];
    expect(chooseAddress({ ...wish, fixed }, 1, new Set())).toBe('10.1.0.10');
    expect(chooseAddress({ ...wish, fixed }, 1, new Set(['10.1.0.10']))).toBe('10.1.0.9');
    expect(chooseAddress({ ...wish, fixed }, 2, new Set(fixed))).toBeUndefined();
  });
});

it.each([
  ['10.0.0.9', '10.0.0.0/24', true],
  ['10.0.1.9', '10.0.0.0/24', false],
  ['10.0.0.9', '10.0.0.9/32', true],
  ['10.0.0.9', '0.0.0.0/0', true],
  ['fd00::1', 'fd00::/64', true],
  ['fd00::1', '10.0.0.0/24', false],
  ['10.0.0.9', '10.0.0.0/33', false],
  ['10.0.0.9', '10.0.0.0', false],
  ['10.0.0.9', 'ten/24', false],
])('%s lies within %s: %s', (address, cidr, within) => {
  expect(isWithin(address, cidr)).toBe(within);
});
