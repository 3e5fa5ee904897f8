import { describe, expect, test } from '@jest/globals';
import type { PciFunction } from '../../../src/inventory/model.js';
import type { DriverTrial } from '../../../src/engine/libvirt/calls/guest-driver.js';
import { GuestDriver } from '../../../src/engine/libvirt/guest-driver.js';

const vf = (slot: number, change: Partial<PciFunction> = {}): PciFunction => ({
  ...{ address: `0000:41:10.${slot}`, kind: 'vf', parent: '0000:41:00.0', physicalNetwork: 'physnet0' },
  ...{ vendorId: '8086', deviceId: '10ca', trustCapable: false, rateCapable: false },
  ...change,
});

/** A host that answers each trial in turn; `asked`: of which devices. */
function host(...answers: readonly DriverTrial[]) {
  const asked: string[] = [];
  const left = [...answers];
  return {
    asked,
    tryDriver: (device: string): Promise<DriverTrial> => {
      asked.push(device);
      const answer = left.shift();
      return answer === undefined ? Promise.reject(new Error('one trial too many')) : Promise.resolve(answer);
    },
  };
}

const missing = { fault: 'Failed to load PCI stub module vfio-pci: administratively prohibited' };

describe('the driver for guests', () => {
  test('is tried on one free function, once in each connection', async () => {
    const driver = new GuestDriver();
    const { asked, tryDriver } = host('given', 'given');
    const all = [vf(0, { driver: 'igbvf' }), vf(2)];
    expect(await driver.faultOf(all, tryDriver)).toBeUndefined();
    expect(await driver.faultOf(all, tryDriver)).toBeUndefined();
    expect(asked).toEqual(['pci_0000_41_10_2']);
    driver.forget();
    expect(await driver.faultOf(all, tryDriver)).toBeUndefined();
    expect(asked).toHaveLength(2);
  });

  test('that cannot be had is tried again until it can', async () => {
    const driver = new GuestDriver();
    const { asked, tryDriver } = host(missing, missing, 'given');
    const faults = [];
    for (let look = 0; look < 4; look += 1) faults.push(await driver.faultOf([vf(0)], tryDriver));
    expect(faults).toEqual([missing.fault, missing.fault, undefined, undefined]);
    expect(asked).toHaveLength(3);
  });

  test('is there where a function has it, and is tried on none that others use', async () => {
    const { asked, tryDriver } = host();
    const { physicalNetwork: _, ...unwired } = vf(4);
    const taken = [
      vf(0, { takenBy: 'domain win11 holds it' }),
      vf(2, { netdev: 'ens10v1' }),
      unwired,
      vf(6, { kind: 'pf' }),
    ];
    expect(await new GuestDriver().faultOf(taken, tryDriver)).toBeUndefined();
    expect(await new GuestDriver().faultOf([vf(0), vf(2, { driver: 'vfio-pci' })], tryDriver)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('of which nothing was found out is tried again', async () => {
    const driver = new GuestDriver();
    const { tryDriver } = host('unknown', missing);
    expect(await driver.faultOf([vf(0)], tryDriver)).toBeUndefined();
    expect(await driver.faultOf([vf(0)], tryDriver)).toBe(missing.fault);
  });
});
