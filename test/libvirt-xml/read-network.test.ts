import { expect, test } from '@jest/globals';
import { networkXml } from '../../src/libvirt-xml/network.js';
import { readNetwork } from '../../src/libvirt-xml/read-network.js';

test('a network that Berth wrote is read back as isolated', () => {
  expect(readNetwork(networkXml({ name: 'inner', bridge: 'br-inner', mtu: 9000 }))).toEqual({
    name: 'inner',
    bridge: 'br-inner',
    kind: 'isolated',
    devices: [],
    functions: [],
    mtu: 9000,
  });
});

test.each([
  ["<forward mode='bridge'/><bridge name='br0'/>", { kind: 'bridge', bridge: 'br0' }],
  ["<forward mode='nat'/><bridge name='virbr0'/>", { kind: 'bridge', bridge: 'virbr0' }],
  ["<forward mode='bridge'/><bridge name='ovs0'/><virtualport type='openvswitch'/>", { kind: 'ovs', bridge: 'ovs0' }],
  [
    "<forward mode='passthrough'><interface dev='eth4'/></forward>",
    { kind: 'physical', device: 'eth4', devices: ['eth4'], onePerGuest: 1 },
  ],
  [
    "<forward mode='passthrough'><interface dev='eth4'/><interface dev='eth5'/></forward>",
    { kind: 'physical', device: 'eth4', devices: ['eth4', 'eth5'], onePerGuest: 2 },
  ],
  [
    "<forward mode='hostdev' managed='yes'><pf dev='eth3'/><address type='pci' domain='0x0000' bus='0x3b' slot='0x02' function='0x1'/></forward>",
    { kind: 'hostdev', device: 'eth3', devices: ['eth3'], functions: ['0000:3b:02.1'] },
  ],
])('%s is read by what a guest can join', (inner, expected) => {
  expect(readNetwork(`<network><name>n</name>${inner}</network>`)).toEqual({
    name: 'n',
    devices: [],
    functions: [],
    ...expected,
  });
});
