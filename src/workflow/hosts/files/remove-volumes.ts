/**
 * Removes the files of a VNFC from a pool: the named ones, rotated console logs (`<log>.<number>`), and
 * overlays that snapshots put on its disks. Reports what stays and why, and does not mistake a missing pool, or one whose
 * file system is not mounted, for an empty one.
 */
import { readDomain } from '../../../libvirt-xml/read-domain.js';
import { EngineError, reasonOf, type Engine, type PresentVolume } from '../../../engine/engine.js';

export interface Removal {
  readonly pool: string;
  readonly names: readonly string[];
  /** Base images whose presence shows that the pool is the one that the files were written to. */
  readonly bases: readonly string[];
}

export interface Left {
  readonly name: string;
  readonly reason: string;
}

export async function removeVolumes(engine: Engine, removal: Removal): Promise<readonly Left[]> {
  const { pool, names } = removal;
  const looked = await presentIn(engine, pool);
  if ('why' in looked) return names.map((name) => ({ name, reason: looked.why }));
  const all = looked.present;
  const targets = targetsOf(removal, all);
  if (targets.length === 0 && isAnotherPlace(removal, all)) {
    const reason = `pool ${pool} holds neither ${names.join(', ')} nor the base image below: its file system may not be mounted`;
    return names.map((name) => ({ name, reason }));
  }
  const kept = await usedByOthers(engine, targets, names, all);
  for (const { name } of targets) if (!kept.has(name)) await engine.removeVolume({ pool, name });
  // Overlays of a file that stays are found again through it.
  return [...kept].filter(([name]) => names.includes(name)).map(([name, reason]) => ({ name, reason }));
}

type Looked = { readonly present: readonly PresentVolume[] } | { readonly why: string };

async function presentIn(engine: Engine, pool: string): Promise<Looked> {
  try {
    return { present: await engine.presentVolumes(pool) };
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'NotFound') return { why: reasonOf(error) };
    throw error;
  }
}

const isAnotherPlace = ({ bases }: Removal, present: readonly PresentVolume[]): boolean =>
  bases.length > 0 && !present.some(({ name }) => bases.includes(name));

/** The named files, their rotations and all overlays on them; overlays before their bases. */
function targetsOf({ names }: Removal, present: readonly PresentVolume[]): readonly PresentVolume[] {
  const targets = present.filter(({ name }) => names.some((one) => isOf(name, one)));
  for (let found: readonly PresentVolume[] = targets; found.length > 0;) {
    const below = new Set(found.map(({ path }) => path));
    found = present.filter((one) => below.has(one.backingPath ?? '') && !targets.includes(one));
    targets.unshift(...found);
  }
  return targets;
}

const isOf = (name: string, named: string): boolean =>
  name === named ||
  (named.endsWith('.log') && name.startsWith(`${named}.`) && /^\d+$/.test(name.slice(named.length + 1)));

/** Targets that a foreign domain uses, with their backing files. Only overlays can be foreign. */
async function usedByOthers(
  engine: Engine,
  targets: readonly PresentVolume[],
  names: readonly string[],
  present: readonly PresentVolume[],
): Promise<ReadonlyMap<string, string>> {
  const kept = new Map<string, string>();
  const overlays = targets.filter(({ name }) => !names.some((one) => isOf(name, one)));
  if (overlays.length === 0) return kept;
  for (const { uuid, name } of await engine.listDomains()) {
    const paths = new Set(readDomain(await engine.domainXml(uuid)).disks.map(({ path }) => path));
    for (const overlay of overlays.filter(({ path }) => paths.has(path))) {
      const chain = chainOf(overlay, present).filter((one) => targets.includes(one));
      for (const one of chain) kept.set(one.name, `domain ${name} (${uuid}) uses ${overlay.path}`);
    }
  }
  return kept;
}

function chainOf(top: PresentVolume, present: readonly PresentVolume[]): readonly PresentVolume[] {
  const chain = [top];
  for (let one = below(top, present); one !== undefined && !chain.includes(one); one = below(one, present))
    chain.push(one);
  return chain;
}

const below = ({ backingPath }: PresentVolume, present: readonly PresentVolume[]): PresentVolume | undefined =>
  backingPath === undefined ? undefined : present.find(({ path }) => path === backingPath);
