import { expect, test } from '@jest/globals';
import { readDomainCapabilities } from '../../src/libvirt-xml/read-domain-capabilities.js';

test('what is supported becomes words, what is not stays out', () => {
  const xml = `<domainCapabilities>
    <machine>pc-q35-7.2</machine>
    <cpu>
      <mode name='host-passthrough' supported='yes'/><mode name='host-model' supported='no'/>
      <mode name='custom' supported='yes'>
        <model usable='yes'>qemu64</model><model usable='no'>EPYC</model><model usable='unknown'>EPYC-Rome</model>
      </mode>
    </cpu>
    <memoryBacking supported='yes'><enum name='sourceType'><value>memfd</value></enum></memoryBacking>
    <devices>
      <disk supported='yes'><enum name='bus'><value>virtio</value><value>sata</value></enum></disk>
      <rng supported='no'><enum name='model'><value>virtio</value></enum></rng>
    </devices>
    <features><sev supported='no'/><gic supported='no'/><vmcoreinfo supported='yes'/></features>
  </domainCapabilities>`;
  expect(readDomainCapabilities(xml)).toEqual({
    machine: 'pc-q35-7.2',
    cpuModels: ['qemu64', 'EPYC-Rome'],
    cpuModes: ['host-passthrough', 'custom'],
    words: [
      'memoryBacking',
      'memoryBacking.sourceType=memfd',
      'disk',
      'disk.bus=virtio',
      'disk.bus=sata',
      'vmcoreinfo',
    ],
  });
});
