/**
 * How many more instances of onboarded VNFDs fit, and what ends it: on the first dashboard and on that of placement.
 */
import { idWidth } from './columns.ts';
import { roomLeft } from './levels.ts';
import type { LinkTarget } from './links.ts';
import { fact } from './metrics.ts';
import { type AnyPanel, bars } from './panels.ts';
import { table } from './table.ts';

const perFlavour = ['product_name', 'flavour', 'vnfd_id'] as const;
const fitting = fact('berth_vnfd_capacity_instances', perFlavour);
const ends = fact('berth_vnfd_capacity_limit_info', ['vnfd_id', 'flavour', 'resource']);
const one = 'on (job, vnfd_id, flavour)';

export const howManyFit = (width: number, leadsTo?: LinkTarget): AnyPanel =>
  bars({
    title: 'How many more fit',
    description:
      'How many more instances of each onboarded VNFD and flavour would be placed now, counted to 100. Nought means that a heal or a scale out of it is refused. What ends it stands beside.',
    unit: 'none',
    levels: roomLeft(1, 3),
    width,
    height: 9,
    max: 100,
    ...(leadsTo && { leadsTo }),
    queries: [{ expr: fitting, legend: '{{product_name}} {{flavour}}' }],
  });

/** Of those that a hundred fit of nothing is known that ends it. */
export const whatEndsIt = (width: number, leadsTo?: LinkTarget): AnyPanel =>
  table({
    title: 'What ends it',
    description:
      'The resource that the next instance of each VNFD and flavour finds no room for, with how many still fit. What a VNFD is: berth package list',
    unit: 'none',
    width,
    height: 9,
    labels: [
      { label: 'product_name', title: 'VNF product', ...(leadsTo && { leadsTo }) },
      { label: 'flavour', title: 'Flavour' },
      { label: 'resource', title: 'Ends for want of', width: 150 },
      { label: 'vnfd_id', title: 'VNFD id', ...(width > 10 ? { width: idWidth } : { hidden: true }) },
    ],
    numbers: [
      {
        title: 'More that fit',
        levels: roomLeft(1, 3),
        expr: `(${fitting} * ${one} group_left (resource) ${ends}) or ${one} label_replace(${fitting}, "resource", "nothing yet", "job", ".*")`,
      },
    ],
    sortBy: ['More that fit', false],
  });
