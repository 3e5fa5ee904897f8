/**
 * A disk or network that a domain uses is never removed, whoever owns the domain.
 */
import { EngineError, type DomainInfo, type Engine } from '../../engine/engine.js';
import type { DomainReading } from '../../libvirt-xml/domain-reading.js';
import { readDomain } from '../../libvirt-xml/read-domain.js';
import type { AuditEntry } from './audit-view.js';

type Thing = Pick<AuditEntry, 'kind' | 'pool' | 'name'>;

/** Throws Conflict when a domain of the host, running or not, uses it. */
export async function refuseInUse(engine: Engine, thing: Thing): Promise<void> {
  const uses = await usesOf(engine, thing);
  if (uses === undefined) return;
  for (const domain of await engine.listDomains()) {
    const reading = await readingOf(engine, domain);
    if (reading === undefined || !uses(reading)) continue;
    throw new EngineError('Conflict', engine.hostId, `domain ${domain.name} (${domain.uuid}) uses it`);
  }
}

async function usesOf(
  engine: Engine,
  { kind, pool = '', name }: Thing,
): Promise<((domain: DomainReading) => boolean) | undefined> {
  if (kind === 'network') return ({ interfaces }) => interfaces.some((card) => card.network === name);
  if (kind !== 'volume') return undefined;
  const path = (await engine.listVolumes(pool)).find((volume) => volume.name === name)?.path;
  return path === undefined
    ? undefined
    : ({ disks, serialLog }) => serialLog === path || disks.some((disk) => disk.path === path);
}

/** Undefined: it has been removed since. */
async function readingOf(engine: Engine, { uuid }: DomainInfo): Promise<DomainReading | undefined> {
  try {
    return readDomain(await engine.domainXml(uuid));
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'NotFound') return undefined;
    throw error;
  }
}
