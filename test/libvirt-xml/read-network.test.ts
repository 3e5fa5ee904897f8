import { expect, test } from '@jest/globals';
import { networkXml } from '../../src/libvirt-xml/network.js';
import { readNetwork } from '../../src/libvirt-xml/read-network.js';

test('a network that Berth wrote is read back as isolated', () => {
  expect(readNetwork(networkXml({ name: 'inner', bridge: 'br-inner', mtu: 9000 }))).toEqual({
    name: 'inner',
    bridge: 'br-inner',
    kind: 'isolated',
    mtu: 9000,
  });
});

test.each([
  ["<forward mode='bridge'/><bridge name='br0'/>", { kind: 'bridge', bridge: 'br0' }],
  ["<forward mode='nat'/><bridge name='virbr0'/>", { kind: 'bridge', bridge: 'virbr0' }],
  ["<forward mode='bridge'/><bridge name='ovs0'/><virtualport type='openvswitch'/>", { kind: 'ovs', bridge: 'ovs0' }],
  ["<forward mode='passthrough'><interface dev='eth4'/></forward>", { kind: 'physical', device: 'eth4' }],
  ["<forward mode='hostdev' managed='yes'><pf dev='eth3'/></forward>", { kind: 'physical', device: 'eth3' }],
])('%s is read by what a guest can join', (inner, expected) => {
  expect(readNetwork(`<network><name>n</name>${inner}</network>`)).toEqual({ name: 'n', ...expected });
});
