/**
 * Two VNFs of one VNFC with two functions each, one on either cell, by the whole Berth. The card of cell 1 has no other
 * functions to give than those two.
 */
import { functionsCommand } from '../../../src/lab/lab.js';
import { cards, functionsPerCard } from '../../../src/lab/shape.js';
import { createInstance } from '../../flow/router.js';
import { begin, expectCompleted } from '../../libvirt/berth-life.js';
import { berthOnLab, type BerthOnLab } from '../berth-on-lab.js';
import { hostSays, type HostSays } from '../host-says.js';
import { hostState, type HostState } from '../host-state.js';
import type { TestLab } from '../lab-under-test.js';
import { rested } from '../operations.js';
import { onboardTiny, tiny, tinyInstantiation, type TinyWish } from '../tiny-vnf.js';

/** Each card is on a network of its own, so that the network decides the cell. */
export const wishes = [
  { network: 'physnet0', vlans: [100, 101] },
  { network: 'physnet1', vlans: [200, 201] },
] as const satisfies readonly TinyWish[];

export interface TwoVnfs {
  readonly world: BerthOnLab;
  readonly vnfdId: string;
  readonly ids: readonly string[];
  /** The functions that the card of cell 1 has to give. */
  readonly scarce: readonly string[];
  /** Before either VNF was there. */
  readonly before: { readonly says: HostSays; readonly state: HostState };
}

/** The lab has two wires. */
export async function runTwoVnfs(lab: TestLab): Promise<TwoVnfs> {
  const shell = (command: string) => lab.shell('lab0', command);
  // Functions of cell 0 have no driver while no guest has them, and those of cell 1 have that of their kind.
  const [idle, driven] = cards.map(({ pciAddress }) => `/sys/bus/pci/devices/${pciAddress}`);
  await shell(`ls /sys/bus/pci/devices/*/virtfn0 || { ${functionsCommand(functionsPerCard)}; }`);
  await shell(`echo 0 > ${idle}/sriov_drivers_autoprobe; modprobe igbvf; udevadm settle`);
  const listed = `for f in ${driven}/virtfn*; do basename "$(readlink $f)"; done`;
  const ofCard = (await shell(listed)).trim().split('\n');
  const withheldFunctions = ofCard.slice(tiny.functions);
  const world = await berthOnLab(lab, { host: (host) => ({ ...host, withheldFunctions }) });
  try {
    const before = { says: await hostSays(lab), state: await hostState(lab) };
    const berth = world.berth();
    const vnfdId = await onboardTiny(berth);
    const ids = await Promise.all(wishes.map(() => createInstance(berth, vnfdId, 'tiny')));
    const begun = await Promise.all(
      wishes.map((wish, index) => begin(berth, ids[index]!, 'instantiate', tinyInstantiation(wish))),
    );
    for (const path of begun) expectCompleted(await rested(berth, path));
    return { world, vnfdId, ids, scarce: ofCard.slice(0, tiny.functions), before };
  } catch (error) {
    await world.end();
    throw error;
  }
}
