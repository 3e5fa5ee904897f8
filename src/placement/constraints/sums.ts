/**
 * Resources of which a demand says in numbers what it takes, such as devices of a network: one constraint for each, from
 * the table of resources.
 */
import { sumResources } from '../../inventory/resources/table.js';
import { sumsShort } from '../explanation/shortage.js';
import type { RoomConstraint } from './constraint.js';

export const sums: readonly RoomConstraint[] = sumResources.flatMap(({ kind, words, asked }) =>
  asked === undefined
    ? []
    : [
        {
          name: words.constraint,
          refuse: (ask, free) =>
            sumsShort(ask, free).flatMap(({ resource, text }) => (resource === kind ? [text] : [])),
        },
      ],
);
