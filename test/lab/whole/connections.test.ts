/**
 * Connections of a VNF with virtual functions, changed by the whole Berth on a host of the lab: another VLAN on the same
 * function, a function of the other card, and a guest that does not give its card up, since no system runs in it.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { cards, functionsPerCard } from '../../../src/lab/shape.js';
import { bodyOf } from '../../api/door.js';
import { begin, onlyVnfc, started, stopped } from '../../libvirt/berth-life.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { hostSays, type FunctionSaid, type HostSays } from '../host-says.js';
import { expectNothingLeft } from '../host-state.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { completed, rested, runningUsualTiny, terminated } from '../operations.js';
import { tinyInstantiation } from '../tiny-vnf.js';
import { berthUnderTest } from './berth-under-test.js';

jest.setTimeout(1_800_000);

const anyCell = `
        virtual_network_interface_requirements:
          - support_mandatory: true
            nic_io_requirements:
              logical_node_requirements: { pciDeviceLocalToNumaNode: notRequired }`;
const onAnyCell = (vnfd: string): string => vnfd.replaceAll('vnic_type: direct', `vnic_type: direct${anyCell}`);

const [first, second] = cards;

function functionIn({ functions }: HostSays, address: string): FunctionSaid {
  const found = functions.find((one) => one.address === address);
  if (found === undefined) throw new Error(`the host has no function ${address}`);
  return found;
}

describeUnless(missingLibrary() ?? (await missingLab()), 'a VNF on virtual functions of the lab', () => {
  let theLab: TestLab;
  beforeAll(async () => {
    theLab = await startLab({ hosts: 1, wires: 2, functions: functionsPerCard });
  }, labLimitMs);
  afterAll(() => theLab?.down(), labLimitMs);
  const { lab, client, vnfdId, before } = berthUnderTest(() => theLab, onAnyCell);

  let id = '';
  let initially: HostSays;
  beforeAll(async () => {
    initially = await hostSays(lab());
    id = await runningUsualTiny(client(), vnfdId());
  }, labLimitMs);

  /** `west` alone. */
  const westOn = (network: string, vlan: number) => {
    const [link] = tinyInstantiation({ network, vlans: [vlan, vlan] }).extVirtualLinks;
    return { extVirtualLinks: [{ ...link, id: `west-${network}` }] };
  };
  const change = (network: string, vlan: number) => begin(client(), id, 'change_ext_conn', westOn(network, vlan));
  const operate = async (body: object) => completed(client(), await begin(client(), id, 'operate', body));
  /** What the host says of the functions that the record names. */
  const functions = async () => {
    const { id: vnfcId } = await onlyVnfc(client(), id);
    const placement = await bodyOf(await client().ask(`/nfvi/v1/vnfcs/${vnfcId}/placement`));
    const own = placement['pciFunctions'] as readonly { readonly cpdId: string; readonly address: string }[];
    const said = await hostSays(lab());
    const found = own.map(({ cpdId, address }) => ({ cpdId, ...functionIn(said, address) }));
    return found.toSorted((one, other) => one.cpdId.localeCompare(other.cpdId));
  };
  const west = async () => (await functions()).find(({ cpdId }) => cpdId === 'west')!;

  test('gets another VLAN on its function while it is off, and starts with it', async () => {
    const was = await west();
    expect(was).toMatchObject({ card: first!.pciAddress, vlan: 100, driver: 'vfio-pci' });
    await operate(stopped);
    await completed(client(), await change('physnet0', 200));
    await operate(started);
    expect(await west()).toEqual({ ...was, vlan: 200 });
  });

  test('gets a function of the other card, with its MAC address, and the first is as before', async () => {
    const was = await west();
    await operate(stopped);
    await completed(client(), await change('physnet1', 201));
    await operate(started);
    expect(await west()).toMatchObject({ card: second!.pciAddress, vlan: 201, mac: was.mac, driver: 'vfio-pci' });
    expect(functionIn(await hostSays(lab()), was.address)).toEqual(functionIn(initially, was.address));
  });

  test('whose guest keeps its card is named, and has all as before after the rollback', async () => {
    const was = await functions();
    const path = await change('physnet0', 202);
    const occ = await rested(client(), path);
    expect(occ['operationState']).toBe('FAILED_TEMP');
    expect(JSON.stringify(occ['error'])).toMatch(/guest/);
    expect((await client().ask(`${path}/rollback`, { method: 'POST' })).status).toBe(202);
    expect(await rested(client(), path)).toMatchObject({ operationState: 'ROLLED_BACK' });
    expect(await functions()).toEqual(was);
  });

  test('leaves the host as it was', async () => {
    await terminated(client(), id);
    await expectNothingLeft(lab(), client(), before());
  });
});
