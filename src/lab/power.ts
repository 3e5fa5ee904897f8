/**
 * The power of one host of a lab that is up: cut, as by its plug, and on again. The host boots from its disk as the cut left
 * it: files of /etc, definitions and volumes of libvirt stay, and what was only in memory is gone, as are its virtual functions.
 */
import { bootFromDisk, bootLimitMs, endHosts, untilAnswers, type Host, type Machine } from './host.js';
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
}

/** Resolves when libvirt answers and the functions are made. Throws where the host is on already. */
export const bootHost = (around: LabSurroundings, name: string, { functions, without }: BootWish): Promise<void> =>
  locked(around, `berth lab boot ${name}`, async () => {
    const { machine, host } = await hostNamed(around, name);
    if (await isOn(machine, host)) throw new Error(`${name} is on: \`berth lab cut ${name}\` cuts its power.`);
    await around.progress.step(`${name} boots`, async () => {
      await bootFromDisk(machine, host, without);
      await untilAnswers(machine, host, bootLimitMs);
    });
    await makeFunctions(machine, host, functions, around.progress);
  });

const isOn = async ({ places }: Machine, { shape }: Host): Promise<boolean> =>
  (await hostProcesses(places.run)).some(({ host }) => host === shape.name);
