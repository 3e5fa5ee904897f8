/**
 * `berth lab`: hosts with SR-IOV cards, an IOMMU, NUMA cells and KVM, on a machine that has none of these.
 */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../shared/clock.js';
import { tcpUri, tlsUri } from './berth-configuration.js';
import { pack } from './cache.js';
import { keysIn } from './keys.js';
import { down, machineOf, noLab, reset, shellTo, status, up, type LabSurroundings } from './lab.js';
import { hostFiles, imageFiles, placesOf, runFolder } from './places.js';
import { hostCount, wireCount } from './ports.js';
import { busNumbers } from './buses.js';
import { bootHost, cutPower, type BootWish } from './power.js';
import { Progress } from './progress.js';
import { readRecord, type LabRecord } from './record.js';
import { functionsPerCard, hostShape } from './shape.js';
import { leftOut } from './without.js';
import { openConsole, openShell } from './terminal.js';

export interface LabCommandSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly out: (text: string) => void;
  readonly clock: Clock;
  /** The exit code of the process. */
  readonly exitCode: (code: number) => void;
}

interface UpOptions {
  readonly hosts: number;
  readonly wires: number;
  readonly functions: number;
  readonly cache?: string;
  readonly install?: true;
}

export function addLabCommands(program: Command, surroundings: LabCommandSurroundings): void {
  const { out, exitCode } = surroundings;
  const lab = program
    .command('lab')
    .description('hosts with SR-IOV, IOMMU, NUMA and KVM on this machine, without the hardware; no server needed');
  lab
    .command('up')
    .description('build missing parts, resume the hosts, write a configuration of Berth for them')
    .option('--hosts <number>', 'how many', argument(hostCount), 1)
    .option('--wires <number>', '1: all cards on one; 2: those of each number on their own', argument(wireCount), 1)
    .option('--functions <number>', 'virtual functions on each card', argument(functionCount), functionsPerCard)
    .option('--cache <file>', 'use a file of `berth lab pack` instead of building')
    .option('--install', 'install Debian packages that are missing, as root')
    .action(async ({ hosts, wires, functions, cache, install }: UpOptions) => {
      const around = aroundOf(surroundings);
      const wish = { hosts, wires, functions, install: install === true, ...(cache === undefined ? {} : { cache }) };
      out(upText(around, await up(around, wish)));
    });
  lab
    .command('down')
    .description('stop the hosts; built parts stay')
    .action(async () => out(`Ended ${await down(aroundOf(surroundings))} host(s).`));
  lab
    .command('reset')
    .description('reset every host to its frozen state, on its ports')
    .option('--functions <number>', 'virtual functions on each card', argument(functionCount), functionsPerCard)
    .action(async ({ functions }: Pick<UpOptions, 'functions'>) => {
      const around = aroundOf(surroundings);
      out(upText(around, await reset(around, functions)));
    });
  addPowerCommands(lab, surroundings);
  lab
    .command('status')
    .description('which hosts are up, and how to reach them')
    .action(async () => out(await statusText(aroundOf(surroundings))));
  lab
    .command('pack <file>')
    .description('write the built parts to one file for `up --cache`; it contains the keys of the lab')
    .action(async (file: string) => {
      const around = aroundOf(surroundings);
      const packed = await around.progress.step(`Packing ${file}`, () => pack(around.places, file));
      out(`${file}: ${packed.join(', ')}`);
    });
  lab
    .command('ssh <host> [command...]')
    .description('a shell on a host, or one command there (behind -- where it has options that `berth` has)')
    .allowUnknownOption()
    .action(async (host: string, command: readonly string[]) =>
      exitCode(await openShell(await shellTo(aroundOf(surroundings), host), command)),
    );
  lab
    .command('console <host>')
    .description('the serial console of a host; Ctrl-] leaves it')
    .action(async (host: string) => {
      const around = aroundOf(surroundings);
      await shellTo(around, host);
      await openConsole(hostFiles(runFolder(around.places, host), imageFiles('')).console);
    });
}

function addPowerCommands(lab: Command, surroundings: LabCommandSurroundings): void {
  const { out } = surroundings;
  lab
    .command('cut <host>')
    .description('cut the power of a host: what is only in its memory is lost')
    .action(async (host: string) => {
      await cutPower(aroundOf(surroundings), host);
      out(`${host} is off; \`berth lab boot ${host}\` boots it.`);
    });
  lab
    .command('boot <host>')
    .description('boot a host whose power was cut, from its disk, on its ports')
    .option('--functions <number>', 'virtual functions on each card', argument(functionCount), functionsPerCard)
    .option('--buses <numbers>', 'bus numbers of the cards: 80,40 has them change addresses', argument(busNumbers))
    .addOption(new Option('--without <part>', 'as a host that is set up wrongly').choices(leftOut))
    .action(async (host: string, wish: BootWish) => {
      const around = aroundOf(surroundings);
      await bootHost(around, host, wish);
      out(`${host} is on after ${around.progress.elapsed()}.`);
    });
}

function aroundOf({ environment, out, clock }: LabCommandSurroundings): LabSurroundings {
  return { places: placesOf({ environment, home: homedir }), clock, environment, progress: new Progress(clock, out) };
}

/** Commander prints the message of such an error with the option. */
const argument =
  <T>(read: (text: string) => T) =>
  (text: string): T => {
    try {
      return read(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };

function functionCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count <= functionsPerCard) return count;
  throw new Error(`A card of the lab has 0 to ${functionsPerCard} virtual functions, not ${text}.`);
}

function upText(around: LabSurroundings, record: LabRecord): string {
  const { places, progress } = around;
  const client = keysIn(join(machineOf(around, record).parts.image, 'keys')).client;
  const hosts = record.hosts.map(({ index, ports }) => {
    const { name } = hostShape(index);
    return `  ${name}  ${tlsUri(ports, client)}\n  ${' '.repeat(name.length)}  ${tcpUri(ports)}   berth lab ssh ${name}`;
  });
  return [
    `The lab is up after ${progress.elapsed()}:`,
    ...hosts,
    'Berth on it:',
    `  berth serve --config ${places.configuration} --data-dir ${places.data}`,
  ].join('\n');
}

async function statusText(around: LabSurroundings): Promise<string> {
  const record = await readRecord(around.places.record);
  if (record === undefined) throw noLab();
  const states = await status(around);
  const lines = states.map(({ name, process, answers }) =>
    process === undefined
      ? `${name}: is off; \`berth lab boot ${name}\` boots it from its disk, \`berth lab reset\` resets all hosts`
      : `${name}: process ${process.pid}, ${answers ? 'answers' : 'does not answer over ssh'}`,
  );
  return [`Up since ${record.upSince}.`, ...lines, upText(around, record).split('\n').slice(1).join('\n')].join('\n');
}
