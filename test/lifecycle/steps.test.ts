import { describe, expect, test } from '@jest/globals';
import type { PhasedStep } from '../../src/lifecycle/stages.js';
import type { Vnfc, VnfcVolume } from '../../src/lifecycle/model.js';
import { hostSteps } from '../../src/lifecycle/steps.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { vnfc } from '../builders/vnfc.js';

const times = { uploadMs: 1, callMs: 1, guestReadyMs: 1 };

const beside = (pool: string, host = 'host-1'): Vnfc => vnfc({ id: vnfcId(`on-${pool}`), hostId: hostId(host), pool });

/** Where the image is brought to. */
const places = (steps: readonly PhasedStep[]) =>
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

  test('images whose digests begin alike, or with the same bytes called by two formats, are each brought', () => {
    const sha256 = (end: string): string => `${'ab'.repeat(8)}${end.repeat(48)}`;
    const root = (end: string, baseFormat: string): VnfcVolume => ({
      ...{ id: 'root', name: 'r', format: 'qcow2' as const, capacityBytes: 1 },
      ...{ imageSha256: sha256(end), baseFormat },
    });
    const vnfcs = [root('c', 'qcow2'), root('d', 'qcow2'), root('d', 'raw')].map((one) => vnfc({ volumes: [one] }));
    const steps = hostSteps(vnfcs, [], times);
    expect(steps.map(({ input }) => (input as { readonly name: string }).name)).toEqual([
      `berth-base-${sha256('c')}.qcow2`,
      `berth-base-${sha256('d')}.qcow2`,
      `berth-base-${sha256('d')}.raw`,
    ]);
    expect(new Set(steps.map(({ id }) => id)).size).toBe(3);
  });
});
