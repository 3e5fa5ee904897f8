import { expect, it } from '@jest/globals';
import { movedDefinition } from '../../src/libvirt-xml/moved-definition.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { readXml } from '../../src/libvirt-xml/read-xml.js';
import { render } from '../../src/libvirt-xml/xml/render.js';

const address = (bus: string, fn = 0) =>
  `<address type="pci" domain="0x0000" bus="0x${bus}" slot="0x10" function="0x${fn}"/>`;
const xml = `<domain type="kvm">
  <name>a &amp; b</name>
  <uuid>aaaaaaaa-2222-4333-8444-000000000001</uuid>
  <metadata><x:note xmlns:x="http://example/x">kept  as it is</x:note></metadata>
  <devices>
    <interface type="network"><mac address="52:54:00:00:00:01"/><source network="mgmt"/></interface>
    <interface type="hostdev" managed="yes"><mac address="52:54:00:00:00:02"/><source>${address('01')}</source><address type="pci" domain="0x0000" bus="0x02" slot="0x00" function="0x0"/></interface>
    <interface type="hostdev" managed="yes"><mac address="52:54:00:00:00:03"/><source>${address('02', 1)}</source></interface>
    <hostdev mode="subsystem" type="usb"><source><vendor id="0x1"/></source></hostdev>
    <hostdev mode="subsystem" type="pci" managed="yes"><source><address domain="0x0000" bus="0x05" slot="0x00" function="0x0"/></source></hostdev>
  </devices>
</domain>
`;
const wanted = (first: string, second: string, whole: string) => [
  { mac: '0c:42:a1:00:00:09', address: whole },
  { mac: '52:54:00:00:00:02', address: first },
  { mac: '52:54:00:00:00:03', address: second },
];

it('gives functions other addresses, and leaves all else as it is', () => {
  const moved = movedDefinition(xml, wanted('0000:02:10.0', '0000:01:10.1', '0000:06:00.0'));
  expect(readDomain(moved!).hostFunctions).toEqual(['0000:02:10.0', '0000:01:10.1', '0000:06:00.0']);
  const back = movedDefinition(moved!, wanted('0000:01:10.0', '0000:02:10.1', '0000:05:00.0'));
  expect(back).toBe(render(readXml(xml)));
});

it('says nothing when they are where they are wanted, or not in the definition', () => {
  expect(movedDefinition(xml, wanted('0000:01:10.0', '0000:02:10.1', '0000:05:00.0'))).toBeUndefined();
  expect(movedDefinition('<domain><devices/></domain>', wanted('a', 'b', 'c'))).toBeUndefined();
  expect(movedDefinition('<domain/>', [])).toBeUndefined();
});
