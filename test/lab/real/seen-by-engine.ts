/** A host of the lab as Berth's engine sees it over mutual TLS: cells, cores, pages, cards, functions and IOMMU groups. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import { createLibvirtEngine } from '../../../src/engine/libvirt/libvirt-engine.js';
import type { PciFunction } from '../../../src/inventory/model.js';
import { functionsCommand } from '../../../src/lab/lab.js';
import { cards, functionsPerCard, pagesPerCell, physicalNetworks } from '../../../src/lab/shape.js';
import { hostId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/system.js';
import { soon } from '../../libvirt/soon.js';
import type { TestLab } from '../lab-under-test.js';

const limitMs = 300_000;
const pageMiB = 2;

/** The lab has two wires, and its host no functions yet: all are there afterwards. */
export function seenByEngine(lab: () => TestLab): void {
  let engine: Engine;
  const shell = (command: string) => lab().shell('lab0', command);

  beforeAll(async () => {
    engine = createLibvirtEngine({
      hostId: hostId('lab0'),
      clock: systemClock,
      uri: lab().uris[0]!,
      acceleration: 'kvm',
      told: {
        physicalNetworks: physicalNetworks(2),
        idleCards: cards.map(({ pciAddress }) => pciAddress),
      },
    });
    await engine.start();
  }, limitMs);
  afterAll(() => engine?.stop(), limitMs);

  const functions = async (kind: PciFunction['kind']) =>
    (await engine.facts()).pciFunctions.filter((each) => each.kind === kind && each.driver !== 'virtio-pci');
  const freePages = async () =>
    Object.fromEntries(
      (await engine.freePages())
        .filter(({ pageSizeKiB }) => pageSizeKiB === pageMiB * 1024)
        .map(({ cell, free }) => [cell, free]),
    );

  test('has two cells of cores with siblings, and pages in each', async () => {
    const { cells, cpuVendor } = await engine.facts();
    expect(cpuVendor).toBe('AMD');
    expect(cells.map(({ cpus }) => cpus.map(({ siblings }) => siblings.join()))).toEqual([
      ['0,1', '0,1', '2,3', '2,3', '4,5', '4,5'],
      ['6,7', '6,7', '8,9', '8,9', '10,11', '10,11'],
    ]);
    expect(cells.map(({ distances }) => distances)).toEqual([
      [10, 21],
      [21, 10],
    ]);
    expect(await freePages()).toEqual({ 0: pagesPerCell, 1: pagesPerCell });
  });

  test('has a card in each cell, and functions as soon as their number is set', async () => {
    const own = (await functions('pf')).filter(({ address }) => cards.some(({ pciAddress }) => pciAddress === address));
    expect(own.map(({ address, cell, physicalNetwork }) => [address, cell, physicalNetwork]).toSorted()).toEqual(
      cards.map(({ pciAddress, cell }, card) => [pciAddress, cell, `physnet${card}`]),
    );
    expect(await functions('vf')).toEqual([]);
    await shell(functionsCommand(functionsPerCard));
    const all = cards.length * functionsPerCard;
    const found = await soon(
      async () => {
        const now = await functions('vf');
        // A card is without a link for a moment when its functions are made.
        return now.length === all && now.every(({ takenBy }) => takenBy === undefined) ? now : undefined;
      },
      `libvirt does not tell of ${all} functions that nobody uses`,
      limitMs,
    );
    for (const [card, { cell, pciAddress }] of cards.entries()) {
      const ofCard = found.filter(({ parent }) => parent === pciAddress);
      expect(ofCard.map((each) => [each.cell, each.physicalNetwork])).toEqual(
        Array.from({ length: functionsPerCard }, () => [cell, `physnet${card}`]),
      );
    }
  });

  test('has an IOMMU group for each function', async () => {
    const all = (await engine.facts()).pciFunctions.filter(({ kind }) => kind !== 'other');
    const groups = all.map(({ iommuGroup }) => iommuGroup);
    expect(groups.length).toBeGreaterThan(cards.length * functionsPerCard);
    expect(groups).not.toContain(undefined);
    expect(new Set(groups).size).toBe(groups.length);
  });
}
