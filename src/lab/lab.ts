/**
 * The commands of the lab: up, down, reset, status.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.js';
import { berthConfiguration } from './berth-configuration.js';
import { currentNames, hostKeyOf, makeParts, partsToMake, tidy, unpack, type Names } from './cache.js';
import { freePorts } from './free-ports.js';
import { endHosts, goOn, shellOf, startHost, untilAnswers, type Host, type Machine } from './host.js';
import { inHost, knownHostsText, type ShellAddress } from './host-shell.js';
import { keysIn } from './keys.js';
import { awaitLock, takeLock, type LabIsHeld, type Lock } from './lock.js';
import { machineFacts } from './machine-facts.js';
import type { Places } from './places.js';
import { portPlan, portsWanted } from './ports.js';
import { hostProcesses, type HostProcess } from './processes.js';
import { runProgram } from './program.js';
import type { Progress } from './progress.js';
import { readRecord, writeRecord, type LabRecord } from './record.js';
import { makeRunFolder, removeRunFolder } from './run-folder.js';
import { packagesOf, programsFor, whatIsMissing } from './requirements.js';
import { cards, hostShape, hostShapes } from './shape.js';

export interface LabSurroundings {
  readonly places: Places;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface UpWish {
  readonly hosts: number;
  /** On which the cards are: one for all, or one for those of each number. */
  readonly wires: number;
  /** Virtual functions that are made on each card. */
  readonly functions: number;
  /** A file of `berth lab pack`. */
  readonly cache?: string;
  /** Installs Debian packages that are missing, as root. */
  readonly install: boolean;
}

/** Another lab may build them. */
const partsLimitMs = 20 * 60_000;
const answerLimitMs = 10 * 60_000;
const shellLimitMs = 5 * 60_000;

/** Reports missing requirements, one sentence each. */
export class MachineLacks extends Error {
  constructor(missing: readonly string[]) {
    super(missing.join('\n'));
    this.name = 'MachineLacks';
  }
}

/** One command at a time changes a lab. */
export async function locked<T>(around: LabSurroundings, command: string, work: () => Promise<T>): Promise<T> {
  return releasing(await takeLock(around.places.lock, holderOf(around, command)), work);
}

/** Labs share built parts, so that one waits while another builds or checks them. */
async function withParts<T>(around: LabSurroundings, command: string, work: () => Promise<T>): Promise<T> {
  const { clock, places, progress } = around;
  const waits = ({ who }: LabIsHeld): void => progress.tell(`Waiting for ${who}, which has ${places.parts}.`);
  const patience = { clock, limitMs: partsLimitMs, waits };
  return releasing(await awaitLock(places.partsLock, holderOf(around, command), patience), work);
}

const holderOf = ({ clock }: LabSurroundings, command: string) => ({
  command,
  since: new Date(clock.now()).toISOString(),
});

