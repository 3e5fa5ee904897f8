/**
 * Hugepages of a cell, by size. Those that others use are promised to nobody (shape.ts).
 */
import { pageSizeText } from '../page-size.js';
import { added, cellOf, fell, inCells, merged, row, usual, type HostResource } from './resource.js';

export const pages: HostResource = {
  ...usual,
  kind: 'hugepages',
  rows: ({ cells, pageSizeKiB }) =>
    merged(
      cells.flatMap((cell) => {
        const size = cell.pageSizeKiB ?? pageSizeKiB;
        return size === undefined ? [] : [row(String(size), cell.pages, cell.hostCell)];
      }),
    ),
  apply: (draft, claim, sign) => {
    const cell = cellOf(draft, claim);
    const at = draft.shape.pageSizesKiB.indexOf(Number(claim.key));
    if (cell !== undefined) cell.pages = added(cell.pages, at, sign * claim.amount);
  },
  refusal: ({ shape }, { key }) =>
    shape.pageSizesKiB.includes(Number(key)) ? undefined : `there are no pages of ${pageSizeText(Number(key))}`,
  overdrawn: (before, after) =>
    inCells(before, after, (cell, then) => {
      const sizes = before.shape.pageSizesKiB.map((size, at) =>
        fell(cell.pages[at] ?? 0, then.pages[at] ?? 0, `free pages of ${pageSizeText(size)}`),
      );
      return sizes.find((one) => one !== undefined);
    }),
  leftText: ({ cells }) => cells.map((cell) => cell.pages.join(' ')).join(),
  words: { name: 'pages', limit: 'pages', constraint: 'hugepages' },
  isToldOf: ({ guestCells }) => guestCells.some((cell) => cell.pageSizeKiB !== undefined),
  wouldServe: ({ key }, { guestCells }) => guestCells.some((cell) => cell.pageSizeKiB === Number(key)),
};
