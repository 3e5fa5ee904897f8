/** VLANs of physical networks as libvirt's list of interfaces tells them: what it said on a host of the lab, and variants. */
import { expect, test } from '@jest/globals';
import { vlanNetworks } from '../../../src/engine/libvirt/vlan-networks.js';
import type { PciFunction } from '../../../src/inventory/model.js';
import { readInterface } from '../../../src/libvirt-xml/read-interface.js';

const card = (netdev: string, physicalNetwork?: string): PciFunction => ({
  address: '0000:41:00.0',
  kind: 'pf',
  vendorId: '8086',
  deviceId: '10c9',
  trustCapable: false,
  rateCapable: false,
  netdev,
  ...(physicalNetwork !== undefined && { physicalNetwork }),
});
const cards = [card('ens10', 'physnet0'), card('ens11', 'physnet1'), card('ens12')];

const vlan = (name: string, tag: number, parent: string, state = 'up') =>
  `<interface type='vlan' name='${name}'><mtu size='1500'/><link${state === 'up' ? " speed='1000'" : ''} state='${state}'/>
    <vlan tag='${tag}'><interface name='${parent}'/></vlan></interface>`;
const ethernet = (name: string) =>
  `<interface type='ethernet' name='${name}'><link speed='1000' state='up'/></interface>`;
const over = (type: 'bridge' | 'bond', name: string, ...parts: readonly string[]) =>
  `<interface type='${type}' name='${name}'><mtu size='1500'/><${type}>${parts.join('')}</${type}></interface>`;

const found = (...xmls: readonly string[]) => vlanNetworks(xmls.map(readInterface), cards);
const ofVlan = (id: number, device: string, physicalNetwork = 'physnet0') => ({ physicalNetwork, id, device });

test('a VLAN device over a card is a network of its physical network', () => {
  expect(found(ethernet('ens10'), vlan('ens10.100', 100, 'ens10'), vlan('blue', 7, 'ens11'))).toEqual([
    { name: 'physnet0.100', kind: 'physical', vlan: ofVlan(100, 'ens10.100') },
    { name: 'physnet1.7', kind: 'physical', vlan: ofVlan(7, 'blue', 'physnet1') },
  ]);
});

test('one in a bridge is joined by the bridge, and goes before one that is alone', () => {
  const nested = vlan('v200', 200, 'ens10');
  const bridged = { name: 'physnet0.200', kind: 'bridge', bridge: 'br200', vlan: ofVlan(200, 'v200') };
  expect(found(nested, over('bridge', 'br200', nested))).toEqual([bridged]);
  expect(found(vlan('a200', 200, 'ens10'), nested, over('bridge', 'br200', nested))).toEqual([bridged]);
  expect(found(vlan('b', 9, 'ens10'), vlan('a', 9, 'ens10')).map((one) => one.vlan?.device)).toEqual(['a']);
});

test('over a bond or a bridge it is of the network of the cards below', () => {
  const bond = over('bond', 'bond0', ethernet('ens10'));
  expect(found(bond, vlan('bond0.5', 5, 'bond0'))).toEqual([
    { name: 'physnet0.5', kind: 'physical', vlan: ofVlan(5, 'bond0.5') },
  ]);
  expect(found(over('bridge', 'br0', bond), bond, vlan('br0.6', 6, 'br0'))).toMatchObject([{ name: 'physnet0.6' }]);
});

test.each([
  ['down', [vlan('ens10.100', 100, 'ens10', 'down')]],
  ['over a card without a physical network', [vlan('ens12.100', 100, 'ens12')]],
  ['over no card', [vlan('eth0.100', 100, 'eth0')]],
  [
    'over cards of two networks',
    [over('bond', 'bond0', ethernet('ens10'), ethernet('ens11')), vlan('b.1', 1, 'bond0')],
  ],
  ['in a VLAN', [vlan('ens10.9', 9, 'ens10', 'down'), vlan('ens10.9.5', 5, 'ens10.9')]],
  ['part of a bond', [vlan('ens10.1', 1, 'ens10'), over('bond', 'b', vlan('ens10.1', 1, 'ens10'))]],
  ['part of what holds itself', [over('bridge', 'br0', vlan('v', 1, 'br0')), vlan('v', 1, 'br0')]],
])('one that is %s is no network', (_, xmls) => expect(found(...xmls)).toEqual([]));
