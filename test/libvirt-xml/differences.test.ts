import { describe, expect, test } from '@jest/globals';
import { differences } from '../../src/libvirt-xml/differences.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { goldenSpecs } from './golden-specs.js';

const golden = Object.entries(goldenSpecs);

describe('a domain against its plan', () => {
  test.each(golden)('%s: as planned, there is no difference', (_, spec) => {
    const reading = readDomain(domainXml(spec));
    expect(differences(reading, reading)).toEqual([]);
  });

  /** What somebody may do to a domain, as it shows in the XML. */
  test.each([
    ['a vCPU pinned elsewhere', /(<vcpupin [^>]*cpuset=)"[^"]*"/, '$1"63"', 'on CPUs: 63'],
    ['emulator threads pinned elsewhere', /(<emulatorpin cpuset=)"[^"]*"/, '$1"63"', 'emulator threads on CPUs: 63'],
    ['memory taken by the balloon', /(<currentMemory [^>]*>)\d+/, '$11', 'memory in use in MiB: 1, planned'],
    ['memory changed', /(<memory unit[^>]*>)\d+/, '$17', 'memory in MiB: 7, planned'],
    ['vCPUs unplugged', /<vcpu( [^>]*)?>/, '<vcpu$1 current="0">', 'vCPUs in use: 0, planned'],
    ['another network', /(<source network=)"[^"]*"/, '$1"other"', 'network: other, planned'],
    ['a card taken away', /<interface type="[^]*?<\/interface>/, '', 'not there'],
    ['a link taken down', /<\/interface>/, '<link state="down"/></interface>', 'link: down, planned up'],
    ['a disk taken away', /<disk [^]*?<\/disk>/, '', 'not there'],
    ['another file', /(<source file=)"[^"]*"/, '$1"/other"', 'file: /other, planned'],
    ['metadata removed', /<metadata>[^]*<\/metadata>/, '', 'metadata of Berth: not there'],
  ])('%s is named', (_, pattern, to, said) => {
    const touched = golden.map(([, spec]) => domainXml(spec)).filter((xml) => pattern.test(xml));
    expect(touched.length).toBeGreaterThan(0);
    for (const xml of touched) {
      const found = differences(readDomain(xml), readDomain(xml.replace(pattern, to)));
      expect(found.join('\n')).toContain(said);
    }
  });
});
