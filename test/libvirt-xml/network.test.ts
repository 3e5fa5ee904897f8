import { expect, test } from '@jest/globals';
import { networkXml } from '../../src/libvirt-xml/network.js';

test('a network is a bridge of its own without addresses, spanning tree or delay', () => {
  expect(networkXml({ name: 'berth-1-inner', bridge: 'br0123456789ab' })).toBe(
    `<network ipv6="yes">
  <name>berth-1-inner</name>
  <bridge name="br0123456789ab" stp="off" delay="0"/>
</network>
`,
  );
});

test('an MTU is written when asked for', () => {
  expect(networkXml({ name: 'n', bridge: 'b', mtu: 9000 })).toContain('\n  <mtu size="9000"/>\n');
});
