import { describe, expect, test } from '@jest/globals';
import { capabilities } from '../../../src/libvirt-xml/parts/capabilities.js';
import { cpu } from '../../../src/libvirt-xml/parts/cpu.js';
import { cputune } from '../../../src/libvirt-xml/parts/cputune.js';
import type { CpuSpec } from '../../../src/libvirt-xml/domain-spec.js';
import { aSpec } from '../spec-builder.js';
import { added, nothing } from './added.js';

const cells = (...sizes: readonly number[]): CpuSpec['cells'] => {
  let first = 0;
  return sizes.map((size) => {
    const vcpus = Array.from({ length: size }, (_, at) => first + at);
    first += size;
    return { vcpus, memoryMiB: 512 };
  });
};

describe('cpu', () => {
  test('under TCG an AMD model of x86-64-v2', () => {
    expect(added(cpu(aSpec()))).toEqual({
      top: `<vcpu placement="static">1</vcpu>
<cpu mode="custom" match="exact" check="none">
  <model fallback="forbid">qemu64</model>
  <topology sockets="1" dies="1" cores="1" threads="1"/>
  <feature policy="require" name="ssse3"/>
  <feature policy="require" name="sse4.1"/>
  <feature policy="require" name="sse4.2"/>
  <feature policy="require" name="popcnt"/>
</cpu>`,
      devices: '',
    });
  });

  test('under KVM the host’s CPU', () => {
    expect(added(cpu(aSpec({ acceleration: 'kvm', cpu: { vcpus: 2 } }))).top).toBe(
      `<vcpu placement="static">2</vcpu>
<cpu mode="host-passthrough" check="none" migratable="on">
  <topology sockets="1" dies="1" cores="2" threads="1"/>
</cpu>`,
    );
  });

  test.each(['kvm', 'tcg'] as const)('a model of the descriptor’s own stands alone (%s)', (acceleration) => {
    const { top } = added(cpu(aSpec({ acceleration, cpu: { model: 'EPYC', features: ['aes'] } })));
    expect(top).toContain('<cpu mode="custom" match="exact" check="none">\n  <model fallback="forbid">EPYC</model>');
    expect(top.match(/name="[^"]*"/g)).toEqual(['name="aes"']);
  });

  test('a feature asked for twice is required once', () => {
    const { top } = added(cpu(aSpec({ cpu: { features: ['popcnt', 'aes'] } })));
    expect(top.match(/name="popcnt"/g)).toHaveLength(1);
    expect(top).toContain('<feature policy="require" name="aes"/>');
  });

  test('one guest cell bound to nothing is not shown', () => {
    expect(added(cpu(aSpec({ cpu: { cells: cells(1) } }))).top).not.toContain('<numa>');
  });

  test('one guest cell bound to a host cell is shown, for numatune to name', () => {
    const bound = [{ vcpus: [0], memoryMiB: 512, hostCell: 1 }];
    expect(added(cpu(aSpec({ cpu: { cells: bound } }))).top).toContain(
      '  <numa>\n    <cell id="0" cpus="0" memory="512" unit="MiB"/>\n  </numa>',
    );
  });

  test.each([
    // cells, threads, then sockets, cores, threads of the guest
    [[4], 2, [1, 2, 2]],
    [[3], 2, [1, 3, 1]],
    [[2, 2], 1, [2, 2, 1]],
    [[4, 2], 2, [3, 1, 2]],
    [[3, 1], 2, [4, 1, 1]],
  ])('cells of %j vCPUs with %i threads make sockets, cores, threads %j', (sizes, threads, [s, c, t]) => {
    const vcpus = sizes.reduce((a, b) => a + b);
    const { top } = added(cpu(aSpec({ cpu: { vcpus, threads, cells: cells(...sizes) } })));
    expect(top).toContain(`<topology sockets="${String(s)}" dies="1" cores="${String(c)}" threads="${String(t)}"/>`);
  });
});

describe('cputune', () => {
  test('adds nothing when nothing is pinned', () => {
    expect(added(cputune(aSpec()))).toEqual(nothing);
  });

  test('puts real-time vCPUs under the FIFO scheduler', () => {
    expect(added(cputune(aSpec({ cpu: { vcpus: 4, realtimeVcpus: [1, 2, 3] } }))).top).toBe(
      '<cputune>\n  <vcpusched vcpus="1-3" scheduler="fifo" priority="1"/>\n</cputune>',
    );
  });

  test('pins each vCPU and the emulator', () => {
    const pins = [
      { vcpu: 0, hostCpus: [5] },
      { vcpu: 1, hostCpus: [0, 1, 2, 8] },
    ];
    expect(added(cputune(aSpec({ cpu: { vcpus: 2, pins, emulatorCpus: [0, 1] } })))).toEqual({
      top: `<cputune>
  <vcpupin vcpu="0" cpuset="5"/>
  <vcpupin vcpu="1" cpuset="0-2,8"/>
  <emulatorpin cpuset="0-1"/>
</cputune>`,
      devices: '',
    });
  });
});

describe('capabilities', () => {
  test('lets libvirt read the CPU back in two requests', () => {
    const namespace = 'xmlns:qemu="http://libvirt.org/schemas/domain/qemu/1.0"';
    expect(added(capabilities(aSpec()))).toEqual({
      top: `<qemu:capabilities ${namespace}>\n  <qemu:del capability="cpu-unavailable-features"/>\n</qemu:capabilities>`,
      devices: '',
    });
  });

  test('keeps libvirt from filling pages on a cell that QEMU’s own threads may not enter', () => {
    const { memory } = aSpec();
    const { top } = added(capabilities(aSpec({ memory: { ...memory, filledFromAfar: true } })));
    expect(top).toContain('<qemu:del capability="thread-context"/>');
  });

  test('adds nothing where libvirt knows no other way', () => {
    expect(added(capabilities(aSpec({ architecture: 'aarch64' })))).toEqual(nothing);
  });
});
