/** A Berth on the lab of a suite, with the tiny VNF onboarded, and the host as it was before any VNF. */
import { afterAll, beforeAll } from '@jest/globals';
import type { BerthProcess } from '../../libvirt/berth-program.js';
import { berthOnLab, type BerthOnLab } from '../berth-on-lab.js';
import { hostState, type HostState } from '../host-state.js';
import { labLimitMs, type TestLab } from '../lab-under-test.js';
import { onboardTiny } from '../tiny-vnf.js';

/** Each throws before the suite has begun. */
export interface BerthUnderTest {
  readonly lab: () => TestLab;
  readonly world: () => BerthOnLab;
  /** The one that was started last. */
  readonly client: () => BerthProcess;
  readonly vnfdId: () => string;
  readonly before: () => HostState;
}

interface Begun {
  readonly lab: TestLab;
  readonly world: BerthOnLab;
  readonly vnfdId: string;
  readonly before: HostState;
}

/** Registers its beginning and end with the suite that is being described. */
export function berthUnderTest(theLab: () => TestLab, bend?: (vnfd: string) => string): BerthUnderTest {
  let world: BerthOnLab | undefined;
  let begun: Begun | undefined;
  beforeAll(async () => {
    const lab = theLab();
    world = await berthOnLab(lab);
    begun = { lab, world, vnfdId: await onboardTiny(world.berth(), bend), before: await hostState(lab) };
  }, labLimitMs);
  afterAll(() => world?.end(), labLimitMs);

  const now = (): Begun => {
    if (begun === undefined) throw new Error('the suite has not begun: no Berth runs on its lab');
    return begun;
  };
  return {
    lab: () => now().lab,
    world: () => now().world,
    client: () => now().world.berth(),
    vnfdId: () => now().vnfdId,
    before: () => now().before,
  };
}
