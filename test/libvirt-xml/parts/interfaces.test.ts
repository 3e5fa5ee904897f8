import { describe, expect, test } from '@jest/globals';
import type { InterfaceSpec } from '../../../src/libvirt-xml/domain-spec.js';
import { interfaces } from '../../../src/libvirt-xml/parts/interfaces.js';
import { aCard, aSpec } from '../spec-builder.js';
import { added, nothing } from './added.js';

const cards = (...list: readonly InterfaceSpec[]): string => added(interfaces(aSpec({ interfaces: list }))).devices;
/** MAC address or host address of each card -> its slot in the guest. */
const slots = (...list: readonly InterfaceSpec[]): readonly (string | undefined)[] =>
  cards(...list)
    .split(/<\/(?:interface|hostdev)>/)
    .slice(0, -1)
    .map((xml) => xml.match(/<address type="pci" domain="0x0000" bus="(0x..)" slot="(0x..)" function="0x0"\/>\s*$/))
    .map((match) => match?.slice(1).join(' '));

describe('interfaces', () => {
  test('adds nothing without cards', () => {
    expect(added(interfaces(aSpec()))).toEqual(nothing);
  });

  test('a card on a network stands behind a root port of its own and boots nothing', () => {
    expect(added(interfaces(aSpec({ interfaces: [aCard(0)] })))).toEqual({
      top: '',
      devices: `<controller type="pci" index="1" model="pcie-root-port">
  <address type="pci" multifunction="on" domain="0x0000" bus="0x00" slot="0x01" function="0x0"/>
</controller>
<interface type="network">
  <mac address="52:54:00:00:00:00"/>
  <source network="net0"/>
  <model type="virtio"/>
  <rom enabled="no"/>
  <address type="pci" domain="0x0000" bus="0x01" slot="0x00" function="0x0"/>
</interface>`,
    });
  });

  test('a card can join a bridge of the host, with an MTU', () => {
    const xml = cards(aCard(0, { source: { kind: 'bridge', bridge: 'br0' }, mtu: 9000 }));
    expect(xml).toContain('<interface type="bridge">');
    expect(xml).toContain('<source bridge="br0"/>');
    expect(xml).toContain('<mtu size="9000"/>');
  });

  test('several queues name no driver, so that a host without vhost can start it', () => {
    expect(cards(aCard(0, { queues: 4 }))).toContain('<driver queues="4"/>');
  });

  test('an emulated card has one queue whatever is asked', () => {
    expect(cards(aCard(0, { model: 'e1000e', queues: 4 }))).not.toContain('<driver');
  });

  test('a virtual function gets its MAC address and VLAN from the host', () => {
    const source = { kind: 'hostdev', function: 'vf', address: '0000:06:10.1', vlan: 42 } as const;
    expect(cards(aCard(0, { source }))).toContain(`<interface type="hostdev" managed="yes">
  <mac address="52:54:00:00:00:00"/>
  <driver name="vfio"/>
  <source>
    <address type="pci" domain="0x0000" bus="0x06" slot="0x10" function="0x1"/>
  </source>
  <vlan>
    <tag id="42"/>
  </vlan>
  <rom enabled="no"/>
`);
  });

  test('a physical function is handed over whole', () => {
    const xml = cards(aCard(0, { source: { kind: 'hostdev', function: 'pf', address: '0000:07:00.0' } }));
    expect(xml).toContain('<hostdev mode="subsystem" type="pci" managed="yes">');
    expect(xml).not.toContain('<mac');
  });

  test('an address that is none is a fault', () => {
    expect(() => cards(aCard(0, { source: { kind: 'hostdev', function: 'vf', address: '06:10.1' } }))).toThrow(
      RangeError,
    );
  });
});

describe('slots', () => {
  test('follow the order, not the place in the list, and gaps do not matter', () => {
    expect(slots(aCard(7), aCard(1), aCard(3))).toEqual(slots(aCard(0), aCard(1), aCard(2)));
    expect(cards(aCard(7), aCard(1)).indexOf('00:01"')).toBeLessThan(cards(aCard(7), aCard(1)).indexOf('00:07"'));
  });

  test('one bus per card, the first right after the root', () => {
    expect(slots(aCard(0), aCard(1), aCard(2))).toEqual(['0x01 0x00', '0x02 0x00', '0x03 0x00']);
  });

  test('emulated cards stand on the board itself', () => {
    expect(slots(aCard(0, { model: 'e1000e' }), aCard(1, { model: 'rtl8139' }))).toEqual(['0x00 0x08', '0x00 0x09']);
  });

  test('passed-through cards share the numbering of virtio cards', () => {
    const function_ = aCard(1, { source: { kind: 'hostdev', function: 'vf', address: '0000:06:10.1' } });
    expect(slots(aCard(0), function_, aCard(2))).toEqual(['0x01 0x00', '0x02 0x00', '0x03 0x00']);
  });

  test('the ninth card opens a second slot of root ports', () => {
    const xml = cards(...Array.from({ length: 9 }, (_, order) => aCard(order)));
    expect(xml).toContain('bus="0x00" slot="0x01" function="0x7"');
    expect(xml).toContain('multifunction="on" domain="0x0000" bus="0x00" slot="0x02" function="0x0"');
  });
});
