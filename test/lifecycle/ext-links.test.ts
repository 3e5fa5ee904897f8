import { describe, expect, it } from '@jest/globals';
import type { Flavour, VnicType } from '../../src/vnfd/model.js';
import { attachmentOf, isJoined } from '../../src/lifecycle/ext-attachment.js';
import { readExtVirtualLinks } from '../../src/lifecycle/ext-links.js';
import type { CpProtocolData, ExtVirtualLinkData } from '../../src/lifecycle/requests.js';
import { flavour } from '../builders/vnfd.js';

type Ethernet = NonNullable<CpProtocolData['ipOverEthernet']>;

const link = (cpdId: string, ...said: readonly Ethernet[]): ExtVirtualLinkData => ({
  id: cpdId,
  resourceId: cpdId,
  extCps: [
    {
      cpdId,
      cpConfig: {
        one: {
          cpProtocolData: said.map((ipOverEthernet) => ({ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet })),
        },
      },
    },
  ],
});

const read = (west: readonly Ethernet[], east: readonly Ethernet[] = []) =>
  readExtVirtualLinks(flavour(), [link('west', ...west), link('east', ...east)]);

function wishes(...west: readonly Ethernet[]) {
  const links = read(west);
  return links.ok ? links.value[0]?.extCps[0]?.configs[0]?.addresses : links.problem;
}

const v6 = (address: string): Ethernet => ({ ipAddresses: [{ type: 'IPV6', fixedAddresses: [address] }] });

describe('external links of a request', () => {
  it('read one IPv6 address in all its spellings as the same, so that it cannot be given twice', () => {
    expect(wishes(v6('2001:DB8:0:0::1'))).toEqual(wishes(v6('2001:db8::1')));
    expect(wishes(v6('2001:db8::1'))).toMatchObject([{ fixed: ['2001:db8::1'] }]);
  });

  it('keep a MAC address that comes without IP addresses', () => {
    expect(wishes({ macAddress: '52:54:00:AA:00:01' })).toMatchObject([{ macAddress: '52:54:00:aa:00:01', fixed: [] }]);
  });

  it('accept one MAC address said for IPv4 and IPv6 of the same CP', () => {
    const mac = { macAddress: '52:54:00:aa:00:01' };
    const v4: Ethernet = { ipAddresses: [{ type: 'IPV4', fixedAddresses: ['10.0.0.1'] }] };
    expect(
      read([
        { ...mac, ...v4 },
        { ...mac, ...v6('fd00::1') },
      ]).ok,
    ).toBe(true);
  });

  it('join an internal link to one network, by whichever CPD is given', () => {
    const inner = { ...flavour().cps[0]!, id: 'inner-cp', virtualLinkId: 'inner' };
    const shape = flavour({
      cps: [inner],
      virtualLinks: [{ id: 'inner', layerProtocols: [], dhcpEnabled: false }],
      extCps: ['north', 'south'].map((id) => ({ id, requirement: 'external_virtual_link', virtualLinkId: 'inner' })),
    });
    const given = (...ids: readonly string[]) =>
      readExtVirtualLinks(
        shape,
        ids.map((id) => link(id)),
      );
    for (const id of ['north', 'south']) {
      const links = given(id);
      expect(links.ok && attachmentOf(shape, links.value, inner)?.link.resourceId).toBe(id);
      expect(links.ok && isJoined(shape, links.value, 'inner')).toBe(true);
    }
    expect(isJoined(shape, [], 'inner')).toBe(false);
    const both = given('north', 'south');
    expect(both.ok || both.problem.detail).toBe(
      'CPDs north, south all lead to the internal link inner, which Berth joins to one network; connect one of them.',
    );
  });

  it('keep the VLAN of a CP, and refuse it where nothing would tag', () => {
    const of = (vnicType: VnicType) => flavour({ cps: flavour().cps.map((one) => ({ ...one, vnicType })) });
    const direct = of('direct');
    const on = (shape: Flavour, segmentationId: string) => {
      const said = { ...v6('fd00::1'), segmentationId };
      const links = readExtVirtualLinks(shape, [link('west', said), link('east')]);
      return links.ok ? links.value[0]?.extCps[0]?.configs[0]?.vlan : links.problem.detail;
    };
    expect(on(direct, '42')).toBe(42);
    expect(on(direct, '4095')).toMatch(/west: segmentationId "4095" is not a VLAN ID from 1 to 4094/);
    expect([on(of('virtio'), '42'), on(of('macvtap'), '42')]).toEqual([42, 42]);
    for (const kind of ['direct-physical', 'virtio-forwarder'] as const)
      expect(on(of(kind), '42')).toMatch(
        /west: segmentationId is for connection points that are direct, virtio, macvtap; /,
      );
  });

  it.each<[string, Ethernet, Ethernet, string]>([
    [
      'a multicast MAC address',
      { macAddress: '01:00:00:00:00:01' },
      {},
      'west/one: 01:00:00:00:00:01 is not a unicast',
    ],
    ['the zero MAC address', { macAddress: '00:00:00:00:00:00' }, {}, 'is not a unicast MAC address'],
    [
      'one MAC address for two CPs',
      { macAddress: '52:54:00:AA:00:01' },
      { macAddress: '52:54:00:aa:00:01' },
      'asked for by cpConfig west/one and east/one',
    ],
    [
      'a fixed address outside its subnet',
      { ipAddresses: [{ type: 'IPV4', fixedAddresses: ['10.9.0.1'], subnetId: '10.1.0.0/24' }] },
      {},
      '"10.9.0.1" is not in its subnetId 10.1.0.0/24',
    ],
    [
      'a range that leaves its subnet',
      {
        ipAddresses: [
          { type: 'IPV6', addressRange: { minAddress: 'fd00::1', maxAddress: 'fd00:0:0:1::1' }, subnetId: 'fd00::/64' },
        ],
      },
      {},
      '"fd00:0:0:1::1" is not in its subnetId',
    ],
  ])('are refused for %s', (_what, west, east, words) => {
    const links = read([west], [east]);
    expect(!links.ok && links.problem).toMatchObject({ status: 400, detail: expect.stringContaining(words) });
  });
});
