/** Two hosts of a lab on one wire: functions of one VLAN reach one another from host to host, those of two do not. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { cards } from '../../../src/lab/shape.js';
import { describeUnless } from '../../libvirt/environment.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';

const limitMs = 300_000;
jest.setTimeout(limitMs);

const pings = 5;

interface Side {
  readonly host: string;
  readonly card: string;
  readonly mac: string;
  readonly address: string;
}

/** The first card of one host, the second of the other. */
const here: Side = { host: 'lab0', card: cards[0]!.pciAddress, mac: '52:54:00:7e:00:01', address: '10.9.0.1' };
const there: Side = { host: 'lab1', card: cards[1]!.pciAddress, mac: '52:54:00:7e:00:02', address: '10.9.0.2' };

const deviceOf = (card: string): string => `/sys/bus/pci/devices/${card}`;
const setVlan = (card: string, vlan: number): string => `ip link set "$(ls ${deviceOf(card)}/net)" vf 0 vlan ${vlan}`;

/** The first function of the card with the host's own driver, in a network namespace with an address. */
const make = ({ card, mac, address }: Side, vlan: number): string =>
  [
    'set -e',
    `function=$(readlink -f ${deviceOf(card)}/virtfn0)`,
    `echo 0 > ${deviceOf(card)}/sriov_drivers_autoprobe`,
    'echo igbvf > $function/driver_override',
    `ip link set "$(ls ${deviceOf(card)}/net)" vf 0 mac ${mac}`,
    setVlan(card, vlan),
    'modprobe igbvf',
    'udevadm settle',
    'ip netns add side',
    'ip link set "$(ls $function/net)" netns side name side',
    `ip -n side address add ${address}/24 dev side`,
    'ip -n side link set side up',
  ].join('\n');

describeUnless(await missingLab(2), 'two hosts of the lab', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await startLab({ hosts: 2, wires: 1, functions: 2 });
    for (const side of [here, there]) await lab.shell(side.host, make(side, 100));
  }, labLimitMs);
  afterAll(() => lab?.down(), limitMs);

  const answered = async (): Promise<number> => {
    const command = `ip netns exec side ping -n -c ${pings} -i 0.3 -W 3 ${there.address} || true`;
    return [...(await lab.shell(here.host, command)).matchAll(/ttl=64/g)].length;
  };

  test('are two machines', async () => {
    const marks = await Promise.all(
      [here, there].map(({ host }) => lab.shell(host, 'hostname; cat /etc/machine-id; virsh capabilities | grep uuid')),
    );
    for (const line of [0, 1, 2]) expect(marks[0]?.split('\n')[line]).not.toBe(marks[1]?.split('\n')[line]);
  });

  test('have functions of one VLAN on one network', async () => {
    // The first frames are lost while a card that has just come up is looked for.
    expect(await answered()).toBeGreaterThanOrEqual(pings - 1);
  });

  test('keep two VLANs apart', async () => {
    await lab.shell(there.host, setVlan(there.card, 101));
    expect(await answered()).toBe(0);
    await lab.shell(there.host, setVlan(there.card, 100));
    expect(await answered()).toBeGreaterThanOrEqual(pings - 1);
  });
});
