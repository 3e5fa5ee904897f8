/**
 * MAC and IP addresses: each has one holder in the fleet and belongs to no host. Their rows are made when a VNFC is bound,
 * for no placement knows them.
 */
import { usual, type Resource } from './resource.js';

const address: Resource = {
  ...usual,
  isExclusive: true,
  guardedBy: 'same-keys',
  rows: () => [],
  apply: () => undefined,
  overdrawn: () => undefined,
  leftText: () => '',
};

export const mac = address;
export const ip = address;
