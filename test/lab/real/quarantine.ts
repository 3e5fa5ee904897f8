/**
 * Virtual functions that come back from a guest out of order, by what happens to real hosts: their driver is gone, and what
 * libvirt noted of their addresses is lost. The commands that Berth prints are run as they stand.
 */
import { afterAll, expect, test } from '@jest/globals';
import { cards } from '../../../src/lab/shape.js';
import { readInstance } from '../../flow/router.js';
import { soon } from '../../libvirt/soon.js';
import { hostLimitMs } from '../berth-on-lab.js';
import { auditOf, driversOf, functionsOf, hostState } from '../host-state.js';
import { labLimitMs, type TestLab } from '../lab-under-test.js';
import { beginTiny, rested } from '../operations.js';
import { removeTiny, runningTiny } from '../tiny-vnf.js';
import { wishes, type TwoVnfs } from './two-vnfs.js';

const { pciAddress } = cards[1]!;
const card = `/sys/bus/pci/devices/${pciAddress}`;
/** That of the VNF whose functions they are. There are no others. */
const wish = wishes[1];

export function quarantine(theLab: () => TestLab, both: () => TwoVnfs): void {
  const client = () => both().world.berth();
  const given = () => both().scarce;
  const shell = (command: string) => theLab().shell('lab0', command);

  afterAll(() => shell(`modprobe -r igbvf; echo 1 | tee /sys/bus/pci/devices/*/sriov_drivers_autoprobe`), labLimitMs);

  const ofBerth = async () => (await functionsOf(client())).filter(({ address }) => given().includes(address));
  const untilEach = (state: string, reason: RegExp) =>
    soon(
      async () => {
        const all = await ofBerth();
        return all.every((one) => one.state === state && reason.test(one.quarantine?.reason ?? '')) ? all : undefined;
      },
      `the functions are not ${state}`,
      hostLimitMs,
      500,
    );
  /** The commands that Berth prints. */
  async function repair(): Promise<void> {
    await shell((await ofBerth()).map(({ quarantine: found }) => found!.repair).join('\n'));
  }

  test('are in quarantine as soon as their VNFC is gone, and given to nobody', async () => {
    expect((await ofBerth()).map(({ state }) => state)).toEqual(['claimed', 'claimed']);
    // No driver takes functions of this card by itself any more, and libvirt restores addresses by its notes.
    await shell(`modprobe -r igbvf; echo 0 > ${card}/sriov_drivers_autoprobe; rm /run/libvirt/hostdevmgr/*`);
    await removeTiny(client(), both().ids[1]!);

    const found = await ofBerth();
    for (const { address, state, available, quarantine: why } of found) {
      expect({ state, available, why }).toEqual({
        ...{ state: 'quarantined', available: false },
        why: {
          reason: expect.stringMatching(/^it has no driver, and had igbvf before VNFC/),
          repair: expect.any(String),
        },
      });
      expect(client().lines.join('\n')).toMatch(new RegExp(`${address}.*is not as it was before its VNFC had it`));
    }
    const shown = await both().world.command('host', 'show', 'lab0');
    for (const { address, quarantine: why } of found) {
      const line = shown.split('\n').find((each) => each.startsWith(address)) ?? '';
      expect(line).toMatch(/quarantined/);
      expect(line).toContain(why?.repair);
    }
    const page = await (await client().ask('/metrics')).text();
    const counted = page.split('\n').filter((line) => line.startsWith('berth_host_pci_functions{'));
    expect(counted.filter((line) => /state="quarantined"/.test(line) && line.includes(pciAddress))).toEqual([
      expect.stringMatching(/ 2$/),
    ]);

    const { id: next, path } = await beginTiny(client(), both().vnfdId, wish);
    const refused = await rested(client(), path);
    expect(refused['operationState']).toBe('ROLLED_BACK');
    expect(JSON.stringify(refused['error'])).toMatch(/quarantine/);
    expect(await readInstance(client(), next)).toMatchObject({ instantiationState: 'NOT_INSTANTIATED' });
  });

  test('are in order again by the commands that Berth prints, one fault after the other', async () => {
    await repair();
    await untilEach('quarantined', /^it still has MAC address 52:54:/);
    await repair();
    await untilEach('free', /^$/);
  });

  test('are given to the next VNFC, which leaves the host as it was', async () => {
    await shell(`echo 1 > ${card}/sriov_drivers_autoprobe`);
    const id = await runningTiny(client(), both().vnfdId, wish);
    expect((await ofBerth()).map(({ state }) => state)).toEqual(['claimed', 'claimed']);
    await removeTiny(client(), id);
    await untilEach('free', /^$/);
    expect(await auditOf(client())).toEqual([]);

    const before = both().before.state;
    const now = await hostState(theLab());
    expect(now.functions.filter((line) => /vlan/.test(line))).toEqual([]);
    // A card chooses a new MAC address whenever a driver binds a function; the others were left without a driver.
    expect({ ...now, functions: [], drivers: driversOf(now, given()) }).toEqual({
      ...{ ...before, functions: [], drivers: driversOf(before, given()) },
    });
  });
}
