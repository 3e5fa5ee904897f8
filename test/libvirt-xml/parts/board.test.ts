import { describe, expect, test } from '@jest/globals';
import type { DomainSpec } from '../../../src/libvirt-xml/domain-spec.js';
import { domainXml } from '../../../src/libvirt-xml/domain.js';
import { balloon } from '../../../src/libvirt-xml/parts/balloon.js';
import { clock } from '../../../src/libvirt-xml/parts/clock.js';
import { features } from '../../../src/libvirt-xml/parts/features.js';
import { identity } from '../../../src/libvirt-xml/parts/identity.js';
import { leftOut } from '../../../src/libvirt-xml/parts/left-out.js';
import { lifecycle } from '../../../src/libvirt-xml/parts/lifecycle.js';
import { machine } from '../../../src/libvirt-xml/parts/machine.js';
import { manyVcpus } from '../../../src/libvirt-xml/parts/many-vcpus.js';
import { panic } from '../../../src/libvirt-xml/parts/panic.js';
import { rng } from '../../../src/libvirt-xml/parts/rng.js';
import { aSpec } from '../spec-builder.js';
import { added, nothing } from './added.js';

const full = aSpec({ virtualisation: 'full' });

describe('identity', () => {
  test('names the domain and its owner, whatever their characters', () => {
    const owner = { vnfInstanceId: 'i', vnfcId: 'c', vduId: 'r & "d"', vnfdId: '<v>' };
    expect(added(identity(aSpec({ name: 'a&b', title: '<t>', owner })))).toEqual({
      top: `<name>a&amp;b</name>
<uuid>11111111-2222-4333-8444-555555555555</uuid>
<title>&lt;t&gt;</title>
<metadata>
  <berth:owner xmlns:berth="urn:berth:domain:1" vnfInstanceId="i" vnfcId="c" vduId="r &amp; &quot;d&quot;" vnfdId="&lt;v&gt;"/>
</metadata>`,
      devices: '',
    });
  });
});

describe('machine', () => {
  test('is q35 for x86_64', () => {
    expect(added(machine(aSpec()))).toEqual({
      top: '<os>\n  <type arch="x86_64" machine="q35">hvm</type>\n</os>',
      devices: '',
    });
  });

  test('refuses an architecture that it knows no machine for', () => {
    expect(() => machine(aSpec({ architecture: 'riscv64' }))).toThrow('riscv64');
  });
});

describe('more than 255 vCPUs', () => {
  const many = (vcpus: number, interfaces: DomainSpec['interfaces'] = []) => {
    const spec = aSpec({ acceleration: 'kvm', interfaces });
    return { ...spec, cpu: { ...spec.cpu, vcpus } };
  };
  const card = {
    ...({ cpdId: 'cp', mac: '52:54:00:00:00:01', model: 'virtio', queues: 1, order: 0 } as const),
    source: { kind: 'hostdev', function: 'vf', address: '0000:06:10.1' } as const,
  };

  test('have an IOMMU in extended interrupt mode, and an I/O APIC of QEMU’s', () => {
    expect(added(manyVcpus(many(256))).devices).toBe(
      '<iommu model="intel">\n  <driver intremap="on" eim="on"/>\n</iommu>',
    );
    expect(added(features(many(256))).top).toContain('<apic/>\n  <ioapic driver="qemu"/>');
    expect(added(manyVcpus(many(256, [card]))).devices).toContain('caching_mode="on"');
  });

  test('are one more than need neither', () => {
    expect(added(manyVcpus(many(255)))).toEqual(nothing);
    expect(added(features(many(255))).top).not.toContain('ioapic');
  });

  test('are of a whole domain', () => {
    expect(domainXml(many(300))).toMatch(/<ioapic driver="qemu"\/>[^]*<iommu model="intel">/);
  });
});

test('features are ACPI and APIC, and no VMware port', () => {
  expect(added(features(aSpec({ acceleration: 'kvm' })))).toEqual({
    top: '<features>\n  <acpi/>\n  <apic/>\n  <vmport state="off"/>\n</features>',
    devices: '',
  });
});

test('an emulated guest has a small cache of translated code', () => {
  expect(added(features(aSpec())).top).toContain('<tcg>\n    <tb-cache unit="MiB">64</tb-cache>\n  </tcg>');
});

describe('clock', () => {
  test('is UTC, with every timer, under TCG', () => {
    expect(added(clock(aSpec()))).toEqual({ top: '<clock offset="utc"/>', devices: '' });
  });

  test('catches up slowly and has no HPET under KVM', () => {
    expect(added(clock(aSpec({ acceleration: 'kvm' }))).top).toBe(
      `<clock offset="utc">
  <timer name="rtc" tickpolicy="catchup"/>
  <timer name="pit" tickpolicy="delay"/>
  <timer name="hpet" present="no"/>
</clock>`,
    );
  });
});

test('a guest that powers off or crashes stays down, and cannot sleep', () => {
  expect(added(lifecycle())).toEqual({
    top: `<on_poweroff>destroy</on_poweroff>
<on_reboot>restart</on_reboot>
<on_crash>destroy</on_crash>
<pm>
  <suspend-to-mem enabled="no"/>
  <suspend-to-disk enabled="no"/>
</pm>`,
    devices: '',
  });
});

describe('devices that a guest knows or not', () => {
  test('a paravirtual guest has a balloon for statistics', () => {
    expect(added(balloon(aSpec())).devices).toBe('<memballoon model="virtio">\n  <stats period="10"/>\n</memballoon>');
  });

  test('an unmodified guest has none, and libvirt is told not to add one', () => {
    expect(added(balloon(full))).toEqual({ top: '', devices: '<memballoon model="none"/>' });
  });

  test('a paravirtual guest has a source of entropy', () => {
    expect(added(rng(aSpec()))).toEqual({
      top: '',
      devices: '<rng model="virtio">\n  <backend model="random">/dev/urandom</backend>\n</rng>',
    });
  });

  test('a paravirtual guest can say that it has crashed', () => {
    expect(added(panic(aSpec()))).toEqual({ top: '', devices: '<panic model="isa"/>' });
  });

  test.each([
    ['entropy', rng],
    ['a panic port', panic],
  ])('an unmodified guest has no %s device', (_what, part) => {
    expect(added(part(full))).toEqual(nothing);
  });

  test('there is no USB in either mode', () => {
    expect(added(leftOut())).toEqual({ top: '', devices: '<controller type="usb" model="none"/>' });
  });
});
