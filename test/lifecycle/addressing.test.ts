import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { addressKey, chooseAddresses, hostRange } from '../../src/lifecycle/addressing.js';
import type { AddressRequest } from '../../src/lifecycle/model.js';
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

describe('choosing addresses', () => {
  const range = { min: '10.1.0.1', max: '10.1.0.3' };
  const wish = { type: 'IPV4', prefixLength: 24, fixed: [] } as const;
  const onNet = (...addresses: readonly string[]) => new Set(addresses.map((address) => `net/${address}`));
  const chosen = (
    wishes: readonly (Pick<AddressRequest, 'fixed' | 'range'> & { readonly ordinal?: number })[],
    taken = onNet(),
    named = onNet(),
  ) =>
    chooseAddresses(
      wishes.map(({ ordinal = 0, ...of }) => ({ network: 'net', wish: { ...wish, ...of }, ordinal })),
      taken,
      named,
    );

  it('takes the first of the range that is free, and none when all are taken', () => {
    const one = [{ fixed: [], range }];
    expect(chosen(one, onNet('10.1.0.1')).addresses).toEqual(['10.1.0.2']);
    expect(chosen(one, onNet('10.1.0.1', '10.1.0.2', '10.1.0.3')).addresses).toEqual([undefined]);
  });

  it('passes over what is named for others, as long as there is something else', () => {
    const two = [
      { fixed: [], range },
      { fixed: [], range },
    ];
    expect(chosen(two, onNet(), onNet('10.1.0.1')).addresses).toEqual(['10.1.0.2', '10.1.0.3']);
    expect(chosen(two, onNet('10.1.0.2'), onNet('10.1.0.1')).addresses).toEqual(['10.1.0.3', '10.1.0.1']);
  });

  it('gives instance n the n-th fixed address, or another free one of the list, and says when it is held', () => {
    const second = [{ fixed: ['10.1.0.9', '10.1.0.10'], ordinal: 1 }];
    expect(chosen(second)).toEqual({ addresses: ['10.1.0.10'], held: [] });
    expect(chosen(second, onNet('10.1.0.10'))).toEqual({ addresses: ['10.1.0.9'], held: ['net/10.1.0.10'] });
    expect(
      chosen([{ fixed: ['10.1.0.9', '10.1.0.10'], ordinal: 2 }], onNet('10.1.0.9', '10.1.0.10')).addresses,
    ).toEqual([undefined]);
  });

  it('gives fixed addresses before those of ranges, and moves who can do with another', () => {
    expect(chosen([{ fixed: [], range }, { fixed: ['10.1.0.1'] }]).addresses).toEqual(['10.1.0.2', '10.1.0.1']);
    expect(chosen([{ fixed: ['10.1.0.1', '10.1.0.7'] }, { fixed: ['10.1.0.1'] }]).addresses).toEqual([
      '10.1.0.7',
      '10.1.0.1',
    ]);
    const only = { min: '10.1.0.1', max: '10.1.0.1' };
    expect(chosen([{ fixed: ['10.1.0.1', '10.1.0.7'] }, { fixed: [], range: only }]).addresses).toEqual([
      '10.1.0.7',
      '10.1.0.1',
    ]);
  });

  it('of a range of many millions looks at as many as it may', () => {
    const wide = { min: 'fd00::1', max: 'fd00::ffff:ffff' };
    expect(chosen([{ fixed: [], range: wide }]).addresses).toEqual(['fd00::1']);
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

test('a range that is nearly used up is searched once, however many ask for what is left', () => {
  const range = { min: '10.0.0.0', max: '10.0.255.255' };
  const wish: AddressRequest = { type: 'IPV4', fixed: [], range, prefixLength: 16 };
  const all = Array.from({ length: 65_536 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
  const left = all.slice(-50);
  const taken = new Set(all.slice(0, -50).map((address) => addressKey('n', address)));
  const needs = Array.from({ length: 100 }, (_, ordinal) => ({ network: 'n', wish, ordinal }));
  const { addresses } = chooseAddresses(needs, taken, new Set());
  expect(addresses.slice(0, 50)).toEqual(left);
  expect(addresses.slice(50).every((address) => address === undefined)).toBe(true);
});
