/**
 * What virtual functions take of the link of their card, Mbit/s. Cards whose speed is not known are not counted. Which card
 * it is follows from the function that is chosen.
 */
import { merged, row } from './resource.js';
import { matches } from './pci-function.js';
import { sumResource } from './sum.js';

export const bandwidth = sumResource({
  kind: 'bandwidth',
  places: (_host, { cards }) => cards.map(({ address, linkMbps }) => ({ key: address, total: linkMbps })),
  ifAbsent: 'endless',
  rows: ({ pciFunctions }) =>
    merged(pciFunctions.flatMap(({ bandwidth: of }) => (of === undefined ? [] : [row(of.card, of.mbps)]))),
  placeText: (key) => `card ${key}`,
  guardUnit: 'Mbit/s',
  words: { name: 'bandwidth', limit: 'bandwidth', constraint: 'pci-functions' },
  wouldServe: ({ key }, { demand }, { shape }) =>
    shape.groups.some((group) => group.cardAddress === key && demand.pciFunctions.some((wish) => matches(group, wish))),
});
