/** PCI functions and their cards as metrics. */
import { expect, test } from '@jest/globals';
import type { Claim, PciFunction } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { showHosts } from '../../src/telemetry/host-metrics.js';
import { inTurns } from '../../src/telemetry/steps.js';
import { card, host, inGroup, linked } from '../builders/placement.js';
import { instruments } from './shown.js';
import { systemClock } from '../../src/system.js';

const claim = (kind: 'pci' | 'bandwidth', key: string, amount: number): Claim => ({
  hostId: hostId('h1'),
  kind,
  key,
  exclusive: kind === 'pci',
  amount,
  allocationId: allocationId('a'),
  vnfcId: vnfcId('a'),
  vnfInstanceId: vnfInstanceId('i'),
  opOccId: opOccId('o'),
});

const quarantine = { reason: 'it has no driver', repair: 'modprobe igbvf' };
const states: Readonly<Record<string, Partial<PciFunction>>> = {
  '0000:01:02.1': { takenBy: 'domain win11 holds it' },
  '0000:01:02.2': { takenBy: 'its card is down', takenFor: 'down' },
  '0000:01:02.3': { takenBy: 'the configuration withholds it', takenFor: 'unusable' },
  '0000:01:02.4': { takenBy: 'in quarantine', quarantine },
  '0000:01:02.5': { takenBy: 'it is gone', isGone: true },
};
const inTrouble = card(1, 0, 7).map((one) => ({ ...one, ...states[one.address] }));

function shown() {
  const { to, lines } = instruments();
  const show = async (functions: readonly PciFunction[], claims: readonly Claim[] = []) => {
    await inTurns(showHosts(to, [{ host: host('h1', { functions }), claims, freePages: [] }], []), systemClock);
    const of = async (name: string) => (await lines(name)).toSorted();
    return {
      functions: await of('berth_host_pci_functions'),
      up: await of('berth_host_card_up'),
      link: await of('berth_host_card_link_bytes_per_second'),
      claimed: await of('berth_host_card_claimed_bytes_per_second'),
    };
  };
  return show;
}

const series = (kind: string, state: string, value: number, at = '01', network = 'physnet1') =>
  `{host="h1",cell="0",card="0000:${at}:00.0",kind="${kind}",physical_network="${network}",state="${state}"} ${String(value)}`;

test('functions are counted by card and by why nobody else gets them', async () => {
  const { functions } = await shown()(inTrouble, [claim('pci', '0000:01:02.0', 1)]);
  expect(functions).toEqual(
    [
      series('pf', 'blocked', 1),
      ...['claimed', 'foreign', 'down', 'unusable', 'quarantined', 'gone', 'free'].map((state) =>
        series('vf', state, 1),
      ),
    ].toSorted(),
  );
});

test('functions without a network or alone in no IOMMU group are of no use', async () => {
  const unnamed = card(2, 0, 1).map(({ physicalNetwork: _, ...one }) => one);
  const { functions } = await shown()([...inGroup(7, card(1, 0, 1)), ...unnamed]);
  expect(functions).toEqual(
    ['pf', 'vf'].flatMap((kind) => [series(kind, 'unusable', 1), series(kind, 'unusable', 1, '02', '')]).toSorted(),
  );
});

test('nothing is left of a card or a network that is gone, and no state is shown that no function has', async () => {
  const show = shown();
  const both = [...linked(10_000, card(1, 0, 2)), ...linked(10_000, card(2, 0, 2, 'physnet2'))];
  expect((await show(both)).link).toHaveLength(2);
  const after = await show(linked(10_000, card(1, 0, 2)));
  expect(after.functions).toEqual([series('pf', 'free', 1), series('vf', 'free', 2)]);
  for (const lines of [after.up, after.link, after.claimed])
    expect(lines).toEqual([expect.stringContaining('0000:01:00.0')]);
});

test('a card shows its link in bytes, what is claimed of it, and when it is down', async () => {
  const show = shown();
  const of = (value: number) => [
    `{host="h1",cell="0",card="0000:01:00.0",device="ens1",physical_network="physnet1"} ${String(value)}`,
  ];
  const named = (change: Partial<PciFunction>) =>
    card(1, 0, 2).map((one) => (one.kind === 'pf' ? { ...one, netdev: 'ens1', ...change } : one));
  const claims = [claim('bandwidth', '0000:01:00.0', 2000), claim('bandwidth', '0000:01:00.0', 400)];
  expect(await show(named({ linkMbps: 10_000 }), claims)).toMatchObject({
    up: of(1),
    link: of(1_250_000_000),
    claimed: of(300_000_000),
  });
  expect(await show(named({ linkMbps: 10_000 }))).toMatchObject({ claimed: of(0) });
  expect(await show(named({ isDown: true }), claims)).toMatchObject({ up: of(0), link: [], claimed: of(300_000_000) });
  expect(await show(named({}))).toMatchObject({ up: [], link: [], claimed: [] });
});
