/**
 * The parts of a lab, built when they are missing, damaged or of an older recipe; and the archive that transfers them to
 * another machine.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { agoMs, type Clock } from '../shared/clock.js';
import { buildImage, buildQemu, debianMirror, qemuImgOf } from './build.js';
import { freePorts } from './free-ports.js';
import {
  bootLimitMs,
  endHosts,
  freezeHost,
  shellOf,
  startHost,
  untilAnswers,
  type Host,
  type Machine,
} from './host.js';
import { inHost, knownHostsText } from './host-shell.js';
import { makePart, markUsed, partName, partState, removeOld } from './parts.js';
import { recipeFolder, type Places } from './places.js';
import { portPlan, portsWanted } from './ports.js';
import { runProgram } from './program.js';
import type { Progress } from './progress.js';
import { makeRunFolder } from './run-folder.js';
import { frozenKey, partKeys, readRecipe, type PartKeys } from './recipe.js';
import { hostShape, hostShapes, mostHosts } from './shape.js';

export interface Names {
  readonly qemu: string;
  readonly image: string;
  /** By the number of the host. */
  readonly frozen: readonly string[];
}

export const namesOf = (keys: PartKeys, hosts: number): Names => ({
  qemu: partName('qemu', keys.qemu),
  image: partName('image', keys.image),
  frozen: hostShapes(hosts).map((shape) => partName(`frozen-${shape.name}`, frozenKey(keys, shape))),
});

export const currentNames = async (hosts: number): Promise<Names> =>
  namesOf(partKeys(await readRecipe(recipeFolder())), hosts);

/** The named parts that have to be built; reports why an existing one cannot be used. */
export async function partsToMake(parts: string, names: Names, progress: Progress): Promise<ReadonlySet<string>> {
  const all = [names.qemu, names.image, ...names.frozen];
  const states = await Promise.all(all.map((name) => partState(join(parts, name))));
  const toMake = new Set<string>();
  for (const [index, name] of all.entries()) {
    const state = states[index];
    if (state === undefined || state.state === 'whole') continue;
    toMake.add(name);
    if (state.state === 'damaged') progress.tell(`${join(parts, name)} is damaged (${state.because}) and is rebuilt.`);
  }
  // A frozen host depends on the disk of its image and on its QEMU.
  if (toMake.has(names.qemu) || toMake.has(names.image)) for (const name of names.frozen) toMake.add(name);
  return toMake;
}

