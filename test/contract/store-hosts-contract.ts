/** Contract of hosts: what an operator decided about them survives, facts are the last known. */
import { describe, expect, it } from '@jest/globals';
import { hostId } from '../../src/shared/ids.js';
import { ofType, refusalOf, valueOf, type UseStore } from './store-contract.js';
import { begun, cpuClaim, planCommit, smallFacts } from './store-samples.js';
import { everyHost } from '../builders/whole-tables.js';

const h1 = hostId('h1');

export function storeHostsContract(use: UseStore): void {
  describe('hosts', () => {
    it('are active at first, and keep their admin state while their zone follows the configuration', async () => {
      const made = await use().ensureHost(h1, 'west');
      expect(made).toEqual({ id: 'h1', zone: 'west', adminState: 'active', generation: 1, revision: 1 });
      valueOf(await use().setHostAdminState(h1, 'down'));
      expect(await use().ensureHost(h1, 'east')).toMatchObject({ zone: 'east', adminState: 'down' });
      expect(await everyHost(use())).toHaveLength(1);
    });

    it('keep the last facts known', async () => {
      await use().ensureHost(h1, 'west');
      await use().saveHostFacts(h1, smallFacts);
      await use().saveHostFacts(h1, { ...smallFacts, hostname: 'renamed' });
      expect((await everyHost(use()))[0]?.facts).toEqual({ ...smallFacts, hostname: 'renamed' });
      await expect(use().saveHostFacts(hostId('x'), smallFacts)).rejects.toThrow('x');
      const together = [hostId('x'), h1].map((id) => ({ id, facts: smallFacts }));
      await use().saveFactsOfHosts(together);
      expect((await use().host(h1))?.facts).toEqual(smallFacts);
    });

    it('of a whole fleet are made and described at once, and asked without their facts', async () => {
      const fleet = Array.from({ length: 1201 }, (_, at) => ({ id: hostId(`h${String(at)}`), zone: 'west' }));
      expect(await use().ensureHosts(fleet)).toHaveLength(1201);
      valueOf(await use().setHostAdminState(h1, 'down'));
      await use().saveFactsOfHosts([{ id: h1, facts: smallFacts }]);
      const again = await use().ensureHosts(fleet.map((one) => ({ ...one, zone: 'east' })));
      expect(again.find((one) => one.id === h1)).toEqual({
        ...{ id: h1, zone: 'east', adminState: 'down', generation: 2, facts: smallFacts },
        revision: expect.any(Number),
      });
      const moments = await use().hostMoments();
      expect(moments).toHaveLength(1201);
      expect(moments.find((one) => one.id === h1)).toEqual({
        ...{ id: h1, zone: 'east', adminState: 'down', generation: 2 },
      });
      expect((await use().host(h1))?.facts).toEqual(smallFacts);
      expect(await use().host(hostId('x'))).toBeUndefined();
    });

    it('refuse an admin state when unknown, and are of a new generation only when it changes', async () => {
      expect(refusalOf(await use().setHostAdminState(hostId('x'), 'down'))).toEqual(ofType('not-found'));
      await use().ensureHost(h1, 'west');
      expect(valueOf(await use().setHostAdminState(h1, 'active')).generation).toBe(1);
      const { generation, revision } = valueOf(await use().setHostAdminState(h1, 'draining'));
      expect([generation, revision > 1]).toEqual([2, true]);
      expect(refusalOf(await use().setHostAdminState(h1, 'down', 1))).toEqual(ofType('precondition-failed'));
      expect(valueOf(await use().setHostAdminState(h1, 'down', revision)).adminState).toBe('down');
    });

    it('remember functions that are accepted, each as it was last, unless a VNFC holds it', async () => {
      const accepted = { address: '0000:01:02.0', driver: 'vfio-pci' };
      expect(refusalOf(await use().acceptFunction(h1, accepted))).toEqual(ofType('not-found'));
      await begun(use(), 'op1');
      await use().ensureHost(h1, 'west');
      const claim = cpuClaim('op1', 1, { kind: 'pci', key: '0000:01:02.1' });
      await use().commitPlan(planCommit('op1', [claim]));
      valueOf(await use().acceptFunction(h1, { address: accepted.address, mac: '02:00:00:00:00:01' }));
      valueOf(await use().acceptFunction(h1, accepted));
      const held = refusalOf(await use().acceptFunction(h1, { address: '0000:01:02.1' }));
      expect(held).toEqual(ofType('wrong-state'));
      expect(held.detail).toContain(`held by VNFC ${claim.vnfcId}`);
      expect(await use().acceptedFunctions(h1)).toEqual([accepted]);
      expect(await use().acceptedFunctions(hostId('h2'))).toEqual([]);
      await begun(use(), 'op2');
      const generation = (await use().host(h1))?.generation ?? 0;
      const taken = cpuClaim('op2', 2, { kind: 'pci', key: accepted.address });
      expect(await use().commitPlan(planCommit('op2', [taken], generation))).toEqual({ committed: true });
      expect(await use().acceptedFunctions(h1)).toEqual([]);
    });
  });
}
