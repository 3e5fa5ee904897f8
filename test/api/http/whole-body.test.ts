import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { BodiesUnderWay } from '../../../src/api/http/whole-body.js';
import { KiB, MiB } from '../../../src/shared/units.js';
import { systemClock } from '../../../src/system.js';

const limits = { bytes: MiB, ms: 5000, togetherBytes: 64 * MiB };

/** A body that has not ended, and is to be fed. */
function unended(underWay: BodiesUnderWay) {
  const body = new Readable({ read: () => undefined, highWaterMark: 2 * MiB });
  return { body, whole: underWay.read(body, limits) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a body that is read whole', () => {
  it('holds little more than has come of it', async () => {
    const underWay = new BodiesUnderWay(systemClock);
    const before = process.memoryUsage().arrayBuffers;
    const bodies = Array.from({ length: 60 }, () => unended(underWay));
    for (let round = 0; round < 9; round += 1) {
      for (const { body } of bodies) body.push(Buffer.alloc(60 * KiB, 0x20));
      await turn();
    }
    const heldMiB = (process.memoryUsage().arrayBuffers - before) / MiB;
    for (const { body } of bodies) body.push(null);
    expect((await Promise.all(bodies.map(({ whole }) => whole))).map(({ length }) => length)).toEqual(
      bodies.map(() => 9 * 60 * KiB),
    );
    const sentMiB = (60 * 9 * 60 * KiB) / MiB;
    expect(heldMiB).toBeLessThan(sentMiB * 1.2);
  });

  it('is what came, in whatever pieces it came', async () => {
    const sizes = [1, 5000, 3, 4096, 4095, 1, 1, 9000, 2, 70_000, 16_384, 20_000, 4096, 1];
    const { body, whole } = unended(new BodiesUnderWay(systemClock));
    const pieces = sizes.map((size, at) => Buffer.alloc(size, 0x61 + at));
    for (const piece of pieces) body.push(piece);
    body.push(null);
    expect((await whole).equals(Buffer.concat(pieces))).toBe(true);
  });

  it('does not hold a large buffer for a small piece of it', async () => {
    const underWay = new BodiesUnderWay(systemClock);
    const { body, whole } = unended(underWay);
    const large = Buffer.alloc(MiB, 0x20);
    body.push(large.subarray(0, 20_000));
    await turn();
    large.fill(0x21);
    body.push(null);
    expect((await whole).equals(Buffer.alloc(20_000, 0x20))).toBe(true);
  });
});
