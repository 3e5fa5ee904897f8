/**
 * Domain XML to a reading. Elements that Berth does not write are left aside; what is missing is left out.
 */
import { readCpuList } from './cpu-list.js';
import type { CellReading, DomainReading } from './domain-reading.js';
import type { DomainOwner } from './domain-spec.js';
import { ownerNamespace } from './parts/identity.js';
import { attribute, MiBOf, numberOf } from './read-values.js';
import { hostFunctionsOf, readDisk, readInterface } from './read-devices.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

/** Throws when the text is not one XML element. */
export function readDomain(xml: string): DomainReading {
  const root = readXml(xml);
  const devices = find(root, 'devices');
  return {
    uuid: textOf(find(root, 'uuid')),
    name: textOf(find(root, 'name')),
    type: root.attributes['type'] ?? '',
    ...defined({ owner: readOwner(root), serialLog: attribute(find(devices, 'serial', 'log'), 'file') }),
    vcpus: Number(textOf(find(root, 'vcpu'))),
    currentVcpus: numberOf(find(root, 'vcpu'), 'current') ?? Number(textOf(find(root, 'vcpu'))),
    memoryMiB: memoryOf(find(root, 'memory')),
    currentMemoryMiB: memoryOf(find(root, 'currentMemory') ?? find(root, 'memory')),
    vcpuPins: elements(find(root, 'cputune'), 'vcpupin').map((pin) => ({
      vcpu: Number(pin.attributes['vcpu']),
      hostCpus: cpusOf(pin),
    })),
    emulatorCpus: cpusOf(find(root, 'cputune', 'emulatorpin')),
    cells: readCells(root),
    interfaces: elements(devices, 'interface').map(readInterface),
    hostFunctions: hostFunctionsOf(devices),
    disks: elements(devices, 'disk').map(readDisk),
  };
}

const memoryOf = (element: XmlElement | undefined): number => MiBOf(textOf(element), attribute(element, 'unit'));

const cpusOf = (pin: XmlElement | undefined): readonly number[] => readCpuList(attribute(pin, 'cpuset') ?? '');

/** The prefix is the writer's choice, the namespace is not. */
function readOwner(root: XmlElement): DomainOwner | undefined {
  const owner = elements(find(root, 'metadata')).find(
    ({ name, attributes }) =>
      name.endsWith(':owner') && attributes[`xmlns:${name.split(':')[0] ?? ''}`] === ownerNamespace,
  );
  if (owner === undefined) return undefined;
  const { attributes } = owner;
  return {
    ...defined({ installationId: attributes['installationId'] }),
    vnfInstanceId: attributes['vnfInstanceId'] ?? '',
    vnfcId: attributes['vnfcId'] ?? '',
    vduId: attributes['vduId'] ?? '',
    vnfdId: attributes['vnfdId'] ?? '',
  };
}

function readCells(root: XmlElement): readonly CellReading[] {
  const listed = elements(find(root, 'cpu', 'numa'), 'cell');
  if (listed.length > 0) return listed.map((cell, index) => readCell(root, cell, index));
  const vcpus = Array.from({ length: Number(textOf(find(root, 'vcpu'))) }, (_, vcpu) => vcpu);
  const memory = find(root, 'memory');
  const memoryMiB = MiBOf(textOf(memory), attribute(memory, 'unit'));
  return [{ vcpus, memoryMiB, ...binding(root, 0), ...defined({ pageSizeKiB: pageSizeOf(root, 0) }) }];
}

function readCell(root: XmlElement, { attributes }: XmlElement, index: number): CellReading {
  const id = Number(attributes['id'] ?? index);
  return {
    vcpus: readCpuList(attributes['cpus'] ?? ''),
    memoryMiB: MiBOf(attributes['memory'], attributes['unit']),
    ...binding(root, id),
    ...defined({ pageSizeKiB: pageSizeOf(root, id) }),
  };
}

/** A cell's own rule, else the domain's. */
function binding(root: XmlElement, id: number): Pick<CellReading, 'hostCells' | 'mode'> {
  const tune = find(root, 'numatune');
  const own = elements(tune, 'memnode').find((node) => node.attributes['cellid'] === String(id));
  const rule = own ?? find(tune, 'memory');
  return { hostCells: readCpuList(attribute(rule, 'nodeset') ?? ''), ...defined({ mode: attribute(rule, 'mode') }) };
}

/** A page element that names no cells is for all of those that no other names. */
function pageSizeOf(root: XmlElement, id: number): number | undefined {
  const pages = elements(find(root, 'memoryBacking', 'hugepages'), 'page');
  const own = pages.find((page) => readCpuList(attribute(page, 'nodeset') ?? '').includes(id));
  const page = own ?? pages.find((each) => attribute(each, 'nodeset') === undefined);
  const size = numberOf(page, 'size');
  return size === undefined ? undefined : MiBOf(String(size), attribute(page, 'unit')) * 1024;
}
