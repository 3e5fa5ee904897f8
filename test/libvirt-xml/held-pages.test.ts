import { expect, test } from '@jest/globals';
import { heldPages } from '../../src/libvirt-xml/held-pages.js';

const owner = "<metadata><berth:owner xmlns:berth='urn:berth:domain:1' vnfcId='x'/></metadata>";
const live = (inner: string, metadata = owner) =>
  `<domain type='kvm' id='3'><name>n</name>${metadata}<memory unit='KiB'>1048576</memory>${inner}</domain>`;
const page = (attributes = '') =>
  `<memoryBacking><hugepages><page size='2048' unit='KiB' ${attributes}/></hugepages></memoryBacking>`;

test('a domain without cells of its own holds its memory in pages of the cell it is bound to', () => {
  const bound = "<numatune><memory mode='strict' nodeset='1'/></numatune>";
  expect(heldPages(live(page() + bound))).toEqual([{ cell: 1, pageSizeKiB: 2048, pages: 512 }]);
});

test('each guest cell holds pages of its own host cell and size', () => {
  const inner = `<memoryBacking><hugepages>
      <page size='2048' unit='KiB' nodeset='0'/><page size='1' unit='GiB' nodeset='1'/>
    </hugepages></memoryBacking>
    <numatune><memnode cellid='0' mode='strict' nodeset='1'/><memnode cellid='1' mode='strict' nodeset='0'/></numatune>
    <cpu><numa>
      <cell id='0' cpus='0' memory='524288' unit='KiB'/><cell id='1' cpus='1' memory='2097152' unit='KiB'/>
    </numa></cpu>`;
  expect(heldPages(live(inner))).toEqual([
    { cell: 1, pageSizeKiB: 2048, pages: 256 },
    { cell: 0, pageSizeKiB: 1048576, pages: 2 },
  ]);
});

test('plain memory and the domains of others hold none', () => {
  expect(heldPages(live(''))).toEqual([]);
  expect(heldPages(live(page(), ''))).toEqual([]);
});
