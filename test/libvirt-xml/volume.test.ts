import { describe, expect, test } from '@jest/globals';
import { directoryPoolXml } from '../../src/libvirt-xml/pool.js';
import { baseXml, blankXml, overlayXml, rawXml } from '../../src/libvirt-xml/volume.js';

describe('volumes', () => {
  test('an overlay names its backing volume and its format, and is closed to others', () => {
    const spec = {
      name: 'v.qcow2',
      capacityBytes: 1024,
      backingPath: '/p/base & co.raw',
      backingFormat: 'raw',
    } as const;
    expect(overlayXml(spec)).toBe(
      `<volume type="file">
  <name>v.qcow2</name>
  <capacity unit="bytes">1024</capacity>
  <allocation unit="bytes">0</allocation>
  <target>
    <format type="qcow2"/>
    <permissions>
      <mode>0600</mode>
    </permissions>
    <compat>1.1</compat>
  </target>
  <backingStore>
    <path>/p/base &amp; co.raw</path>
    <format type="raw"/>
  </backingStore>
</volume>
`,
    );
  });

  test.each([
    ['an empty disk', blankXml({ name: 'v', capacityBytes: 1 }), 'qcow2', '0600'],
    ['a content volume', rawXml({ name: 'v', capacityBytes: 1 }), 'raw', '0600'],
    ['a base image', baseXml({ name: 'v', capacityBytes: 1, format: 'qcow2' }), 'qcow2', '0644'],
  ])('%s has its format and mode and no backing volume', (_what, xml, format, mode) => {
    expect(xml).toContain(`<format type="${format}"/>`);
    expect(xml).toContain(`<mode>${mode}</mode>`);
    expect(xml).not.toContain('backingStore');
  });

  test('permissions can be given, with numeric owner and group', () => {
    const xml = rawXml({ name: 'v', capacityBytes: 1, permissions: { mode: '0640', owner: 64055, group: 108 } });
    expect(xml).toContain('<mode>0640</mode>\n      <owner>64055</owner>\n      <group>108</group>');
  });
});

test('a directory pool is not listable by others', () => {
  expect(directoryPoolXml({ name: 'berth', path: '/var/lib/berth' })).toBe(
    `<pool type="dir">
  <name>berth</name>
  <target>
    <path>/var/lib/berth</path>
    <permissions>
      <mode>0711</mode>
    </permissions>
  </target>
</pool>
`,
  );
});
