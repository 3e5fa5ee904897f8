/**
 * Domains that are Berth's own: they bear its mark, or the database has them. Somebody may have removed the mark, and what a
 * VNFC uses must not count as foreign beside its claims.
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
