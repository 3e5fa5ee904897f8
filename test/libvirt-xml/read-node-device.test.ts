import { expect, test } from '@jest/globals';
import { readNodeDevice } from '../../src/libvirt-xml/read-node-device.js';

const pci = (more: string, driver = '<driver><name>igb</name></driver>') => `<device>
  <name>pci_0000_06_10_1</name><path>/sys/devices/pci0000:00/0000:06:10.1</path><parent>pci_0000_00_01_0</parent>
  ${driver}
  <capability type='pci'>
    <class>0x020000</class><domain>0</domain><bus>6</bus><slot>16</slot><function>1</function>
    <product id='0x10ca'>82576 Virtual Function</product><vendor id='0x8086'>Intel Corporation</vendor>
    ${more}
  </capability>
</device>`;

const common = {
  kind: 'pci',
  name: 'pci_0000_06_10_1',
  address: '0000:06:10.1',
  classCode: '020000',
  vendorId: '8086',
  deviceId: '10ca',
  virtualFunctions: [],
};

test('a virtual function knows its physical one, cell and IOMMU group', () => {
  const virtual = `<capability type='phys_function'><address domain='0x0000' bus='0x06' slot='0x00' function='0x1'/></capability>
    <iommuGroup number='24'><address domain='0x0000' bus='0x06' slot='0x10' function='0x1'/></iommuGroup>
    <numa node='1'/>`;
  expect(readNodeDevice(pci(virtual))).toEqual({
    ...common,
    driver: 'igb',
    cell: 1,
    iommuGroup: 24,
    physicalFunction: '0000:06:00.1',
    maxVirtualFunctions: 0,
  });
});

test('a physical function says how many virtual ones it can have, also while it has none', () => {
  expect(readNodeDevice(pci(`<capability type='virt_functions' maxCount='7'/>`))).toMatchObject({
    maxVirtualFunctions: 7,
  });
});

test('what the host does not know of a device is absent, not zero', () => {
  expect(readNodeDevice(pci('', ''))).toEqual({ ...common, maxVirtualFunctions: 0 });
});

test('a network device names what it hangs on', () => {
  const xml = `<device><name>net_eth0_02_fc</name><parent>pci_0000_06_10_1</parent>
    <capability type='net'><interface>eth0</interface><address>02:fc:00:00:00:01</address></capability></device>`;
  expect(readNodeDevice(xml)).toEqual({
    kind: 'net',
    interface: 'eth0',
    parent: 'pci_0000_06_10_1',
    mac: '02:fc:00:00:00:01',
  });
});

test('the speed of a link is known while it is up', () => {
  const speedOf = (link: string) => {
    const xml = `<device><name>n</name><capability type='net'><interface>eth0</interface>${link}</capability></device>`;
    const device = readNodeDevice(xml);
    return device.kind === 'net' ? device.linkMbps : 'no network device';
  };
  expect(speedOf("<link speed='25000' state='up'/>")).toBe(25_000);
  expect(speedOf("<link state='up'/>")).toBeUndefined();
  expect(speedOf("<link state='down'/>")).toBeUndefined();
  expect(speedOf('')).toBeUndefined();
});

test('other devices are just that', () => {
  const xml = `<device><name>computer</name><capability type='system'/></device>`;
  expect(readNodeDevice(xml)).toEqual({ kind: 'other' });
});
