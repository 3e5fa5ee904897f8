/**
 * Domains of Berth: they have its metadata, or the database knows them. The metadata may have been removed, and resources
 * of a VNFC must not count as foreign in addition to its claims.
 */
import type { OwnDomains } from '../../../engine/engine.js';
import type { InstallationId } from '../../../shared/ids.js';
import type { Ownership } from '../../../store/ownership.js';

export const ownDomains = (store: Pick<Ownership, 'vnfcStanding'>, installation: InstallationId): OwnDomains => ({
  installation,
  held: async (uuids) => {
    const standing = await store.vnfcStanding(uuids);
    return new Set(uuids.filter((uuid) => standing.get(uuid) === 'held'));
  },
});
