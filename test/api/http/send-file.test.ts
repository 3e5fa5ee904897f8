/**
 * A file that cannot be read to its end, seen by the client and in the log.
 */
import { afterEach, expect, test } from '@jest/globals';
import type { VnfPkgRecord } from '../../../src/store/packages.js';
import { vnfPkgId } from '../../../src/shared/ids.js';
import { samplePackage } from '../../contract/store-samples.js';
import { bodyOf, openDoor, type Door } from '../door.js';

const record: VnfPkgRecord = {
  id: vnfPkgId('p1'),
  onboardingState: 'ONBOARDED',
  operationalState: 'ENABLED',
  userDefinedData: {},
  createdAtMs: 0,
  contents: samplePackage(),
  sha256: 'aa'.repeat(32),
  instances: 0,
  revision: 1,
};

let door: Door;
afterEach(() => door.close());

/** The content of package p1 is `pieces` and then a fault of the disk. */
async function download(...pieces: readonly string[]): Promise<Response> {
  async function* read(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) yield Buffer.from(piece);
    throw new Error('the disk is gone');
  }
  door = await openDoor({
    store: { package: () => Promise.resolve(record) },
    files: { archive: () => Promise.resolve({ sizeBytes: 1000, read }) },
  });
  return door.ask('/vnfpkgm/v2/vnf_packages/p1/package_content');
}

test('before its first byte the answer is a problem', async () => {
  const response = await download();
  expect(await bodyOf(response)).toMatchObject({ status: 500, type: 'urn:berth:problem:internal-error' });
  expect(door.log.filter((line) => line.includes('the disk is gone'))).toHaveLength(1);
});

test('after that the connection breaks off, and the log says why', async () => {
  const response = await download('some', 'bytes');
  expect(response.status).toBe(200);
  await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  expect(
    door.log.filter((line) => line.includes('an answer broke off') && line.includes('the disk is gone')),
  ).toHaveLength(1);
});
