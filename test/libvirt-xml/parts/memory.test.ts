import { describe, expect, test } from '@jest/globals';
import { memory } from '../../../src/libvirt-xml/parts/memory.js';
import { numatune } from '../../../src/libvirt-xml/parts/numatune.js';
import { aSpec } from '../spec-builder.js';
import { added, nothing } from './added.js';

const size = (MiB: number) =>
  `<memory unit="MiB">${String(MiB)}</memory>\n<currentMemory unit="MiB">${String(MiB)}</currentMemory>`;
const cell = (vcpu: number, hostCell?: number) => ({
  vcpus: [vcpu],
  memoryMiB: 256,
  ...(hostCell === undefined ? {} : { hostCell }),
});

describe('memory', () => {
  test('plain memory has no backing', () => {
    expect(added(memory(aSpec({ memory: { memoryMiB: 384 } })))).toEqual({ top: size(384), devices: '' });
  });

  test('hugepages without guest cells name none', () => {
    expect(added(memory(aSpec({ memory: { pageSizeKiB: 2048 } }))).top).toBe(
      `${size(512)}
<memoryBacking>
  <hugepages>
    <page size="2048" unit="KiB"/>
  </hugepages>
</memoryBacking>`,
    );
  });

  test('hugepages name every guest cell there is', () => {
    const spec = aSpec({ cpu: { vcpus: 2, cells: [cell(0), cell(1)] }, memory: { pageSizeKiB: 1048576 } });
    expect(added(memory(spec)).top).toContain('<page size="1048576" unit="KiB" nodeset="0-1"/>');
  });

  test('guest cells of different page sizes are named one by one', () => {
    const cells = [{ ...cell(0, 0), pageSizeKiB: 1048576 }, { ...cell(1, 1), pageSizeKiB: 2048 }, cell(2, 0)];
    expect(added(memory(aSpec({ cpu: { vcpus: 3, cells } }))).top).toBe(
      `${size(512)}
<memoryBacking>
  <hugepages>
    <page size="1048576" unit="KiB" nodeset="0"/>
    <page size="2048" unit="KiB" nodeset="1"/>
  </hugepages>
</memoryBacking>`,
    );
  });

  test('locked memory says so', () => {
    expect(added(memory(aSpec({ memory: { locked: true } }))).top).toBe(
      `${size(512)}\n<memoryBacking>\n  <nosharepages/>\n  <locked/>\n</memoryBacking>`,
    );
  });
});

describe('numatune', () => {
  test('adds nothing when no guest cell is bound', () => {
    expect(added(numatune(aSpec({ cpu: { cells: [cell(0)] } })))).toEqual(nothing);
  });

  test('prefers the host cell that was counted for a guest that no cell binds', () => {
    expect(added(numatune(aSpec({ cpu: { cells: [cell(0)] }, memory: { nearCell: 1 } }))).top).toBe(
      '<numatune>\n  <memory mode="preferred" nodeset="1"/>\n</numatune>',
    );
  });

  test('binds each guest cell to its host cell and the rest to all of them', () => {
    const spec = aSpec({ cpu: { vcpus: 2, cells: [cell(0, 3), cell(1, 1)] } });
    expect(added(numatune(spec))).toEqual({
      top: `<numatune>
  <memory mode="strict" nodeset="1,3"/>
  <memnode cellid="0" mode="strict" nodeset="3"/>
  <memnode cellid="1" mode="strict" nodeset="1"/>
</numatune>`,
      devices: '',
    });
  });

  test('leaves a guest cell free that is bound to nothing', () => {
    expect(added(numatune(aSpec({ cpu: { vcpus: 2, cells: [cell(0), cell(1, 1)] } }))).top).toBe(
      '<numatune>\n  <memnode cellid="1" mode="strict" nodeset="1"/>\n</numatune>',
    );
  });
});
