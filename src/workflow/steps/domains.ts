/**
 * The domain of a VNFC: defined, started, stopped, removed.
 */
import { EngineError, type DomainInfo, type Engine } from '../../engine/engine.js';
import { readDomain } from '../../libvirt-xml/read-domain.js';
import type { VnfcId } from '../../shared/ids.js';
import type { Ownership } from '../../store/ownership.js';
import { ensureFunctions } from './functions.js';
import { nothingToUndo, type StepHandler } from './handler.js';
import { removeOrLeave } from './leave.js';

export const defineDomain: StepHandler<'define-domain'> = {
  onLostHost: 'refuse',
  async run({ hostId, xml }, { engine, store }) {
    const host = engine(hostId);
    const domain = await host.ensureDomain(xml).catch(async (error: unknown) => {
      await removePredecessor(host, xml, store, error);
      return host.ensureDomain(xml);
    });
    return { name: domain.name };
  },
  undo: ({ hostId, vnfcId }, { engine }) => engine(hostId).removeDomain(vnfcId),
};

export const startDomain: StepHandler<'start-domain'> = {
  onLostHost: 'refuse',
  async run({ hostId, vnfcId }, { engine, saw, withFunctionsNow }) {
    const vnfc = await withFunctionsNow(vnfcId, 'after');
    if (vnfc !== undefined && isOff(await engine(hostId).domain(vnfcId))) await ensureFunctions(engine(hostId), vnfc);
    const domain = await engine(hostId).ensureStarted(vnfcId);
    saw(hostId, domain);
    return domain.pid === undefined ? { state: domain.state } : { state: domain.state, pid: domain.pid };
  },
  /** Off, and the console's log gone; the definition is the undo of define-domain. */
  async undo({ hostId, vnfcId, pool, serialLog, bases }, context) {
    const engine = context.engine(hostId);
    const domains = await engine.listDomains();
    if (domains.some((domain) => domain.uuid === vnfcId)) await engine.ensureStopped(vnfcId, 0);
    await removeOrLeave({ hostId, vnfcId, pool, names: [serialLog], bases }, context);
  },
};

const isOff = ({ state }: DomainInfo): boolean => state === 'shutoff' || state === 'crashed';

export const stopDomain: StepHandler<'stop-domain'> = {
  onLostHost: 'pass',
  /** The guest has `gracefulMs` in total, across takeovers; time without a driving replica counts too. */
  async run({ hostId, vnfcId, gracefulMs }, { engine, saw, wait }) {
    const domains = await engine(hostId).listDomains();
    if (!domains.some((domain) => domain.uuid === vnfcId)) return { state: 'absent' };
    const domain = await wait.duringAlone('graceful stop', (spentMs) =>
      stopped(engine(hostId), vnfcId, Math.max(0, gracefulMs - spentMs)),
    );
    if (domain === undefined) return { state: 'absent' };
    saw(hostId, domain);
    return { state: domain.state, reason: domain.reason };
  },
  undo: nothingToUndo,
};

export const removeDomain: StepHandler<'remove-domain'> = {
  onLostHost: ({ vnfcId }) => `the domain of VNFC ${vnfcId} may still run there`,
  async run({ hostId, vnfcId }, { engine }) {
    await engine(hostId).removeDomain(vnfcId);
    return undefined;
  },
  undo: nothingToUndo,
};

/** Removes a domain of that name that the database recorded as ended and that a power cut brought back, but no other. */
async function removePredecessor(
  host: Engine,
  xml: string,
  store: Pick<Ownership, 'vnfcStanding'>,
  error: unknown,
): Promise<void> {
  if (!(error instanceof EngineError) || error.kind !== 'Conflict') throw error;
  const { name, uuid } = readDomain(xml);
  const holder = (await host.listDomains()).find((domain) => domain.name === name && domain.uuid !== uuid);
  const standing = holder && (await store.vnfcStanding([holder.uuid])).get(holder.uuid);
  if (holder === undefined || standing !== 'ended') throw error;
  await host.removeDomain(holder.uuid);
}

/** A domain whose definition was removed while it ran is gone with its end. */
async function stopped(engine: Engine, vnfcId: VnfcId, gracefulMs: number): Promise<DomainInfo | undefined> {
  try {
    return await engine.ensureStopped(vnfcId, gracefulMs);
  } catch (error) {
    if (error instanceof EngineError && error.kind === 'NotFound') return undefined;
    throw error;
  }
}
