/**
 * Recreates removed resources of a VNFC before it starts. Existing ones are not changed; if content cannot be restored, that
 * is reported or refused.
 */
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import { lostDisksParameter } from '../../lifecycle/plan-start.js';
import { isFileOf } from '../../lifecycle/naming.js';
import { nothingToUndo, type StepHandler } from './handler.js';

type Volume = StepInputs['restore-volume'];

/** A disk whose content cannot be restored. */
export class DiskLost extends Error {
  constructor({ hostId, vnfcId, pool, name }: Volume, isAllGone: boolean) {
    const where = `disk ${name} of VNFC ${vnfcId} is gone from pool ${pool} of host ${hostId}`;
    const why = isAllGone ? ', with all other files of the VNFC: the file system of the pool may not be mounted' : '';
    const back = isAllGone ? 'bring them back' : 'put it back';
    const next = `${back} and retry; or fail this operation and operate to STARTED with additionalParams {"${lostDisksParameter}": true}, which recreates it without what it held`;
    super(`${where}${why}: ${next}`);
    this.name = 'DiskLost';
  }
}

export const restoreVolume: StepHandler<'restore-volume'> = {
  onLostHost: 'refuse',
  async run(volume, { engine }) {
    const { hostId, vnfcId, pool, name, base, capacityBytes, ifLost } = volume;
    const host = engine(hostId);
    const there = await host.listVolumes(pool);
    const found = there.find((each) => each.name === name);
    if (found !== undefined) return { path: found.path };
    const isAllGone = !there.some((each) => isFileOf(vnfcId, each.name));
    if (ifLost === 'refuse' || (ifLost === 'make-beside-others' && isAllGone)) throw new DiskLost(volume, isAllGone);
    const made =
      base === undefined
        ? await host.ensureBlank({ pool, name }, capacityBytes)
        : await host.ensureOverlay({ pool, name }, { pool, name: base }, capacityBytes);
    return { path: made.path, warning: lossOf(volume) };
  },
  undo: nothingToUndo,
};

const lossOf = ({ hostId, vnfcId, pool, name, base }: Volume): string =>
  `Disk ${name} of VNFC ${vnfcId} was gone from pool ${pool} of host ${hostId} and was recreated ${base === undefined ? 'empty' : 'from its image'}; what was written to it is lost.`;

export const restoreDomain: StepHandler<'restore-domain'> = {
  onLostHost: 'refuse',
  async run({ hostId, vnfcId, xml }, { engine }) {
    const found = (await engine(hostId).listDomains()).find((domain) => domain.uuid === vnfcId);
    if (found !== undefined && found.isTransient !== true) return { name: found.name };
    const domain = await engine(hostId).ensureDomain(xml);
    return {
      name: domain.name,
      warning: `Domain ${domain.name} was not defined on host ${hostId} and was defined again.`,
    };
  },
  undo: nothingToUndo,
};
