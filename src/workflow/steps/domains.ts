/**
 * The domain of a VNFC: defined, started, stopped, removed.
 */
import { nothingToUndo, type StepHandler } from './handler.js';
import { removeOrLeave } from './leave.js';

export const defineDomain: StepHandler<'define-domain'> = {
  async run({ hostId, xml }, { engine }) {
    const domain = await engine(hostId).ensureDomain(xml);
    return { name: domain.name };
  },
  undo: ({ hostId, vnfcId }, { engine }) => engine(hostId).removeDomain(vnfcId),
};

export const startDomain: StepHandler<'start-domain'> = {
  async run({ hostId, vnfcId }, { engine, saw }) {
    const domain = await engine(hostId).ensureStarted(vnfcId);
    saw(hostId, domain);
    return domain.pid === undefined ? { state: domain.state } : { state: domain.state, pid: domain.pid };
  },
  /** Off, and the console's log gone; the definition is the undo of define-domain. */
  async undo({ hostId, vnfcId, pool, serialLog, bases = [] }, context) {
    const engine = context.engine(hostId);
    const domains = await engine.listDomains();
    if (domains.some((domain) => domain.uuid === vnfcId)) await engine.ensureStopped(vnfcId, 0);
    await removeOrLeave({ hostId, vnfcId, pool, names: [serialLog], bases }, context);
  },
};

export const stopDomain: StepHandler<'stop-domain'> = {
  /** The guest has `gracefulMs` in all, however often the operation is taken over meanwhile. */
  async run({ hostId, vnfcId, gracefulMs }, { engine, saw, wait }) {
    const domains = await engine(hostId).listDomains();
    if (!domains.some((domain) => domain.uuid === vnfcId)) return { state: 'absent' };
    const domain = await wait.during('graceful stop', (spentMs) =>
      engine(hostId).ensureStopped(vnfcId, Math.max(0, gracefulMs - spentMs)),
    );
    saw(hostId, domain);
    return { state: domain.state, reason: domain.reason };
  },
  undo: nothingToUndo,
};

export const removeDomain: StepHandler<'remove-domain'> = {
  async run({ hostId, vnfcId }, { engine }) {
    await engine(hostId).removeDomain(vnfcId);
    return undefined;
  },
  undo: nothingToUndo,
};
