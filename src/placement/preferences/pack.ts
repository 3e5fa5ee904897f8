/**
 * Fill used hosts first: empty ones stay free for what needs a whole one, or can be switched off.
 */
import type { HostPreference } from './preference.js';

export const pack: HostPreference = {
  name: 'pack',
  weight: 1,
  cost: ({ fill }) => 1 - fill / 1000,
};