async function releasing<T>(lock: Lock, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

export const up = (around: LabSurroundings, wish: UpWish): Promise<LabRecord> =>
  locked(around, commandOf(wish), async () => {
    const { places, clock } = around;
    const running = await runningLab(places);
    if (running !== undefined) return already(running, wish);
    await clearRest(around);
    const names = await withParts(around, commandOf(wish), () => ready(around, wish));
    const free = await freePorts(portsWanted(wish.hosts, wish.wires));
    const plan = portPlan(wish.hosts, free.tcp, free.udp);
    const hosts = plan.hosts.map((ports, index) => ({ index, ports, frozen: names.frozen[index] ?? '' }));
    const upSince = new Date(clock.now()).toISOString();
    const record = {
      parts: { qemu: names.qemu, image: names.image },
      hosts,
      wires: wish.wires,
      wirePorts: plan.wires,
      upSince,
    };
    return resume(around, record, wish.functions);
  });

const commandOf = ({ hosts }: UpWish): string => `berth lab up --hosts ${hosts}`;

/** The parts of the lab; builds those that are missing. */
async function ready(around: LabSurroundings, wish: UpWish): Promise<Names> {
  const { places, progress, clock, environment } = around;
  if (wish.cache !== undefined) {
    const { cache } = wish;
    await lookAtMachine(around, wish, false);
    await progress.step(`Unpacking ${cache}`, () => unpack(places, cache));
  }
  const names = await currentNames(wish.hosts);
  const toMake = await progress.step('Checking built parts', () => partsToMake(places.parts, names, progress));
  await lookAtMachine(around, wish, toMake.has(names.qemu) || toMake.has(names.image));
  const parts = { qemu: join(places.parts, names.qemu), image: join(places.parts, names.image) };
  const machine: Machine = { places, parts, clock };
  if (toMake.size > 0) await makeParts({ machine, names, toMake, progress, environment });
  const gone = await tidy(places, names, clock);
  if (gone.length > 0)
    progress.tell(`Removed parts that are incomplete or that no lab has used for two weeks: ${gone.join(', ')}`);
  return names;
}

function already(record: LabRecord, { hosts, wires }: UpWish): LabRecord {
  if (record.hosts.length === hosts && record.wires === wires) return record;
  throw new Error(
    `A lab of ${record.hosts.length} host(s) with ${record.wires} wire(s) is up: \`berth lab down\` takes it down, then ` +
      `\`berth lab up --hosts ${hosts} --wires ${wires}\`.`,
  );
}

/** Resumes all hosts; on any failure stops all of them. */
async function resume(around: LabSurroundings, record: LabRecord, functions: number): Promise<LabRecord> {
  const { places, progress } = around;
  const machine = machineOf(around, record);
  const hosts = hostsOf(places, record);
  await makeRunFolder(places.run);
  const ports = hosts.map(({ ports: { ssh } }) => ssh);
  await writeFile(places.knownHosts, knownHostsText(ports, await hostKeyOf(machine.parts.image)));
  try {
    await Promise.all(hosts.map((host) => resumeOne(machine, host, functions, progress)));
    const configuration = berthConfiguration(hosts, record.wires, keysIn(join(machine.parts.image, 'keys')).client);
    await writeFile(places.configuration, `${JSON.stringify(configuration, null, 2)}\n`, { mode: 0o600 });
    await writeRecord(places.record, record);
  } catch (error) {
    await endHosts(machine);
    throw error;
  }
  return record;
}

async function resumeOne(machine: Machine, host: Host, functions: number, progress: Progress): Promise<void> {
  const { name } = host.shape;
  await progress.step(`${name} is resumed`, async () => {
    await startHost(machine, host);
    await goOn(machine, host);
    await untilAnswers(machine, host, answerLimitMs);
  });
  await makeFunctions(machine, host, functions, progress);
}

export async function makeFunctions(
  machine: Machine,
  host: Host,
  count: number,
  progress: Progress,
  addresses?: readonly string[],
): Promise<void> {
  if (count === 0) return;
  const { name } = host.shape;
  await progress.step(`${name}: ${count} virtual functions on each card`, async () => {
    const { code, said } = await inHost(shellOf(machine, host), functionsCommand(count, addresses), shellLimitMs);
    if (code !== 0) throw new Error(`The functions of ${name} could not be made: ${said.trim()}`);
  });
}

/** Makes virtual functions as an operator would; libvirt lists each after udev has processed it. */
export const functionsCommand = (
  count: number,
  addresses: readonly string[] = cards.map(({ pciAddress }) => pciAddress),
): string =>
  [
    'set -e',
    ...addresses.map((pciAddress) => {
      const device = `/sys/bus/pci/devices/${pciAddress}`;
      return `ip link set "$(ls ${device}/net)" up; echo ${count} > ${device}/sriov_numvfs`;
    }),
    'udevadm settle',
  ].join('; ');

export const machineOf = ({ places, clock }: LabSurroundings, { parts }: LabRecord): Machine => ({
  places,
  clock,
  parts: { qemu: join(places.parts, parts.qemu), image: join(places.parts, parts.image) },
});

const hostsOf = (places: Places, { hosts, wires, wirePorts }: LabRecord): readonly Host[] =>
  hosts.map(({ index, ports, frozen }) => ({
    shape: hostShape(index),
    ports,
    wires,
    wirePorts,
    frozen: join(places.parts, frozen),
  }));

/** The record of a lab all of whose hosts run. */
async function runningLab(places: Places): Promise<LabRecord | undefined> {
  const record = await readRecord(places.record);
  if (record === undefined) return undefined;
  const alive = new Set((await hostProcesses(places.run)).map(({ host }) => host));
  return record.hosts.every(({ index }) => alive.has(hostShape(index).name)) ? record : undefined;
}

/** Cleans up after a killed `up` or after hosts that ended. */
async function clearRest({ places, clock, progress }: LabSurroundings): Promise<void> {
  const ended = await endHosts({ places, clock });
  await removeRunFolder(places.run);
  if (ended > 0) progress.tell(`Ended ${ended} QEMU process(es) that an earlier lab had left.`);
}

async function lookAtMachine({ places, progress }: LabSurroundings, wish: UpWish, build: boolean): Promise<void> {
  const programs = Object.keys(programsFor({ build }));
  let facts = await machineFacts(places.top, programs);
  if (wish.install && facts.isRoot && facts.missingPrograms.length > 0) {
    const packages = packagesOf(facts.missingPrograms);
    await progress.step(`Installing ${packages.join(', ')}`, () => installPackages(packages));
    facts = await machineFacts(places.top, programs);
  }
  const missing = whatIsMissing(facts, { hosts: wish.hosts, build, folder: places.top });
  if (missing.length > 0) throw new MachineLacks(missing);
}

async function installPackages(packages: readonly string[]): Promise<void> {
  const options = { limitMs: answerLimitMs, environment: { DEBIAN_FRONTEND: 'noninteractive' } };
  await runProgram('apt-get', ['update', '-qq'], options);
  await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}

export const down = (around: LabSurroundings): Promise<number> =>
  locked(around, 'berth lab down', async () => {
    const ended = await endHosts(around);
    await removeRunFolder(around.places.run);
    return ended;
  });

/** Resets every host to its frozen state, on its present ports. */
export const reset = (around: LabSurroundings, functions: number): Promise<LabRecord> =>
  locked(around, 'berth lab reset', async () => {
    const record = await readRecord(around.places.record);
    if (record === undefined) throw noLab();
    await endHosts(around);
    return resume(around, record, functions);
  });

export const noLab = (): Error => new Error('No lab is up: `berth lab up` starts one.');

export interface HostStatus {
  readonly name: string;
  readonly process: HostProcess | undefined;
  readonly answers: boolean;
}

export async function status(around: LabSurroundings): Promise<readonly HostStatus[]> {
  const record = await readRecord(around.places.record);
  if (record === undefined) return [];
  const machine = machineOf(around, record);
  const processes = await hostProcesses(around.places.run);
  return Promise.all(
    hostsOf(around.places, record).map(async (host) => {
      const process = processes.find((each) => each.host === host.shape.name);
      const answers = process !== undefined && (await inHost(shellOf(machine, host), 'true', shellLimitMs)).code === 0;
      return { name: host.shape.name, process, answers };
    }),
  );
}

interface LabHostOnMachine {
  readonly machine: Machine;
  readonly host: Host;
}

/** The host of that name; throws where there is none. */
export async function hostNamed(around: LabSurroundings, name: string): Promise<LabHostOnMachine> {
  const record = await readRecord(around.places.record);
  if (record === undefined) throw noLab();
  const host = hostsOf(around.places, record).find(({ shape }) => shape.name === name);
  const names = hostShapes(record.hosts.length).map((shape) => shape.name);
  if (host === undefined) throw new Error(`The lab has no host ${name}; it has ${names.join(', ')}.`);
  return { machine: machineOf(around, record), host };
}

/** How the host of that name is reached; throws where there is none. */
export async function shellTo(around: LabSurroundings, name: string): Promise<ShellAddress> {
  const { machine, host } = await hostNamed(around, name);
  return shellOf(machine, host);
}
