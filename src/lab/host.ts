/**
 * One host of the lab as a process: started from its image or from its frozen state, waited for, frozen.
 */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, SteadyClock } from '../shared/clock.js';
import { shellWord } from '../shared/shell-word.js';
import { argumentsOnBuses } from './buses.js';
import { inHost, type ShellAddress } from './host-shell.js';
import { keysIn } from './keys.js';
import { Monitor, statusIn } from './monitor.js';
import { frozenFiles, hostFiles, imageFiles, runFolder, type Places } from './places.js';
import type { HostPorts } from './ports.js';
import { endProcess, hostProcesses, type EndSignal } from './processes.js';
import { runProgram } from './program.js';
import { qemuArguments } from './qemu-arguments.js';
import { qemuProgram } from './qemu-program.js';
import type { HostShape } from './shape.js';
import { whyNoTls } from './tls-answer.js';
import { argumentsWithout, type LeftOut } from './without.js';

/** The folders of the parts that hosts are started from. */
export interface BuiltParts {
  readonly qemu: string;
  readonly image: string;
}

export interface Host {
  readonly shape: HostShape;
  readonly ports: HostPorts;
  readonly wires: number;
  readonly wirePorts: readonly number[];
  /** The part with its frozen state; absent for a cold boot. */
  readonly frozen?: string;
}

export interface Machine {
  readonly places: Places;
  readonly parts: BuiltParts;
  readonly clock: Clock;
}

const startLimitMs = 120_000;
/** Long limits: a busy machine takes many times as long as an idle one. */
export const bootLimitMs = 15 * 60_000;

export const shellOf = ({ places, parts }: Machine, { ports }: Host): ShellAddress => ({
  port: ports.ssh,
  key: keysIn(join(parts.image, 'keys')).ssh,
  knownHosts: places.knownHosts,
});

