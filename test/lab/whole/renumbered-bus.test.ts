/**
 * A host of the lab whose two cards change bus numbers, so that each has the addresses of the other after a cold boot. A VNFC
 * that was off meanwhile starts with its own functions of its own card.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { cards, hostShape } from '../../../src/lab/shape.js';
import { bodyOf } from '../../api/door.js';
import { createInstance } from '../../flow/router.js';
import { expectCompleted, operate, started, stopped } from '../../libvirt/berth-life.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { soon } from '../../libvirt/soon.js';
import { berthOnLab, hostLimitMs, reachable, type BerthOnLab } from '../berth-on-lab.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { onboardTiny, removeTiny, runningTiny, tinyInstantiation } from '../tiny-vnf.js';

jest.setTimeout(labLimitMs);

const functions = 2;
const { name, cardMacs } = hostShape(0);
const [first, second] = cards.map(({ pciAddress }) => pciAddress) as [string, string];
const network = 'physnet0';

interface Fn {
  readonly address: string;
  readonly kind: string;
  readonly card?: string;
  readonly physicalNetwork?: string;
  readonly vnfcId?: string;
  readonly available: boolean;
  readonly quarantine?: object;
}

describeUnless(missingLibrary() ?? (await missingLab()), 'a host of the lab whose buses are renumbered', () => {
  let lab: TestLab;
  let berth: BerthOnLab;
  const client = () => berth.berth();
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 2, functions });
    // By what stays.
    const physicalNetworks = { [network]: [cardMacs[0]], physnet1: [cardMacs[1]] };
    berth = await berthOnLab(lab, { host: (host) => ({ ...host, physicalNetworks, idleCards: cardMacs }) });
  });
  afterAll(async () => {
    await berth?.end();
    await lab?.down();
  });

  const all = async () => (await bodyOf(await client().ask(`/nfvi/v1/hosts/${name}`)))['pciFunctions'] as readonly Fn[];
  const held = async () => (await all()).filter(({ vnfcId }) => vnfcId !== undefined);
  const macOf = async ({ card = '' }: Pick<Fn, 'card'>): Promise<string> =>
    (await lab.shell(name, `cat /sys/bus/pci/devices/${card}/net/*/address`)).trim();

  /** Number, MAC address and VLAN of each function of the first card, wherever it is, as its kernel tells them. */
  const wiring = async (): Promise<string> =>
    lab.shell(
      name,
      `ip link show $(basename $(dirname $(grep -l ${cardMacs[0]} /sys/class/net/*/address))) | grep ' vf '`,
    );

  test('a VNFC that was off keeps its functions, card and network; nobody else gets them', async () => {
    const vnfdId = await onboardTiny(client());
    const id = await runningTiny(client(), vnfdId, { network, vlans: [11, 12] });
    const wired = await wiring();
    expect(wired).toMatch(/vf 0 .*vlan 1[12],[^]*vf 1 .*vlan 1[12],/);
    expectCompleted(await operate(client(), id, 'operate', stopped, hostLimitMs));
    const before = await held();
    expect(before.map(({ card }) => card)).toEqual([first, first]);

    await lab.powerCycle(name, { functions, buses: cards.map(({ bus }) => bus).toReversed() });
    await reachable(client(), 1);
    const after = await soon(
      async () => {
        const now = await held();
        return now.length === 2 && now.every(({ card }) => card === second) ? now : undefined;
      },
      'the functions of the VNFC are not at their new addresses',
      hostLimitMs,
    );
    for (const one of after) expect([one.physicalNetwork, await macOf(one)]).toEqual([network, cardMacs[0]]);

    // Both functions of this card are the first VNFC's, though it is off.
    const other = await createInstance(client(), vnfdId, 'other');
    const wish = { network, vlans: [11, 12] as const };
    expect(await operate(client(), other, 'instantiate', tinyInstantiation(wish), hostLimitMs)).toMatchObject({
      operationState: 'ROLLED_BACK',
    });
    expectCompleted(await operate(client(), id, 'operate', started, hostLimitMs));
    const xml = await lab.shell(name, 'virsh dumpxml $(virsh list --name | head -1)');
    for (const { address } of after) {
      const [, bus = '', slot = '', fn = ''] = /^0000:(..):(..)\.(.)$/.exec(address) ?? [];
      expect(xml).toContain(`bus='0x${bus}' slot='0x${slot}' function='0x${fn}'`);
    }
    expect(await wiring()).toBe(wired);

    await removeTiny(client(), id);
    const free = await soon(
      async () => {
        const now = (await all()).filter(({ kind }) => kind === 'vf');
        return now.every(({ available, vnfcId }) => available && vnfcId === undefined) ? now : undefined;
      },
      'not all functions are free again',
      hostLimitMs,
    );
    expect(free).toHaveLength(2 * functions);
    const released = await wiring();
    expect(released).not.toMatch(/vlan/);
    for (const [mac] of wired.matchAll(/52:54:\S+/g)) expect(released).not.toContain(mac);
  });
});
