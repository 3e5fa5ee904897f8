/**
 * Where simulated domains are: pinned as their XML says, and in the memory that they took of their host's cells.
 */
import { readCpuList } from '../../libvirt-xml/cpu-list.js';
import { readXml } from '../../libvirt-xml/read-xml.js';
import { elements, find, type XmlElement } from '../../libvirt-xml/xml/element.js';
import type { VnfcId } from '../../shared/ids.js';
import type { CellMemory, DomainWhereabouts } from '../engine.js';
import type { RunningDomain, SimulatedHost, Taken } from './host-state.js';

export function whereaboutsOf(host: SimulatedHost, uuid?: VnfcId): readonly DomainWhereabouts[] {
  const { domains } = host.state;
  const asked = uuid === undefined ? [...domains.values()] : [domains.get(uuid)];
  const all = host.spec.cells.flatMap((cell) => cell.cpus.map(({ id }) => id));
  return asked.flatMap((domain) => {
    const running = domain?.running;
    if (running === undefined) return [];
    const pins = pinsOf(running);
    const vcpus = Array.from({ length: running.demand.vcpus }, (_, index) => ({
      index,
      hostCpus: pins.vcpus.get(index) ?? all,
    }));
    const { emulator } = pins;
    return [
      { uuid: running.demand.uuid, vcpus, memory: memoryOf(running.taken), ...(emulator.length > 0 && { emulator }) },
    ];
  });
}

interface Pins {
  readonly vcpus: ReadonlyMap<number, readonly number[]>;
  readonly emulator: readonly number[];
}

/** A running domain is another object once its XML is another. */
const known = new WeakMap<RunningDomain, Pins>();

function pinsOf(running: RunningDomain): Pins {
  const pins = known.get(running) ?? readPins(running.xml);
  known.set(running, pins);
  return pins;
}

function readPins(xml: string): Pins {
  const tune = find(readXml(xml), 'cputune');
  const cpusOf = ({ attributes }: XmlElement) => readCpuList(attributes['cpuset'] ?? '');
  return {
    vcpus: new Map(elements(tune, 'vcpupin').map((pin) => [Number(pin.attributes['vcpu']), cpusOf(pin)])),
    emulator: elements(tune, 'emulatorpin').flatMap(cpusOf),
  };
}

function memoryOf({ pages, plain }: Taken): readonly CellMemory[] {
  const parts = [
    ...pages.map(({ cell, pageSizeKiB, pages: count }) => ({ cell, bytes: count * pageSizeKiB * 1024 })),
    ...plain.map(({ cell, memoryKiB }) => ({ cell, bytes: memoryKiB * 1024 })),
  ];
  return [...Map.groupBy(parts, ({ cell }) => cell)].map(([cell, all]) => ({
    cell,
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
  }));
}
