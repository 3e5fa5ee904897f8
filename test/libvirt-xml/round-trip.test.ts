import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { diskSerial } from '../../src/libvirt-xml/disk-serial.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import type { DomainSpec, InterfaceSpec } from '../../src/libvirt-xml/domain-spec.js';
import type { InterfaceReading } from '../../src/libvirt-xml/domain-reading.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { whyMalformed } from '../../src/libvirt-xml/read-well-formed.js';
import { readXml } from '../../src/libvirt-xml/read-xml.js';
import { el, textOf } from '../../src/libvirt-xml/xml/element.js';
import { render, UnwritableText } from '../../src/libvirt-xml/xml/render.js';
import { anySpec, xmlText } from './any-spec.js';
import { aSpec } from './spec-builder.js';
import { Tried } from '../builders/tried.js';

describe('what is written is read back', () => {
  test('identity, owner and log', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const { uuid, name, owner, serialLog } = spec;
        expect(readDomain(domainXml(spec))).toMatchObject({ uuid, name, owner, serialLog });
      }),
    );
  });

  test('where every vCPU, the emulator and every guest cell belong', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const reading = readDomain(domainXml(spec));
        const { vcpus, pins, emulatorCpus } = spec.cpu;
        expect(reading).toMatchObject({ vcpus, vcpuPins: pins, emulatorCpus, memoryMiB: spec.memory.memoryMiB });
        expect(reading.cells).toEqual(cellsOf(spec));
      }),
    );
  });

  test('every card, in its order', () => {
    const tried = new Tried('several cards');
    fc.assert(
      fc.property(anySpec, (spec) => {
        tried.is(spec.interfaces.length > 1);
        const byOrder = [...spec.interfaces].sort((a, b) => a.order - b.order);
        const reading = readDomain(domainXml(spec));
        expect(reading.interfaces.map(joined)).toEqual(byOrder.map(wanted));
        const places = reading.interfaces.map((card) => card.guestAddress);
        expect(new Set(places).size).toBe(places.length);
      }),
    );
    tried.expectShare(1 / 6);
  });

  test('every disk', () => {
    const tried = new Tried('several disks');
    fc.assert(
      fc.property(anySpec, (spec) => {
        tried.is(spec.disks.length > 1);
        const { disks } = readDomain(domainXml(spec));
        expect(disks).toMatchObject(
          spec.disks.map(({ id, path, format, device, readOnly }) => ({
            serial: diskSerial(id),
            path,
            format,
            device,
            readOnly,
          })),
        );
        expect(new Set(disks.map((disk) => disk.target)).size).toBe(disks.length);
      }),
    );
    tried.expectShare(1 / 6);
  });
});

describe('texts', () => {
  const element = fc
    .record({ attribute: xmlText, text: xmlText })
    .map(({ attribute, text }) => el('a', { attribute }, text));

  test('come back as they were, in attributes and elements', () => {
    fc.assert(
      fc.property(element, (tree) => {
        const read = readXml(render(tree));
        expect([read.attributes, textOf(read)]).toEqual([tree.attributes, textOf(tree)]);
      }),
    );
  });

  test('of any characters at all either come back or are refused', () => {
    const [written, refused] = [new Tried('a text that is written'), new Tried('a text that is refused')];
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (title) => {
        const xml = writtenOr(() => domainXml(aSpec({ title })));
        refused.is(xml === undefined);
        if (!written.is(xml !== undefined) || xml === undefined) return;
        expect(whyMalformed(xml)).toBeUndefined();
        const [, text = ''] = /<title>(.*)<\/title>/s.exec(xml) ?? [];
        expect(textOf(readXml(`<t>${text}</t>`))).toBe(title);
      }),
    );
    written.expectShare(1 / 6);
    refused.expectShare(1 / 20);
  });
});

/** Undefined when the text is refused. */
function writtenOr(write: () => string): string | undefined {
  try {
    return write();
  } catch (refusal) {
    if (refusal instanceof UnwritableText || refusal instanceof RangeError) return undefined;
    throw refusal;
  }
}

function cellsOf({ cpu, memory }: DomainSpec) {
  const page = memory.pageSizeKiB === undefined ? {} : { pageSizeKiB: memory.pageSizeKiB };
  return cpu.cells.map(({ vcpus, memoryMiB, hostCell }) => ({
    vcpus,
    memoryMiB,
    ...(hostCell === undefined ? { hostCells: [] } : { hostCells: [hostCell], mode: 'strict' }),
    ...page,
  }));
}

const joined = (card: InterfaceReading) => ({
  mac: card.mac,
  model: card.type === 'hostdev' ? undefined : card.model,
  queues: card.queues,
  joins: card.network ?? card.bridge ?? card.device ?? card.hostFunction,
});

function wanted({ mac, model, queues, source }: InterfaceSpec) {
  if (source.kind === 'hostdev') return { mac, model: undefined, queues: 1, joins: source.address };
  if (source.kind === 'vhostuser') return { mac, model, queues: model === 'virtio' ? queues : 1, joins: undefined };
  return { mac, model, queues: model === 'virtio' ? queues : 1, joins: joinedBy(source) };
}

function joinedBy(source: InterfaceSpec['source']): string | undefined {
  if (source.kind === 'network') return source.network;
  if (source.kind === 'direct') return source.device;
  return source.kind === 'bridge' ? source.bridge : undefined;
}
