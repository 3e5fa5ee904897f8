/** Contract of hosts: what an operator decided about them survives, facts are the last known. */
import { describe, expect, it } from '@jest/globals';
import { hostId } from '../../src/shared/ids.js';
import { ofType, refusalOf, valueOf, type UseStore } from './store-contract.js';
import { smallFacts } from './store-samples.js';

const h1 = hostId('h1');

export function storeHostsContract(use: UseStore): void {
  describe('hosts', () => {
    it('are active at first, and keep their admin state while their zone follows the configuration', async () => {
      const made = await use().ensureHost(h1, 'west');
      expect(made).toEqual({ id: 'h1', zone: 'west', adminState: 'active', generation: 1 });
      valueOf(await use().setHostAdminState(h1, 'down'));
      expect(await use().ensureHost(h1, 'east')).toMatchObject({ zone: 'east', adminState: 'down' });
      expect(await use().hosts()).toHaveLength(1);
    });

    it('keep the last facts known', async () => {
      await use().ensureHost(h1, 'west');
      await use().saveHostFacts(h1, smallFacts);
      await use().saveHostFacts(h1, { ...smallFacts, hostname: 'renamed' });
      expect((await use().hosts())[0]?.facts).toEqual({ ...smallFacts, hostname: 'renamed' });
      await expect(use().saveHostFacts(hostId('x'), smallFacts)).rejects.toThrow('x');
    });

    it('refuse an admin state when unknown, and are of a new generation only when it changes', async () => {
      expect(refusalOf(await use().setHostAdminState(hostId('x'), 'down'))).toEqual(ofType('not-found'));
      await use().ensureHost(h1, 'west');
      expect(valueOf(await use().setHostAdminState(h1, 'active')).generation).toBe(1);
      expect(valueOf(await use().setHostAdminState(h1, 'draining')).generation).toBe(2);
    });
  });
}
