/**
 * Operations under way that an earlier build left, whose plans say `adds` and `removes` and know no change: they go on, are
 * given up and rolled back, and those that ended are read. The database is as that build left it, after it was killed in a
 * TERMINATE; an INSTANTIATE and an OPERATE to STOPPED are parked. Day-0 content was taken out.
 */
import Database from 'better-sqlite3';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { urisAt } from '../../src/api/http/uris.js';
import { renderOpOcc } from '../../src/api/vnflcm/render-op-occ.js';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import { newFleet, startBerth, valueOf, type RunningBerth } from '../builders/berth.js';
import { everyClaim, everyOpOcc } from '../builders/whole-tables.js';

let dir: string;
let berth: RunningBerth;
let operations: readonly LcmOpOcc[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-earlier-plans-'));
  const database = new Database(join(dir, 'berth.sqlite'));
  database.exec(readFileSync('test/fixtures/earlier-builds/adds-and-removes.sql', 'utf8'));
  database.close();
  berth = await startBerth({ dir, fleet: newFleet() });
  operations = await everyOpOcc(berth.store);
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const parked = (operation: LcmOpOcc['operation']): LcmOpOcc => {
  const found = operations.find((occ) => occ.operation === operation && occ.operationState === 'FAILED_TEMP');
  if (found === undefined) throw new Error(`no ${operation} is parked`);
  return found;
};

/** But for disk space: these hosts never had the base image, so that its pool is taken to be out of reach. */
const claimsOf = async ({ vnfInstanceId }: LcmOpOcc) =>
  (await everyClaim(berth.store)).filter((claim) => claim.vnfInstanceId === vnfInstanceId && claim.kind !== 'disk');

it('a TERMINATE in which Berth was killed ends', async () => {
  const [under] = operations.filter(
    ({ operation, id }) => operation === 'TERMINATE' && id === '08d7a550-fcfe-41da-945c-cb5bb1f7a21b',
  );
  if (under === undefined) throw new Error('the TERMINATE is gone');
  expect((await berth.settled(under.id)).operationState).toBe('COMPLETED');
  expect((await berth.store.instance(under.vnfInstanceId))?.instantiated).toBeUndefined();
  expect(await claimsOf(under)).toEqual([]);
});

it('an INSTANTIATE is rolled back, and what it claimed is free', async () => {
  const { id, plan } = parked('INSTANTIATE');
  expect(plan?.vnfcs).toHaveLength(1);
  expect(plan?.steps.map(({ kind }) => kind)).toContain('image-volume');
  expect((await claimsOf(parked('INSTANTIATE'))).length).toBeGreaterThan(0);
  valueOf(await berth.workflow.lcm.rollback(id));
  expect((await berth.settled(id)).operationState).toBe('ROLLED_BACK');
  expect(await claimsOf(parked('INSTANTIATE'))).toEqual([]);
});

it('an OPERATE to STOPPED is given up: of two VNFCs one is STOPPED', async () => {
  const occ = parked('OPERATE');
  expect(occ.plan?.vnfcs.map(({ before, after }) => [before?.id === after?.id, after?.state])).toEqual([
    [true, 'STOPPED'],
    [true, 'STOPPED'],
  ]);
  valueOf(await berth.workflow.lcm.fail(occ.id));
  const real = (await berth.store.instance(occ.vnfInstanceId))?.instantiated;
  expect([real?.vnfState, real?.vnfcs.map(({ state }) => state).sort()]).toEqual(['STARTED', ['STARTED', 'STOPPED']]);
});

it('what every operation changed is told, of those that ended too', async () => {
  const uris = urisAt('http://berth');
  const changes = await Promise.all(
    operations.map(async (occ) => {
      const { resourceChanges } = renderOpOcc(occ, await berth.store.journal(occ.id), uris);
      return [occ.operation, resourceChanges?.affectedVnfcs?.map(({ changeType }) => changeType).join(' ')].join(': ');
    }),
  );
  expect(changes.sort()).toEqual([
    ...Array.from({ length: 4 }, () => 'INSTANTIATE: ADDED'),
    'OPERATE: MODIFIED MODIFIED',
    ...['SCALE: ADDED', 'SCALE: ADDED'],
    ...['TERMINATE: REMOVED', 'TERMINATE: REMOVED REMOVED'],
  ]);
});
