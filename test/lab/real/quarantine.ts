/**
 * Virtual functions that come back from a guest out of order, by what happens to real hosts: their driver is gone, and what
 * libvirt noted of their addresses is lost. The commands that Berth prints are run as they stand.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { functionsCommand } from '../../../src/lab/lab.js';
import { cards, functionsPerCard } from '../../../src/lab/shape.js';
import { readInstance } from '../../flow/router.js';
import { soon } from '../../libvirt/soon.js';
import { berthOnLab, hostLimitMs, type BerthOnLab } from '../berth-on-lab.js';
import { driversOf, functionsOf, hostState, type HostState } from '../host-state.js';
import { labLimitMs, type TestLab } from '../lab-under-test.js';
import { beginTiny, rested } from '../operations.js';
import { onboardTiny, removeTiny, runningTiny, tiny } from '../tiny-vnf.js';

/** The card of cell 1 is alone on its network, and all but two of its functions are withheld: there are no others. */
const network = 'physnet1';
const { pciAddress } = cards[1]!;
const card = `/sys/bus/pci/devices/${pciAddress}`;
const vlans = [200, 201] as const;

export function quarantine(theLab: () => TestLab): void {
  let world: BerthOnLab;
  let vnfdId: string;
  let given: readonly string[];
  let before: HostState;
  const client = () => world.berth();
  const shell = (command: string) => theLab().shell('lab0', command);

  beforeAll(async () => {
    const make = `[ "$(cat ${card}/sriov_numvfs)" != 0 ] || { ${functionsCommand(functionsPerCard)}; }`;
    await shell(`${make}; modprobe igbvf; udevadm settle`);
    const found = (await shell(`for f in ${card}/virtfn*; do basename "$(readlink $f)"; done`)).trim().split('\n');
    given = found.slice(0, tiny.functions);
    world = await berthOnLab(theLab(), {
      host: (host) => ({ ...host, withheldFunctions: found.slice(tiny.functions) }),
    });
    vnfdId = await onboardTiny(client());
    before = await hostState(theLab());
  }, labLimitMs);
  afterAll(async () => {
    await world?.end();
    await shell(`modprobe -r igbvf; echo 1 > ${card}/sriov_drivers_autoprobe`);
  }, labLimitMs);

  const ofBerth = async () => (await functionsOf(client())).filter(({ address }) => given.includes(address));
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
    const id = await runningTiny(client(), vnfdId, { network, vlans });
    expect((await ofBerth()).map(({ state }) => state)).toEqual(['claimed', 'claimed']);
    // No driver takes functions of this card by itself any more, and libvirt restores addresses by its notes.
    await shell(`modprobe -r igbvf; echo 0 > ${card}/sriov_drivers_autoprobe; rm /run/libvirt/hostdevmgr/*`);
    await removeTiny(client(), id);

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
    const shown = await world.command('host', 'show', 'lab0');
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

    const { id: next, path } = await beginTiny(client(), vnfdId, { network, vlans });
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
    const now = await hostState(theLab());
    expect(now.functions.filter((line) => /vlan/.test(line))).toEqual([]);
    // A card chooses a new MAC address whenever a driver binds a function; the other functions were left without a driver.
    expect({ ...now, functions: [], drivers: driversOf(now, given) }).toEqual({
      ...{ ...before, functions: [], drivers: driversOf(before, given) },
    });
  });

  test('are given to the next VNFC', async () => {
    await shell(`echo 1 > ${card}/sriov_drivers_autoprobe`);
    const id = await runningTiny(client(), vnfdId, { network, vlans });
    expect((await ofBerth()).map(({ state }) => state)).toEqual(['claimed', 'claimed']);
    await removeTiny(client(), id);
    await untilEach('free', /^$/);
  });
}
