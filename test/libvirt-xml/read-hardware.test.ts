/**
 * Devices as a guest gets at them, read from domains as Berth defines them and as libvirt writes them.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readHardware } from '../../src/libvirt-xml/read-hardware.js';

const golden = (name: string) => readHardware(readFileSync(`test/golden/domain/${name}.xml`, 'utf8'));
const kinds = (name: string) => Object.fromEntries(golden(name).devices.map((each) => [each.name, each.kind]));

test('a fully virtualised guest has emulated disks and cards, and no balloon', () => {
  const found = kinds('full-virtualised');
  expect(found).toMatchObject({ 'disk sda': 'emulated', 'interface 52:54:00:00:00:00': 'emulated' });
  expect(Object.keys(found)).not.toContain('balloon');
  expect(golden('full-virtualised').devices.find(({ name }) => name === 'disk sdb')?.model).toBe('sata cdrom');
});

test('functions of a card are passed through, with their addresses', () => {
  expect(golden('sriov-hostdev').devices).toEqual(
    expect.arrayContaining([
      { name: 'interface 52:54:00:00:00:01', model: 'PCI function', kind: 'passthrough', backend: '0000:06:10.1' },
      { name: 'host device 0000:07:00.0', model: 'PCI function', kind: 'passthrough', backend: '0000:07:00.0' },
    ]),
  );
});

test('virtio is para-virtual, the serial port is not, and a controller that is left out is none', () => {
  const found = kinds('pinned-hugepages');
  expect(found).toMatchObject({
    'disk vda': 'para',
    balloon: 'para',
    'random numbers': 'para',
    panic: 'para',
    'serial 0': 'emulated',
  });
  expect(Object.keys(found).filter((name) => name.startsWith('controller usb'))).toEqual([]);
  expect(golden('pinned-hugepages').cpu).toMatchObject({
    mode: 'host-passthrough',
    topology: { cores: 2, threads: 1 },
  });
});

test('what libvirt adds to a board is read, and what it does not know is left aside', () => {
  const { devices, firmware, emulator } =
    readHardware(`<domain type='kvm'><os firmware='efi'><type arch='x86_64' machine='pc-q35-8.2'>hvm</type></os>
    <devices><emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='virtio-serial' index='0'/>
    <input type='mouse' bus='ps2'/><video><model type='virtio'/></video><graphics type='vnc'/><novelty model='x'/></devices></domain>`);
  expect([firmware, emulator]).toEqual(['UEFI', '/usr/bin/qemu-system-x86_64']);
  expect(devices.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
    'controller virtio-serial 0: para',
    'input mouse: emulated',
    'video: para',
  ]);
});