/** Resolves once QEMU runs, before the host has booted. */
export async function startHost({ places, parts }: Machine, host: Host): Promise<void> {
  const folder = runFolder(places, host.shape.name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const image = imageFiles(parts.image);
  const files = hostFiles(folder, image);
  const frozen = host.frozen === undefined ? undefined : frozenFiles(host.frozen);
  const img = qemuProgram(parts.qemu, 'qemu-img');
  const layer = ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', frozen?.disk ?? image.disk, files.disk];
  await runProgram(img.program, [...img.args, ...layer], within(img.environment));
  await startQemu(parts, qemuArguments({ ...host, files, ...(frozen && { state: frozen.state }) }));
}

/** From its disk as it is; the frozen state, which does not fit that disk any more, is not read. */
export async function bootFromDisk(
  { places, parts }: Machine,
  host: Host,
  { without, buses }: { readonly without?: LeftOut | undefined; readonly buses?: readonly number[] | undefined } = {},
): Promise<void> {
  const files = hostFiles(runFolder(places, host.shape.name), imageFiles(parts.image));
  await startQemu(parts, argumentsOnBuses(argumentsWithout(qemuArguments({ ...host, files }), without), buses));
}

async function startQemu(parts: BuiltParts, args: readonly string[]): Promise<void> {
  const qemu = qemuProgram(parts.qemu, 'qemu-system-x86_64');
  await runProgram(qemu.program, [...qemu.args, ...args], within(qemu.environment));
}

const within = (environment: Readonly<Record<string, string>>) => ({
  limitMs: startLimitMs,
  environment,
});

/** A frozen host is paused until its state is loaded and it is resumed. */
export async function goOn({ places, clock }: Machine, { shape }: Host): Promise<void> {
  const monitor = await Monitor.open(join(runFolder(places, shape.name), 'monitor'));
  try {
    await waitFor(clock, startLimitMs, `QEMU of ${shape.name} reads its frozen state`, async () => {
      const status = statusIn(await monitor.execute('query-status'));
      return status === 'inmigrate' ? `it is ${status}` : undefined;
    });
    await monitor.execute('cont');
  } finally {
    monitor.close();
  }
}

/** Until it has the right date and libvirt answers over TLS. */
export async function untilAnswers(machine: Machine, host: Host, limitMs: number): Promise<void> {
  const { clock } = machine;
  const { shape, ports } = host;
  const shell = shellOf(machine, host);
  const settle = async (): Promise<string | undefined> => {
    await expectAlive(machine, shape);
    // The clock of a frozen host stood still.
    const nowMs = clock.now();
    const { code, said } = await inHost(shell, `date --set=@${Math.round(nowMs / 1000)} >/dev/null`, 60_000);
    return code === 0 ? undefined : said.trim() || `ssh ended with ${code}`;
  };
  await waitFor(clock, limitMs, `${shape.name} answers over ssh`, settle);
  const { client } = keysIn(join(machine.parts.image, 'keys'));
  await waitFor(clock, limitMs, `libvirt of ${shape.name} answers`, () => whyNoTls(ports.libvirtTls, client, 30_000));
}

async function expectAlive({ places }: Machine, { name }: HostShape): Promise<void> {
  if ((await hostProcesses(places.run)).some(({ host }) => host === name)) return;
  const log = join(runFolder(places, name), 'console.log');
  const said = (await readFile(log, 'utf8')).trim().split('\n').slice(-5).join(' | ');
  throw new Error(`QEMU of ${name} has ended; the last lines of its console (${log}): ${said || 'none'}`);
}

/** `look` returns why not yet, undefined when it is ready. */
async function waitFor(
  clock: SteadyClock,
  limitMs: number,
  what: string,
  look: () => Promise<string | undefined>,
): Promise<void> {
  const from = clock.elapsedMs();
  for (let why = await look(); why !== undefined; why = await look()) {
    if (clock.elapsedMs() - from > limitMs)
      throw new Error(`${what}: not within ${limitMs / 1000} s; last reason: ${why}`);
    await clock.sleep(200);
  }
}

/** Writes the state of a host that was booted, and its disk, to the folder; its QEMU has ended then. */
export async function freezeHost(machine: Machine, { shape }: Host, folder: string): Promise<void> {
  const { places, parts, clock } = machine;
  const running = runFolder(places, shape.name);
  const frozen = frozenFiles(folder);
  const monitor = await Monitor.open(join(running, 'monitor'));
  try {
    await monitor.execute('stop');
    await monitor.execute('migrate-set-parameters', { 'max-bandwidth': 8 * 1024 ** 3 });
    await monitor.execute('migrate', { uri: `exec:zstd -q -T2 -3 -o ${shellWord(frozen.state)}` });
    await waitFor(clock, bootLimitMs, `${shape.name} is frozen`, async () => {
      const status = statusIn(await monitor.execute('query-migrate'));
      if (status === 'failed') throw new Error(`QEMU could not write the state of ${shape.name} to ${frozen.state}`);
      return status === 'completed' ? undefined : `it is ${status ?? 'not begun'}`;
    });
  } finally {
    monitor.close();
  }
  await endHosts(machine, [shape.name]);
  await runProgram('zstd', ['-tq', frozen.state], { limitMs: startLimitMs });
  await rename(join(running, 'disk.qcow2'), frozen.disk);
  // By a relative path, so that the parts may be moved or packed.
  const img = qemuProgram(parts.qemu, 'qemu-img');
  const below = join('..', parts.image.slice(places.parts.length + 1), 'disk.qcow2');
  await runProgram(img.program, [...img.args, 'rebase', '-u', '-F', 'qcow2', '-b', below, frozen.disk], {
    ...within(img.environment),
  });
  await rm(running, { recursive: true, force: true });
}

const rounds = 10;

/** Stops the named hosts, or all. Repeats until no process is found, since a starting one may still become another. */
export async function endHosts(
  { places, clock }: Pick<Machine, 'places' | 'clock'>,
  names?: readonly string[],
  first: EndSignal = 'SIGTERM',
): Promise<number> {
  let ended = 0;
  for (let round = 1; round <= rounds; round++) {
    const all = await hostProcesses(places.run);
    const found = all.filter(({ host }) => names === undefined || names.includes(host));
    if (found.length === 0) return ended;
    await Promise.all(found.map((each) => endProcess(each, clock, first)));
    ended += found.length;
  }
  throw new Error(`Something starts QEMU in ${places.run} again and again: end it, then run \`berth lab down\`.`);
}
