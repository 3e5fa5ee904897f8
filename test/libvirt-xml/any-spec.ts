/**
 * Any domain specification that placement and lifecycle could make, and texts that are hard on XML.
 */
import fc from 'fast-check';
import type { CpuSpec, DiskSpec, DomainSpec, GuestCellSpec, InterfaceSpec } from '../../src/libvirt-xml/domain-spec.js';
import { vnfcId } from '../../src/shared/ids.js';
import { accelerationKinds } from '../../src/inventory/model.js';

/** What XML 1.0 can carry, with its own marks often among it. */
export const xmlText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<', '>', '&', '"', "'", ']]>', '<script', '&amp;', '&#65;', '<!--', '\t', ' ', 'é', '😀', 'a'),
    fc.integer({ min: 0x20, max: 0xd7ff }).map((code) => String.fromCodePoint(code)),
  ),
  maxLength: 30,
});

const name = xmlText.filter((text) => !text.includes('/')).map((text) => `berth-${text}`);
const hostCpus = fc.uniqueArray(fc.nat(300), { minLength: 1, maxLength: 8 }).map((cpus) => cpus.sort((a, b) => a - b));

const source: fc.Arbitrary<InterfaceSpec['source']> = fc.oneof(
  fc.record({ kind: fc.constant('network' as const), network: xmlText }),
  fc.record({ kind: fc.constant('bridge' as const), bridge: xmlText }),
  fc.record({ kind: fc.constant('direct' as const), device: xmlText }),
  fc.record({
    kind: fc.constant('hostdev' as const),
    function: fc.constant('vf' as const),
    address: fc
      .tuple(fc.nat(255), fc.nat(31), fc.nat(7))
      .map(([bus, slot, fn]) => `0000:${hex(bus)}:${hex(slot)}.${String(fn)}`),
  }),
);

const hex = (value: number): string => value.toString(16).padStart(2, '0');

const card = fc.record({
  cpdId: xmlText,
  mac: fc.nat(255).map((last) => `52:54:00:00:00:${hex(last)}`),
  source,
  model: fc.constantFrom<InterfaceSpec['model']>('virtio', 'e1000e', 'rtl8139'),
  queues: fc.integer({ min: 1, max: 8 }),
  order: fc.nat(20),
}) satisfies fc.Arbitrary<InterfaceSpec>;

const disk: fc.Arbitrary<DiskSpec> = fc.record({
  id: xmlText,
  path: xmlText.map((text) => `/pool/${text}`),
  format: fc.constantFrom('qcow2', 'raw'),
  device: fc.constantFrom('disk', 'cdrom'),
  readOnly: fc.boolean(),
});

const cellSizes = fc.array(
  fc.record({ vcpus: fc.integer({ min: 1, max: 6 }), memoryMiB: fc.integer({ min: 64, max: 8192 }) }),
  { minLength: 1, maxLength: 4 },
);

const cpu: fc.Arbitrary<CpuSpec> = fc
  .record({
    sizes: cellSizes,
    strict: fc.boolean(),
    pinned: fc.boolean(),
    cpus: hostCpus,
    threads: fc.constantFrom(1, 2),
  })
  .map(({ sizes, strict, pinned, cpus, threads }) => {
    let first = 0;
    const cells = sizes.map(({ vcpus, memoryMiB }, id): GuestCellSpec => {
      const numbers = Array.from({ length: vcpus }, (_, at) => first + at);
      first += vcpus;
      return { vcpus: numbers, memoryMiB, ...(strict ? { hostCell: id } : {}) };
    });
    const pins = pinned ? Array.from({ length: first }, (_, vcpu) => ({ vcpu, hostCpus: cpus })) : [];
    return { vcpus: first, pins, emulatorCpus: pinned ? cpus : [], features: [], threads, cells };
  });

/** One arbitrary for each member, so that a new one is varied too; memory follows from the cells. */
const members: { readonly [K in keyof Required<Omit<DomainSpec, 'memory'>>]: fc.Arbitrary<Required<DomainSpec>[K]> } = {
  uuid: fc.uuid().map(vnfcId),
  name,
  title: xmlText,
  owner: fc.record({ vnfInstanceId: fc.uuid(), vnfcId: fc.uuid(), vduId: xmlText, vnfdId: xmlText }),
  acceleration: fc.constantFrom(...accelerationKinds),
  virtualisation: fc.constantFrom<DomainSpec['virtualisation']>('para', 'full'),
  architecture: fc.constant('x86_64'),
  cpu,
  disks: fc.array(disk, { maxLength: 4 }),
  interfaces: fc.array(card, { maxLength: 5 }),
  guestAgent: fc.boolean(),
  serialLog: xmlText.map((text) => `/pool/${text}`),
};

export const anySpec: fc.Arbitrary<DomainSpec> = fc
  .record({ ...members, pageSizeKiB: fc.constantFrom(undefined, 2048, 1048576), locked: fc.boolean() })
  .map(({ pageSizeKiB, locked, ...spec }) => ({
    ...spec,
    memory: {
      memoryMiB: spec.cpu.cells.reduce((sum, cell) => sum + cell.memoryMiB, 0),
      ...(pageSizeKiB === undefined ? {} : { pageSizeKiB }),
      locked,
    },
  }));
