import { expect, test } from '@jest/globals';
import { readCapabilities } from '../../src/libvirt-xml/read-capabilities.js';

/** A server of two sockets: cell 1 with pages, CPU 3 offline. */
const server = `<capabilities>
  <host>
    <uuid>65e5e891-ba5f-483d-a0ae-c1f4210b2d61</uuid>
    <cpu>
      <arch>x86_64</arch><model>EPYC-Rome</model><vendor>AMD</vendor>
      <microcode version='137367679'/><signature family='23' model='49' stepping='0'/>
      <feature name='svm'/><feature name='x2apic'/>
      <pages unit='KiB' size='4'/><pages unit='KiB' size='2048'/>
    </cpu>
    <topology><cells num='2'>
      <cell id='0'>
        <memory unit='KiB'>6121684</memory>
        <pages unit='KiB' size='4'>1530421</pages><pages unit='KiB' size='2048'>0</pages>
        <distances><sibling id='0' value='10'/><sibling id='1' value='32'/></distances>
        <cpus num='2'>
          <cpu id='0' socket_id='0' die_id='0' core_id='0' siblings='0,4'/>
          <cpu id='4' socket_id='0' die_id='0' core_id='0' siblings='0,4'/>
        </cpus>
      </cell>
      <cell id='1'>
        <memory unit='KiB'>8388608</memory>
        <pages unit='KiB' size='4'>1000</pages><pages unit='KiB' size='2048'>512</pages>
        <distances><sibling id='0' value='32'/><sibling id='1' value='10'/></distances>
        <cpus num='2'>
          <cpu id='2' socket_id='1' die_id='0' core_id='0' siblings='2'/>
          <cpu id='3'/>
        </cpus>
      </cell>
    </cells></topology>
    <cache>
      <bank id='0' level='3' type='both' size='16' unit='MiB' cpus='0,4'/>
      <bank id='1' level='2' type='both' size='1' unit='MiB' cpus='2'/>
    </cache>
  </host>
  <guest><os_type>hvm</os_type><arch name='x86_64'>
    <machine maxCpus='255'>pc-i440fx-7.2</machine><machine canonical='pc-q35-7.2' maxCpus='288'>q35</machine>
    <domain type='qemu'/><domain type='kvm'/>
  </arch></guest>
</capabilities>`;

test('cells have their memory, pages, distances and online CPUs', () => {
  const { cells } = readCapabilities(server);
  expect(cells).toEqual([
    {
      id: 0,
      memoryKiB: 6121684,
      pages: [
        { sizeKiB: 4, count: 1530421 },
        { sizeKiB: 2048, count: 0 },
      ],
      distances: [10, 32],
      cpus: [
        { id: 0, socket: 0, core: 0, siblings: [0, 4], l3: 0 },
        { id: 4, socket: 0, core: 0, siblings: [0, 4], l3: 0 },
      ],
    },
    {
      id: 1,
      memoryKiB: 8388608,
      pages: [
        { sizeKiB: 4, count: 1000 },
        { sizeKiB: 2048, count: 512 },
      ],
      distances: [32, 10],
      cpus: [{ id: 2, socket: 1, core: 0, siblings: [2] }],
    },
  ]);
});

test('the CPU is named with what its verdict depends on', () => {
  expect(readCapabilities(server)).toMatchObject({
    uuid: '65e5e891-ba5f-483d-a0ae-c1f4210b2d61',
    architecture: 'x86_64',
    cpuModel: 'EPYC-Rome',
    cpuVendor: 'AMD',
    cpuSignature: '23/49/0/137367679',
    cpuFeatures: ['svm', 'x2apic'],
  });
});

test('guests are listed with the kinds of domain they can be', () => {
  expect(readCapabilities(server).guests).toEqual([
    {
      ...{ architecture: 'x86_64', machines: ['pc-i440fx-7.2', 'q35'], domainTypes: ['qemu', 'kvm'] },
      mostVcpus: { 'pc-i440fx-7.2': 255, q35: 288 },
    },
  ]);
});

test('a host that says next to nothing has next to nothing', () => {
  expect(readCapabilities('<capabilities><host><cpu><arch>i686</arch></cpu></host></capabilities>')).toEqual({
    uuid: '',
    architecture: 'i686',
    cpuModel: '',
    cpuVendor: '',
    cpuFeatures: [],
    cpuSignature: '///',
    cells: [],
    guests: [],
  });
});
