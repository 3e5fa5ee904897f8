/** What one host of the lab can show, on one lab: a host takes longer to resume than most of its tests. */
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { quarantine } from './quarantine.js';
import { recordedByBerth } from './recorded-by-berth.js';
import { seenByEngine } from './seen-by-engine.js';
import { runTwoVnfs, type TwoVnfs } from './two-vnfs.js';
import { waysIn } from './ways-in.js';

const limitMs = 600_000;
jest.setTimeout(limitMs);

describeUnless(missingLibrary() ?? (await missingLab()), 'a host of the lab', () => {
  let lab: TestLab;
  const theLab = () => lab;
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 2, functions: 0 });
  }, labLimitMs);
  afterAll(() => lab?.down(), limitMs);

  describe('to the engine', () => seenByEngine(theLab));
  describe('under two VNFs of two functions', () => {
    let both: TwoVnfs;
    beforeAll(async () => {
      both = await runTwoVnfs(lab);
    }, limitMs);
    afterAll(() => both?.world.end(), limitMs);

    describe('which', () => recordedByBerth(theLab, () => both));
    describe('with functions that come back out of order, which', () => quarantine(theLab, () => both));
  });
  describe('by its ways in', () => waysIn(theLab));
});
