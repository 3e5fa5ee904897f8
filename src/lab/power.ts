/**
 * The power of one host of a lab that is up: cut, as by its plug, and on again. The host boots from its disk as the cut left
 * it: files of /etc, definitions and volumes of libvirt stay, and what was only in memory is gone, as are its virtual functions.
 */
import { bootFromDisk, bootLimitMs, endHosts, untilAnswers, type Host, type Machine } from './host.js';
import { addressOn } from './buses.js';
import { hostNamed, locked, makeFunctions, type LabSurroundings } from './lab.js';
import { hostProcesses } from './processes.js';
import type { LeftOut } from './without.js';

/** Kills its QEMU. Throws where the host is off already. */
export const cutPower = (around: LabSurroundings, name: string): Promise<void> =>
  locked(around, `berth lab cut ${name}`, async () => {
    const { machine, host } = await hostNamed(around, name);
    if (!(await isOn(machine, host))) throw new Error(`${name} is off: \`berth lab boot ${name}\` boots it.`);
    await endHosts(machine, [name], 'SIGKILL');
  });

export interface BootWish {
  /** Virtual functions that are made on each card. */
  readonly functions: number;
  readonly without?: LeftOut;
  /** Numbers of the root buses of the cards; as usual when left out. */
  readonly buses?: readonly number[];
}

/** Resolves when libvirt answers and the functions are made. Throws where the host is on already. */
export const bootHost = (around: LabSurroundings, name: string, { functions, ...machine }: BootWish): Promise<void> =>
  locked(around, `berth lab boot ${name}`, async () => {
    const { machine: on, host } = await hostNamed(around, name);
    if (await isOn(on, host)) throw new Error(`${name} is on: \`berth lab cut ${name}\` cuts its power.`);
    await around.progress.step(`${name} boots`, async () => {
      await bootFromDisk(on, host, machine);
      await untilAnswers(on, host, bootLimitMs);
    });
    await makeFunctions(on, host, functions, around.progress, machine.buses?.map(addressOn));
  });

const isOn = async ({ places }: Machine, { shape }: Host): Promise<boolean> =>
  (await hostProcesses(places.run)).some(({ host }) => host === shape.name);
