/**
 * Fill empty hosts first: a host that dies takes few VNFCs along.
 */
import type { HostPreference } from './preference.js';

export const spread: HostPreference = {
  name: 'spread',
  weight: 1,
  cost: ({ fill }) => fill / 1000,
};
