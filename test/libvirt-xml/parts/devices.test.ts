import { describe, expect, test } from '@jest/globals';
import { diskSerial } from '../../../src/libvirt-xml/disk-serial.js';
import { serialConsole } from '../../../src/libvirt-xml/parts/console.js';
import { disks, targetName } from '../../../src/libvirt-xml/parts/disks.js';
import { guestAgent } from '../../../src/libvirt-xml/parts/guest-agent.js';
import { aDisk, aSpec } from '../spec-builder.js';
import { added, nothing } from './added.js';

describe('disks', () => {
  test('adds nothing without disks', () => {
    expect(added(disks(aSpec()))).toEqual(nothing);
  });

  test('a disk is virtio-blk with its id as serial, and gives freed blocks back', () => {
    expect(added(disks(aSpec({ disks: [aDisk({ bootOrder: 1 })] })))).toEqual({
      top: '',
      devices: `<disk type="file" device="disk">
  <driver name="qemu" type="qcow2" discard="unmap"/>
  <source file="/var/lib/berth/pool/root.qcow2"/>
  <target dev="vda" bus="virtio"/>
  <serial>root</serial>
  <boot order="1"/>
</disk>`,
    });
  });

  test('a read-only volume is a read-only virtio disk', () => {
    const day0 = aDisk({ id: 'day0', format: 'raw', readOnly: true });
    const { devices } = added(disks(aSpec({ disks: [day0] })));
    expect(devices).toContain('<driver name="qemu" type="raw"/>');
    expect(devices).toContain('\n  <readonly/>\n');
  });

  test('in full virtualisation disks and CD-ROMs are SATA', () => {
    const cdrom = aDisk({ id: 'day0', device: 'cdrom', readOnly: true });
    const { devices } = added(disks(aSpec({ virtualisation: 'full', disks: [aDisk(), cdrom] })));
    expect(devices.match(/<target.*/g)).toEqual(['<target dev="sda" bus="sata"/>', '<target dev="sdb" bus="sata"/>']);
    expect(devices).toContain('<disk type="file" device="cdrom">');
  });

  test.each([
    [0, 'vda'],
    [25, 'vdz'],
    [26, 'vdaa'],
    [701, 'vdzz'],
    [702, 'vdaaa'],
  ])('disk %i is %s', (index, name) => {
    expect(targetName('virtio', index)).toBe(name);
  });
});

describe('diskSerial', () => {
  test.each(['root', 'day0', 'exactly-20-characters'.slice(0, 20)])('%s stays as it is', (id) => {
    expect(diskSerial(id)).toBe(id);
  });

  test('ids that are too long or have other characters stay apart', () => {
    const ids = ['storage-of-subscribers-a', 'storage-of-subscribers-b', 'a b', 'a_b', 'a/b', ''];
    const serials = ids.map(diskSerial);
    expect(new Set(serials).size).toBe(ids.length);
    for (const serial of serials) expect(serial).toMatch(/^[A-Za-z0-9_.+-]{1,20}$/);
  });
});

describe('serialConsole', () => {
  test('is a pty', () => {
    expect(added(serialConsole(aSpec()))).toEqual({
      top: '',
      devices: `<serial type="pty">
  <target type="isa-serial" port="0"/>
</serial>
<console type="pty">
  <target type="serial" port="0"/>
</console>`,
    });
  });

  test('also goes to a log that is kept over restarts', () => {
    const { devices } = added(serialConsole(aSpec({ serialLog: '/p/serial.log' })));
    expect(devices.match(/<log.*/g)).toEqual(Array(2).fill('<log file="/p/serial.log" append="on"/>'));
  });
});

describe('guestAgent', () => {
  test('adds nothing for an image without one', () => {
    expect(added(guestAgent(aSpec()))).toEqual(nothing);
  });

  test.each(['para', 'full'] as const)('gives an image that has one its channel (%s)', (virtualisation) => {
    expect(added(guestAgent(aSpec({ guestAgent: true, virtualisation })))).toEqual({
      top: '',
      devices: '<channel type="unix">\n  <target type="virtio" name="org.qemu.guest_agent.0"/>\n</channel>',
    });
  });
});
