/**
 * Whether functions of a host can have the driver for guests, vfio-pci. libvirt says that it knows the driver, and loads its
 * module only when a guest starts: so one free function is given the driver once in each connection, since a host that booted
 * with another kernel is connected to anew. While it cannot have it, it is tried again at each reading.
 */
import type { PciFunction } from '../../inventory/model.js';
import type { DriverTrial } from './calls/guest-driver.js';

export type TryDriver = (device: string) => Promise<DriverTrial>;

const forGuests = 'vfio-pci';

export class GuestDriver {
  #isProven = false;

  /** As a clause; undefined when the driver is there, or nothing shows that it is not. */
  async faultOf(all: readonly PciFunction[], tryDriver: TryDriver): Promise<string | undefined> {
    if (all.some(({ driver }) => driver === forGuests)) this.#isProven = true;
    const [first] = this.#isProven ? [] : candidates(all);
    if (first === undefined) return undefined;
    const trial = await tryDriver(`pci_${first.address.replaceAll(/[:.]/g, '_')}`);
    this.#isProven = trial === 'given';
    return typeof trial === 'string' ? undefined : trial.fault;
  }

  /** The connection is another one. */
  forget(): void {
    this.#isProven = false;
  }
}

/**
 * Virtual functions that nobody uses, and that have no network device of the host: it would go and come back, and what sets up
 * new devices would set it up. Those without any driver first.
 */
const candidates = (all: readonly PciFunction[]): readonly PciFunction[] =>
  all
    .filter(
      ({ kind, physicalNetwork, takenBy, guest, netdev }) =>
        kind === 'vf' && physicalNetwork !== undefined && [takenBy, guest, netdev].every((used) => used === undefined),
    )
    .toSorted((a, b) => Number(a.driver !== undefined) - Number(b.driver !== undefined));
