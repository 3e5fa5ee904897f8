/**
 * Domain capabilities (formatdomaincaps): what a domain of one kind may have here. Everything that is said to be
 * supported becomes a word, `device.enum=value`, so that a new element of libvirt needs no new code.
 */
import { numberOf } from './read-values.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

export interface DomainCapabilities {
  readonly machine: string;
  /** Absent where it is not said. */
  readonly mostVcpus?: number;
  /** CPU models that can be used as they are. */
  readonly cpuModels: readonly string[];
  readonly cpuModes: readonly string[];
  /** e.g. `disk.bus=virtio`, `rng.model=virtio`, `sev`. */
  readonly words: readonly string[];
}

export function readDomainCapabilities(xml: string): DomainCapabilities {
  const root = readXml(xml);
  const modes = elements(find(root, 'cpu'), 'mode').filter(isSupported);
  const custom = modes.find(({ attributes }) => attributes['name'] === 'custom');
  return {
    machine: textOf(find(root, 'machine')),
    ...defined({ mostVcpus: numberOf(find(root, 'vcpu'), 'max') }),
    cpuModels: elements(custom, 'model')
      .filter(({ attributes }) => attributes['usable'] !== 'no')
      .map(textOf),
    cpuModes: modes.map(({ attributes }) => attributes['name'] ?? ''),
    words: ['memoryBacking', 'devices', 'features'].flatMap((name) => wordsOf(find(root, name))),
  };
}

/** Features of the CPU that a guest of mode host-model gets; none of an empty text. */
export function readHostModelFeatures(xml: string): readonly string[] {
  if (xml === '') return [];
  const modes = elements(find(readXml(xml), 'cpu'), 'mode').filter(isSupported);
  const model = modes.find(({ attributes }) => attributes['name'] === 'host-model');
  return elements(model, 'feature')
    .filter(({ attributes }) => attributes['policy'] === 'require')
    .map(({ attributes }) => attributes['name'] ?? '');
}

/** An element with `supported` is itself a thing; without it, a group of things. */
function wordsOf(element: XmlElement | undefined): readonly string[] {
  if (element === undefined) return [];
  if (element.attributes['supported'] === undefined) return elements(element).flatMap(wordsOf);
  if (!isSupported(element)) return [];
  const values = elements(element, 'enum').flatMap((list) =>
    elements(list, 'value').map((value) => `${element.name}.${list.attributes['name'] ?? ''}=${textOf(value)}`),
  );
  return [element.name, ...values];
}

const isSupported = ({ attributes }: XmlElement): boolean => attributes['supported'] === 'yes';
