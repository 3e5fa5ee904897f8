/** A lab of the suites' own, resumed from the cache that all labs share; and why there can be none here. */
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { berthConfiguration, tcpUri, tlsUri } from '../../src/lab/berth-configuration.js';
import { currentNames, partsToMake } from '../../src/lab/cache.js';
import { inHost, sshArguments } from '../../src/lab/host-shell.js';
import { keysIn } from '../../src/lab/keys.js';
import { down, machineOf, shellTo, up, type LabSurroundings } from '../../src/lab/lab.js';
import { machineFacts } from '../../src/lab/machine-facts.js';
import { placesIn, placesOf } from '../../src/lab/places.js';
import { bootHost, cutPower, type BootWish } from '../../src/lab/power.js';
import { runProgram } from '../../src/lab/program.js';
import { Progress } from '../../src/lab/progress.js';
import { programsFor, whatIsMissing } from '../../src/lab/requirements.js';
import { hostShape } from '../../src/lab/shape.js';
import { shellWord } from '../../src/shared/shell-word.js';
import { systemClock } from '../../src/system.js';

export interface TestLab {
  /** Of a Berth on its hosts. */
  readonly configuration: ReturnType<typeof berthConfiguration>;
  /** Over mutual TLS, by the number of the host, as are the lists below. */
  readonly uris: readonly string[];
  readonly tcpUris: readonly string[];
  readonly sshPorts: readonly number[];
  /** What a command on a host prints; throws when it fails. */
  shell(host: string, command: string, limitMs?: number): Promise<string>;
  /** Puts files and folders of this machine below a folder of the host, each by its name alone. */
  copy(host: string, folder: string, paths: readonly string[]): Promise<void>;
  /** As by its plug. */
  cutPower(host: string): Promise<void>;
  /** From its disk. */
  boot(host: string, wish: BootWish): Promise<void>;
  /** Both. */
  powerCycle(host: string, wish: BootWish): Promise<void>;
  down(): Promise<void>;
}

/** Building one and booting it may be part of it. */
export const labLimitMs = 30 * 60_000;
const shellLimitMs = 120_000;
const copyLimitMs = 300_000;

const usual = () => placesOf({ environment: process.env, home: homedir });
const quiet = () => new Progress(systemClock, () => undefined);

/** In one line; undefined when a lab can be up here. */
export async function missingLab(hosts = 1): Promise<string | undefined> {
  const { top, parts } = usual();
  const names = await currentNames(hosts);
  const toMake = await partsToMake(parts, names, quiet());
  const build = toMake.has(names.qemu) || toMake.has(names.image);
  const facts = await machineFacts(top, Object.keys(programsFor({ build })));
  const missing = whatIsMissing(facts, { hosts, build, folder: parts });
  return missing.length === 0 ? undefined : missing.join(' ');
}

const connectTries = 5;
/** A busy host is slower than ssh's patience: the command has not begun then. */
const isTooBusy = (said: string): boolean => /timed out during banner exchange/.test(said);

export async function startLab(wish: {
  readonly hosts: number;
  readonly wires: number;
  readonly functions: number;
}): Promise<TestLab> {
  const top = await mkdtemp(join(tmpdir(), 'berth-lab-'));
  const around: LabSurroundings = {
    places: placesIn(top, usual().parts),
    clock: systemClock,
    progress: quiet(),
    environment: process.env,
  };
  try {
    const record = await up(around, { ...wish, install: false });
    const { client } = keysIn(join(machineOf(around, record).parts.image, 'keys'));
    const hosts = record.hosts.map(({ index, ports }) => ({ shape: hostShape(index), ports }));
    return {
      configuration: berthConfiguration(hosts, record.wires, client),
      uris: record.hosts.map(({ ports }) => tlsUri(ports, client)),
      tcpUris: record.hosts.map(({ ports }) => tcpUri(ports)),
      sshPorts: record.hosts.map(({ ports }) => ports.ssh),
      shell: async (host, command, limitMs = shellLimitMs) => {
        const address = await shellTo(around, host);
        for (let tries = 1; ; tries += 1) {
          const { code, stdout, said } = await inHost(address, command, limitMs);
          if (code === 0) return stdout;
          if (!isTooBusy(said) || tries === connectTries) throw new Error(`${command} on ${host}: ${said}`);
        }
      },
      copy: async (host, folder, paths) => {
        const names = paths.flatMap((path) => ['-C', dirname(path), basename(path)]);
        const unpack = `mkdir -p ${folder} && tar x -C ${folder}`;
        const ssh = [...sshArguments(await shellTo(around, host), true), unpack];
        const pipe = `tar c --dereference ${names.map(shellWord).join(' ')} | ssh ${ssh.map(shellWord).join(' ')}`;
        await runProgram('bash', ['-o', 'pipefail', '-c', pipe], { limitMs: copyLimitMs });
      },
      cutPower: (host) => cutPower(around, host),
      boot: (host, wish) => bootHost(around, host, wish),
      powerCycle: async (host, boot) => {
        await cutPower(around, host);
        await bootHost(around, host, boot);
      },
      down: async () => {
        await down(around);
        await rm(top, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await down(around);
    await rm(top, { recursive: true, force: true });
    throw error;
  }
}
