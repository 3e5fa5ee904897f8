import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { day0Volume } from '../../src/day0/nocloud.js';
import { packed, unpacked } from '../../src/day0/packed.js';

test('an image comes back as it was, whatever is in it', () => {
  const stretch = fc.oneof(
    fc.nat(40).map((length) => new Uint8Array(length)),
    fc.uint8Array({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 12 }), (stretches) => {
      const image = new Uint8Array(stretches.flatMap((each) => [...each]));
      const bytes = packed(image);
      expect(unpacked(bytes)).toEqual(image);
      // A reader of base64 gives a view into a larger buffer.
      const shifted = new Uint8Array([1, 2, 3, ...bytes]).subarray(3);
      expect(unpacked(shifted)).toEqual(image);
    }),
  );
});

test('the zeros of a day-0 image take no room', () => {
  const image = day0Volume({ instanceId: 'a', hostname: 'a', ethernets: [], userData: '#cloud-config\n' });
  expect(packed(image).length).toBeLessThan(image.length / 5);
});
