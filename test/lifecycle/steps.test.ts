import { describe, expect, test } from '@jest/globals';
import type { Step, Vnfc } from '../../src/lifecycle/model.js';
import { hostSteps } from '../../src/lifecycle/steps.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { vnfc } from '../builders/vnfc.js';

const times = { uploadMs: 1, callMs: 1, guestReadyMs: 1 };

const beside = (pool: string, host = 'host-1'): Vnfc => vnfc({ id: vnfcId(`on-${pool}`), hostId: hostId(host), pool });

/** Where the image is brought to. */
const places = (steps: readonly Step[]) =>
  steps.map(({ input }) => {
    const { hostId: host, pool } = input as { readonly hostId: string; readonly pool: string };
    return `${host}/${pool}`;
  });

describe('what hosts need first', () => {
  test('an image is brought once to each pool that a VNFC of the operation uses, also where they share a host', () => {
    const vnfcs = [beside('fast'), beside('slow'), beside('slow'), beside('slow', 'host-2')];
    const steps = hostSteps(vnfcs, [], times);
    expect(places(steps)).toEqual(['host-1/fast', 'host-1/slow', 'host-2/slow']);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(3);
    expect(new Set(steps.map(({ lane }) => lane)).size).toBe(3);
  });
});
