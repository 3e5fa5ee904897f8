/**
 * A domain as its host has it against the domain as it was planned: what somebody changed, as phrases. What libvirt adds by
 * itself (devices' host side, addresses, defaults) is no difference.
 */
import type { CellReading, DiskReading, DomainReading, InterfaceReading } from './domain-reading.js';

/** Empty: as planned. */
export function differences(planned: DomainReading, found: DomainReading): readonly string[] {
  return [
    ...differs('vCPUs', planned.vcpus, found.vcpus),
    ...differs('vCPUs in use', planned.currentVcpus, found.currentVcpus),
    ...differs('memory in MiB', planned.memoryMiB, found.memoryMiB),
    ...differs('memory in use in MiB', planned.currentMemoryMiB, found.currentMemoryMiB),
    ...pins(planned, found),
    ...differs('emulator threads on CPUs', planned.emulatorCpus, found.emulatorCpus),
    ...planned.cells.flatMap((cell, at) => ofCell(at, cell, found.cells[at])),
    ...matched('interface', planned.interfaces, found.interfaces, ({ mac }) => mac.toLowerCase(), ofInterface),
    ...matched('disk', planned.disks, found.disks, ({ target }) => target, ofDisk),
    ...differs('PCI functions', [...planned.hostFunctions].sort(), [...found.hostFunctions].sort()),
    ...owner(planned, found),
  ];
}

type Value = string | number | boolean | readonly (string | number)[] | undefined;

const text = (value: Value): string =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? 'none' : String(value);

const differs = (what: string, planned: Value, found: Value): readonly string[] =>
  text(planned) === text(found) ? [] : [`${what}: ${text(found)}, planned ${text(planned)}`];

function pins(planned: DomainReading, found: DomainReading): readonly string[] {
  const cpusOf = ({ vcpuPins }: DomainReading, vcpu: number) =>
    vcpuPins.find((pin) => pin.vcpu === vcpu)?.hostCpus ?? [];
  const vcpus = new Set([...planned.vcpuPins, ...found.vcpuPins].map(({ vcpu }) => vcpu));
  return [...vcpus]
    .sort((a, b) => a - b)
    .flatMap((vcpu) => differs(`vCPU ${String(vcpu)} on CPUs`, cpusOf(planned, vcpu), cpusOf(found, vcpu)));
}

function ofCell(at: number, planned: CellReading, found: CellReading | undefined): readonly string[] {
  const cell = `guest cell ${String(at)}`;
  if (found === undefined) return [`${cell}: not there`];
  return [
    ...differs(`${cell}, vCPUs`, planned.vcpus, found.vcpus),
    ...differs(`${cell}, memory in MiB`, planned.memoryMiB, found.memoryMiB),
    ...differs(`${cell}, host cells`, planned.hostCells, found.hostCells),
    ...differs(`${cell}, binding`, planned.mode, found.mode),
    ...differs(`${cell}, page size in KiB`, planned.pageSizeKiB, found.pageSizeKiB),
  ];
}

const ofInterface = (name: string, planned: InterfaceReading, found: InterfaceReading): readonly string[] => [
  ...differs(`${name}, network`, planned.network, found.network),
  ...(planned.bridge === undefined ? [] : differs(`${name}, bridge`, planned.bridge, found.bridge)),
  ...differs(`${name}, device`, planned.device, planned.network === undefined ? found.device : undefined),
  ...differs(`${name}, PCI function`, planned.hostFunction, found.hostFunction),
  // A network of libvirt's may have a VLAN of its own, which the interface then shows.
  ...(planned.network === undefined ? differs(`${name}, VLAN`, planned.vlan, found.vlan) : []),
  ...(planned.mtu === undefined ? [] : differs(`${name}, MTU`, planned.mtu, found.mtu)),
  ...differs(`${name}, link`, linkOf(planned), linkOf(found)),
];

const linkOf = ({ isDown }: InterfaceReading): string => (isDown === true ? 'down' : 'up');

const ofDisk = (name: string, planned: DiskReading, found: DiskReading): readonly string[] => [
  ...differs(`${name}, file`, planned.path, found.path),
  ...differs(`${name}, read only`, planned.readOnly, found.readOnly),
];

function matched<T>(
  kind: string,
  planned: readonly T[],
  found: readonly T[],
  keyOf: (one: T) => string,
  compare: (name: string, planned: T, found: T) => readonly string[],
): readonly string[] {
  const there = new Map(found.map((one) => [keyOf(one), one]));
  const keys = new Set(planned.map(keyOf));
  return [
    ...planned.flatMap((one) => {
      const name = `${kind} ${keyOf(one)}`;
      const match = there.get(keyOf(one));
      return match === undefined ? [`${name}: not there`] : compare(name, one, match);
    }),
    ...[...there.keys()].filter((key) => !keys.has(key)).map((key) => `${kind} ${key}: not planned`),
  ];
}

function owner(planned: DomainReading, found: DomainReading): readonly string[] {
  if (planned.owner === undefined) return [];
  if (found.owner === undefined) return ['metadata of Berth: not there'];
  return (['vnfInstanceId', 'vnfcId', 'vduId', 'vnfdId'] as const).flatMap((key) =>
    differs(`metadata, ${key}`, planned.owner?.[key], found.owner?.[key]),
  );
}