export interface CacheWork {
  readonly machine: Machine;
  readonly names: Names;
  readonly toMake: ReadonlySet<string>;
  readonly progress: Progress;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export async function makeParts(work: CacheWork): Promise<void> {
  const { machine, names, toMake, progress, environment } = work;
  const { parts } = machine.places;
  const recipe = recipeFolder();
  const mirror = await debianMirror(environment);
  if (toMake.has(names.qemu))
    await progress.step(`QEMU from Debian packages (${mirror})`, () =>
      makePart(parts, names.qemu, (folder) => buildQemu(folder, recipe, mirror)),
    );
  const qemuImg = qemuImgOf(join(parts, names.qemu));
  if (toMake.has(names.image))
    await progress.step('The image of a host from Debian packages', () =>
      makePart(parts, names.image, (folder) => buildImage(folder, { recipe, mirror, qemuImg })),
    );
  for (const [index, name] of names.frozen.entries()) if (toMake.has(name)) await freezeOne(work, index, name);
}

const keptMs = 14 * 24 * 3600_000;

/** Removes parts of older recipes that no lab has used for two weeks. */
export async function tidy(places: Places, names: Names, clock: Clock): Promise<readonly string[]> {
  const nowMs = clock.now();
  for (const name of [names.qemu, names.image, ...names.frozen]) await markUsed(join(places.parts, name), nowMs);
  return removeOld(places.parts, (usedAtMs) => agoMs(clock, usedAtMs) > keptMs);
}

/** One after another, since two booting hosts slow each other down. */
async function freezeOne({ machine, progress }: CacheWork, index: number, name: string): Promise<void> {
  const { places, parts } = machine;
  const free = await freePorts(portsWanted(1, 0));
  const [ports] = portPlan(1, free.tcp, []).hosts;
  if (ports === undefined) throw new Error('no ports for one host');
  const host: Host = { shape: hostShape(index), ports, wires: 1, wirePorts: [] };
  const { name: hostName } = host.shape;
  await makeRunFolder(places.run);
  await writeFile(places.knownHosts, knownHostsText([ports.ssh], await hostKeyOf(parts.image)));
  try {
    await progress.step(`${hostName} boots`, async () => {
      await startHost(machine, host);
      await untilAnswers(machine, host, bootLimitMs);
      await settle(machine, host);
    });
    await progress.step(`${hostName} is frozen`, () =>
      makePart(places.parts, name, (folder) => freezeHost(machine, host, folder)),
    );
  } finally {
    await endHosts(machine, [hostName]);
  }
}

export const hostKeyOf = (image: string): Promise<string> => readFile(join(image, 'keys', 'ssh', 'host.pub'), 'utf8');

/** Waits until devices are detected, then empties the page cache. */
async function settle(machine: Machine, host: Host): Promise<void> {
  const command = [
    'systemctl is-system-running --wait >/dev/null',
    'virsh --quiet capabilities >/dev/null && virsh --quiet nodedev-list >/dev/null || exit 1',
    'sync && echo 3 > /proc/sys/vm/drop_caches',
  ].join('; ');
  const { code, said } = await inHost(shellOf(machine, host), command, bootLimitMs);
  if (code !== 0)
    throw new Error(`${host.shape.name} booted, but its libvirt does not know its devices: ${said.trim()}`);
}

const packLimitMs = 20 * 60_000;

/** Writes every complete part of this recipe to one file, the keys of the lab included. */
export async function pack(places: Places, toFile: string): Promise<readonly string[]> {
  const names = await currentNames(mostHosts);
  const whole: string[] = [];
  for (const name of [names.qemu, names.image, ...names.frozen])
    if ((await partState(join(places.parts, name))).state === 'whole') whole.push(name);
  if (!whole.includes(names.qemu) || !whole.includes(names.image))
    throw new Error(`${places.parts} has no built lab to pack: run \`berth lab up\` first.`);
  const part = `${resolve(toFile)}.${randomUUID()}.part`;
  // Before keys are in it.
  await writeFile(part, '', { flag: 'wx', mode: 0o600 });
  try {
    const args = ['--create', '--use-compress-program', 'zstd -q -T2 -3', '--file', part, '--directory', places.parts];
    await runProgram('tar', [...args, ...whole], { limitMs: packLimitMs });
    await rename(part, toFile);
  } finally {
    await rm(part, { force: true });
  }
  return whole;
}

/** Existing parts stay; those of the file are verified like any others before they are used. */
export async function unpack(places: Places, file: string): Promise<void> {
  await mkdir(places.parts, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(places.parts, '.unfinished-unpacked-'));
  try {
    const args = ['--extract', '--use-compress-program', 'zstd -q', '--file', resolve(file), '--directory', folder];
    await runProgram('tar', [...args, '--no-same-owner'], { limitMs: packLimitMs });
    const { qemu, image, frozen } = await currentNames(mostHosts);
    const fits = await Promise.all([qemu, image].map((name) => partState(join(folder, name))));
    if (fits.some(({ state }) => state === 'absent'))
      throw new Error(`${file} is no lab of this version of Berth: pack it again there, or leave --cache out.`);
    for (const name of [qemu, image, ...frozen]) await placeIfNeeded(join(folder, name), join(places.parts, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function placeIfNeeded(from: string, to: string): Promise<void> {
  if ((await partState(from)).state === 'absent' || (await partState(to)).state === 'whole') return;
  await rm(to, { recursive: true, force: true });
  await rename(from, to);
}
