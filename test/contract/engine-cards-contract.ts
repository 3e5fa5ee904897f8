/** Contract of network cards that come and go, on a domain that is defined and on one that runs. */
import { afterEach, beforeEach, describe, expect, it as plainIt } from '@jest/globals';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { vnfcId } from '../../src/shared/ids.js';
import { failureOf, type Use } from './engine-contract.js';

const uuid = vnfcId('11111111-2222-4333-8444-00000000ca4d');
const mac = '52:54:00:00:0c:a1';

const network = 'berth-cards';

export function engineCardsContract(use: Use): void {
  describe('cards', () => {
    cardsContract(use);
  });
}

function cardsContract({ engine, bench, itWith }: Use): void {
  const card = (of: { readonly mac?: string; readonly network?: string } = {}) => `<interface type='network'>
    <mac address='${of.mac ?? mac}'/><source network='${of.network ?? network}'/><model type='virtio'/>
  </interface>`;
  afterEach(async () => {
    await engine().removeDomain(uuid);
    await engine().removeNetwork(network);
  });
  const macsNow = async () => readDomain(await engine().domainXml(uuid)).interfaces.map((one) => one.mac);
  const macsDefined = async () =>
    readDomain(await engine().domainXml(uuid, 'defined')).interfaces.map((one) => one.mac);

  describe.each([false, true])('a card of a domain (which runs: %s)', (runs) => {
    const it = itWith(runs ? 'hot-plug' : 'cards');
    beforeEach(async () => {
      await engine().removeDomain(uuid);
      await engine().ensureNetwork({ name: network, bridge: 'bvlcards' });
      await engine().ensureDomain(bench.domainXml({ uuid, name: 'berth-cards' }));
      if (runs) await engine().ensureStarted(uuid);
    });

    it('is plugged once, and is in the definition', async () => {
      await engine().ensureCard(uuid, card());
      await engine().ensureCard(uuid, card());
      expect(await macsNow()).toEqual([mac]);
      expect(await macsDefined()).toEqual([mac]);
    });

    it('is taken out of both, and one that is not there is out already', async () => {
      await engine().ensureCard(uuid, card());
      await engine().removeCard(uuid, card(), 10_000);
      await engine().removeCard(uuid, card(), 10_000);
      expect(await macsNow()).toEqual([]);
      expect(await macsDefined()).toEqual([]);
    });

    it('is a conflict where another has its MAC address, and that one is not taken for it', async () => {
      await engine().ensureCard(uuid, card());
      const elsewhere = card({ network: 'elsewhere' });
      expect(await failureOf(engine().ensureCard(uuid, elsewhere))).toBe('Conflict');
      await engine().removeCard(uuid, elsewhere, 10_000);
      expect(await macsNow()).toEqual([mac]);
    });

    it('stays with the others of the domain', async () => {
      await engine().ensureCard(uuid, card());
      await engine().ensureCard(uuid, card({ mac: '52:54:00:00:0c:a2' }));
      await engine().removeCard(uuid, card(), 10_000);
      expect(await macsNow()).toEqual(['52:54:00:00:0c:a2']);
      expect(await macsDefined()).toEqual(['52:54:00:00:0c:a2']);
    });

    it('is rejected when its text is not XML', async () => {
      expect(await failureOf(engine().ensureCard(uuid, '<interface'))).toBe('Rejected');
      expect(await failureOf(engine().removeCard(uuid, '<interface', 1))).toBe('Rejected');
    });
  });

  plainIt('has no card of a domain that is not there', async () => {
    await engine().removeDomain(uuid);
    expect(await failureOf(engine().ensureCard(uuid, card()))).toBe('NotFound');
    expect(await failureOf(engine().removeCard(uuid, card(), 1))).toBe('NotFound');
  });
}
