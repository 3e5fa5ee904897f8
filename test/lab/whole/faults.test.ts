/** Faults that come while VNFs have virtual functions, on one host of the lab: whatever they interrupt ends clean. */
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { functionsPerCard } from '../../../src/lab/shape.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { killed } from './killed.js';
import { movedPages } from './moved-pages.js';
import { powerCut } from './power-cut.js';

/** A cold boot takes minutes where the machine has other work. */
jest.setTimeout(1_800_000);

describeUnless(missingLibrary() ?? (await missingLab()), 'a VNF with virtual functions', () => {
  let lab: TestLab;
  const theLab = () => lab;
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 2, functions: functionsPerCard });
  }, labLimitMs);
  afterAll(() => lab?.down(), labLimitMs);

  describe('when somebody moves its pages', () => movedPages(theLab));
  describe('when programs are killed', () => killed(theLab));
  describe('when the power of its host is cut', () => powerCut(theLab));
});
