import { expect, test } from '@jest/globals';
import { day0Volume } from '../../../src/day0/nocloud.js';
import { packed } from '../../../src/day0/packed.js';
import { hostId, vnfcId } from '../../../src/shared/ids.js';
import type { StepContext } from '../../../src/workflow/steps/handler.js';
import { contentVolume } from '../../../src/workflow/steps/volumes.js';

const image = day0Volume({ instanceId: 'v1', hostname: 'v1', ethernets: [], userData: '#cloud-config\n' });
const place = { hostId: hostId('h1'), vnfcId: vnfcId('v1'), pool: 'default', name: 'berth-v1-day0.iso', bases: [] };
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** What a host is given for this input. */
async function written(input: { readonly content: string; readonly packing?: 'without-zeros' }): Promise<Uint8Array> {
  const seen: Uint8Array[] = [];
  const engine = () => ({
    ensureContent: (_volume: unknown, bytes: Uint8Array) => {
      seen.push(bytes);
      return Promise.resolve({ path: '/pool/berth-v1-day0.iso' });
    },
  });
  await contentVolume.run({ ...place, ...input }, { engine } as unknown as StepContext);
  expect(seen).toHaveLength(1);
  return new Uint8Array(seen[0] ?? []);
}

test('a host is given the image as it was before it was packed', async () => {
  expect(await written({ content: base64(packed(image)), packing: 'without-zeros' })).toEqual(image);
});

test('plans of earlier builds have the image as it is', async () => {
  expect(await written({ content: base64(image) })).toEqual(image);
});
