import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import { heldPages } from '../../src/libvirt-xml/held-pages.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { goldenSpecs } from './golden-specs.js';
import { aCard, aSpec } from './spec-builder.js';

/** What libvirt 9.0 said of the running `para-shared`. */
const live = readFileSync(new URL('live-domain.xml', import.meta.url), 'utf8');

describe('a running domain', () => {
  const reading = readDomain(live);

  test('is known by id, name and owner', () => {
    const { uuid, name, owner } = goldenSpecs['para-shared'] ?? aSpec();
    expect(reading).toMatchObject({ uuid, name, owner, type: 'qemu' });
  });

  test('says where it runs and what it has', () => {
    expect(reading).toMatchObject({
      vcpus: 1,
      memoryMiB: 512,
      vcpuPins: [{ vcpu: 0, hostCpus: [0, 1] }],
      emulatorCpus: [0, 1],
      cells: [{ vcpus: [0], memoryMiB: 512, hostCells: [] }],
      serialLog: '/var/lib/berth/pool/serial.log',
    });
  });

  test('says which host device each card is', () => {
    expect(reading.interfaces.map(({ mac, network, targetDevice }) => ({ mac, network, targetDevice }))).toEqual([
      { mac: '52:54:00:00:00:00', network: 'net0', targetDevice: expect.stringMatching(/^vnet\d+$/) },
      { mac: '52:54:00:00:00:01', network: 'net1', targetDevice: expect.stringMatching(/^vnet\d+$/) },
    ]);
    expect(reading.interfaces[0]).toMatchObject({ bridge: 'brn0', mtu: 1500, guestAddress: '0000:01:00.0' });
  });

  test('says which file each disk is', () => {
    expect(reading.disks).toEqual([
      {
        target: 'vda',
        bus: 'virtio',
        device: 'disk',
        path: '/var/lib/berth/pool/root.qcow2',
        format: 'qcow2',
        serial: 'root',
        bootOrder: 1,
        readOnly: false,
      },
      {
        target: 'vdb',
        bus: 'virtio',
        device: 'disk',
        path: '/var/lib/berth/pool/day0.iso',
        format: 'raw',
        serial: 'day0',
        readOnly: true,
      },
    ]);
  });
});

describe('reading', () => {
  test('takes functions of the host from cards and from plain devices', () => {
    const { hostFunctions, interfaces } = readDomain(domainXml(goldenSpecs['sriov-hostdev'] ?? aSpec()));
    expect(hostFunctions).toEqual(['0000:06:10.1', '0000:07:00.0']);
    expect(interfaces[1]).toMatchObject({ type: 'hostdev', hostFunction: '0000:06:10.1', vlan: 42 });
  });

  test('knows the owner by its namespace, whatever the prefix', () => {
    const xml = domainXml(aSpec()).replaceAll('berth:owner', 'b:owner').replace('xmlns:berth', 'xmlns:b');
    expect(readDomain(xml).owner?.vduId).toBe('router');
    expect(readDomain(xml.replace('urn:berth:domain:1', 'urn:someone:else')).owner).toBeUndefined();
  });

  test('takes a domain that says next to nothing', () => {
    expect(readDomain('<domain type="test"><name>n</name><uuid>u</uuid><vcpu>1</vcpu></domain>')).toEqual({
      uuid: 'u',
      name: 'n',
      type: 'test',
      vcpus: 1,
      currentVcpus: 1,
      currentMemoryMiB: 0,
      memoryMiB: 0,
      vcpuPins: [],
      emulatorCpus: [],
      cells: [{ vcpus: [0], memoryMiB: 0, hostCells: [] }],
      interfaces: [],
      hostFunctions: [],
      disks: [],
    });
  });

  test.each(['', 'no XML', '<!-- nothing -->'])('refuses %j', (text) => {
    expect(() => readDomain(text)).toThrow();
  });

  test('a domain-wide rule binds a guest without cells of its own', () => {
    const xml = '<domain><vcpu>1</vcpu><numatune><memory mode="strict" nodeset="1"/></numatune></domain>';
    expect(readDomain(xml).cells[0]).toMatchObject({ hostCells: [1], mode: 'strict' });
  });
});

describe('heldPages', () => {
  test('counts pages per host cell', () => {
    expect(heldPages(domainXml(goldenSpecs['two-cells-asymmetric'] ?? aSpec()))).toEqual([
      { cell: 0, pageSizeKiB: 1048576, pages: 4 },
      { cell: 1, pageSizeKiB: 1048576, pages: 1 },
    ]);
  });

  test('a guest without cells of its own holds its pages on the first', () => {
    expect(heldPages(domainXml(aSpec({ memory: { memoryMiB: 513, pageSizeKiB: 2048 } })))).toEqual([
      { cell: 0, pageSizeKiB: 2048, pages: 257 },
    ]);
  });

  test('plain memory holds none', () => {
    expect(heldPages(domainXml(aSpec({ interfaces: [aCard(0)] })))).toEqual([]);
  });

  test('someone else’s domain holds none of ours', () => {
    const xml = domainXml(aSpec({ memory: { pageSizeKiB: 2048 } })).replace('urn:berth:domain:1', 'urn:other');
    expect(heldPages(xml)).toEqual([]);
  });
});
