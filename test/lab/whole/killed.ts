/**
 * Berth killed while virtual functions are given to a guest and while they come back, and libvirtd restarted under it: the
 * operation ends, and nothing is there twice or left over.
 */
import { afterAll, beforeAll, test } from '@jest/globals';
import { killWithChildren } from '../../libvirt/berth-program.js';
import { berthOnLab, type BerthOnLab } from '../berth-on-lab.js';
import { expectNothingLeft, expectOneTiny, hostState, type HostState } from '../host-state.js';
import { labLimitMs, type TestLab } from '../lab-under-test.js';
import { moment, type Moment } from '../moments.js';
import { beginTerminate, beginTiny, completed, deleted, runningUsualTiny, terminated } from '../operations.js';
import { onboardTiny } from '../tiny-vnf.js';

export function killed(theLab: () => TestLab): void {
  let lab: TestLab;
  let world: BerthOnLab;
  let vnfdId: string;
  let before: HostState;
  const client = () => world.berth();

  beforeAll(async () => {
    lab = theLab();
    world = await berthOnLab(lab);
    vnfdId = await onboardTiny(client());
    before = await hostState(lab);
  }, labLimitMs);
  afterAll(() => world?.end(), labLimitMs);

  async function killedAt(when: Moment): Promise<void> {
    await moment(lab, when);
    await killWithChildren(client());
    await world.start();
  }
  const restartLibvirtd = () => lab.shell('lab0', 'systemctl restart libvirtd');

  test.each<Moment>(['its functions are given to vfio-pci'])(
    'instantiates to the end, killed when %s',
    async (when) => {
      const { id, path } = await beginTiny(client(), vnfdId);
      await killedAt(when);
      await completed(client(), path);
      await expectOneTiny(lab, client(), id, before);
      await terminated(client(), id);
      await expectNothingLeft(lab, client(), before);
    },
  );

  test.each<Moment>(['its functions are back from vfio-pci'])('terminates to the end, killed when %s', async (when) => {
    const id = await runningUsualTiny(client(), vnfdId);
    const path = await beginTerminate(client(), id);
    await killedAt(when);
    await completed(client(), path);
    await deleted(client(), id);
    await expectNothingLeft(lab, client(), before);
  });

  test.each<Moment>(['its QEMU runs'])('instantiates to the end, with libvirtd restarted when %s', async (when) => {
    const { id, path } = await beginTiny(client(), vnfdId);
    await moment(lab, when);
    await restartLibvirtd();
    await completed(client(), path);
    await expectOneTiny(lab, client(), id, before);
    await terminated(client(), id);
    await expectNothingLeft(lab, client(), before);
  });
}
