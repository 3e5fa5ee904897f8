/**
 * Shared vCPUs need a share of the host's reserved CPUs, up to its ratio. A host that reserves none takes none: CPUs
 * that may be dedicated tomorrow are no place for a guest that stays.
 */
import { sharedShort, sharedShortOnCell } from '../explanation/shortage.js';
import { met, type RoomConstraint } from './constraint.js';
import { noCellServes } from './no-cell-serves.js';

export const sharedCpus: RoomConstraint = {
  name: 'shared-cpus',
  refuse: (ask, free) => {
    if (ask.sharedVcpus === 0) return met;
    const host = sharedShort(ask, free).map((short) => short.text);
    if (host.length > 0) return host;
    return noCellServes(ask, free, (guest, at) => sharedShortOnCell(ask, guest, free, at));
  },
};
