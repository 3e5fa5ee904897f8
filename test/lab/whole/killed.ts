/**
 * Berth killed while virtual functions are given to guests and while they come back, and libvirtd restarted under it: the
 * operation ends, and nothing is there twice or left over.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { begin, onlyVnfc, scaleBy } from '../../libvirt/berth-life.js';
import { killWithChildren } from '../../libvirt/berth-program.js';
import { reachable } from '../berth-on-lab.js';
import { expectNothingLeft, expectOneTiny, expectTinies } from '../host-state.js';
import type { TestLab } from '../lab-under-test.js';
import { moment, type Moment } from '../moments.js';
import { beginTerminate, beginTiny, completed, deleted, runningUsualTiny, terminated } from '../operations.js';
import { berthUnderTest } from './berth-under-test.js';

export function killed(theLab: () => TestLab): void {
  const { lab, world, client, vnfdId, before } = berthUnderTest(theLab);
  // After libvirtd was restarted Berth may be connecting again.
  beforeEach(async () => {
    await reachable(client(), 1);
  });

  const restartLibvirtd = () => lab().shell('lab0', 'systemctl restart libvirtd');
  const faults = {
    'Berth killed': async () => {
      await killWithChildren(client());
      await world().start();
    },
    'libvirtd restarted': restartLibvirtd,
  } as const;
  type Fault = keyof typeof faults;
  const strike = async (fault: Fault, when: Moment): Promise<void> => {
    await moment(lab(), when);
    await faults[fault]();
  };
  const scaling = (id: string, type: 'SCALE_OUT' | 'SCALE_IN') => begin(client(), id, 'scale', scaleBy(type));
  const expectRunning = (count: number, id: string) => expectTinies(count, lab(), client(), id, before());
  const nothingLeft = () => expectNothingLeft(lab(), client(), before());

  test.each<[Fault, Moment]>([
    ['Berth killed', 'the base image comes in'],
    ['Berth killed', 'the domain is defined'],
    ['Berth killed', 'its functions are given to vfio-pci'],
    ['Berth killed', 'its QEMU runs'],
    ['libvirtd restarted', 'the domain is defined'],
    ['libvirtd restarted', 'its functions are given to vfio-pci'],
    ['libvirtd restarted', 'its QEMU runs'],
  ])('instantiates to the end, with %s when %s', async (fault, when) => {
    const { id, path } = await beginTiny(client(), vnfdId());
    await strike(fault, when);
    await completed(client(), path);
    await expectRunning(1, id);
    await terminated(client(), id);
    await nothingLeft();
  });

  test.each<[Fault, Moment]>([
    ['Berth killed', 'its QEMU has ended'],
    ['Berth killed', 'its functions are back from vfio-pci'],
    ['Berth killed', 'its definition is gone'],
    ['libvirtd restarted', 'its QEMU has ended'],
  ])('terminates to the end, with %s when %s', async (fault, when) => {
    const id = await runningUsualTiny(client(), vnfdId());
    const path = await beginTerminate(client(), id);
    await strike(fault, when);
    await completed(client(), path);
    await deleted(client(), id);
    await nothingLeft();
  });

  describe('of a VNF that is scaled', () => {
    test.each<[Fault, Moment]>([
      ['Berth killed', 'a second VNFC gets its functions'],
      ['Berth killed', 'the QEMU of a second VNFC runs'],
      ['libvirtd restarted', 'a second VNFC gets its functions'],
    ])('the second VNFC comes, with %s when %s', async (fault, when) => {
      const id = await runningUsualTiny(client(), vnfdId());
      const path = await scaling(id, 'SCALE_OUT');
      await strike(fault, when);
      await completed(client(), path);
      await expectRunning(2, id);
      await terminated(client(), id);
      await nothingLeft();
    });

    test.each<[Fault, Moment]>([
      ['Berth killed', 'the QEMU of the second VNFC has ended'],
      ['Berth killed', 'the functions of the second VNFC are back'],
      ['libvirtd restarted', 'the QEMU of the second VNFC has ended'],
    ])('the second VNFC goes, with %s when %s', async (fault, when) => {
      const id = await runningUsualTiny(client(), vnfdId());
      await completed(client(), await scaling(id, 'SCALE_OUT'));
      await expectRunning(2, id);
      const path = await scaling(id, 'SCALE_IN');
      await strike(fault, when);
      await completed(client(), path);
      await expectRunning(1, id);
      await terminated(client(), id);
      await nothingLeft();
    });
  });

  test('a VNF runs on while libvirtd is restarted, and its functions come back as they were', async () => {
    const qemuPid = async () => (await lab().shell('lab0', 'pgrep -o qemu-system')).trim();
    const id = await runningUsualTiny(client(), vnfdId());
    const pid = await qemuPid();
    const said = client().lines.length;
    await restartLibvirtd();
    await reachable(client(), 1);
    expect(await qemuPid()).toBe(pid);
    await expectOneTiny(lab(), client(), id, before());
    expect((await onlyVnfc(client(), id)).metadata.live).toMatchObject({ state: 'running' });
    expect(
      client()
        .lines.slice(said)
        .filter((line) => /without an operation|quarantine/.test(line)),
    ).toEqual([]);
    await terminated(client(), id);
    await nothingLeft();
  });
}
