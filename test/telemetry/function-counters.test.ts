/** What passes at a PCI function is counted by its guest, and shown under the names that virtio cards have. */
import { expect, test } from '@jest/globals';
import { readGuestStatus } from '../../src/workflow/guests/guest-status.js';
import { instance } from '../builders/instance.js';
import { instantiated, vnfc, vnfcCp } from '../builders/vnfc.js';
import { open, stats, view } from './page-world.js';

const { network: _, ...west } = vnfcCp('west', 0, { physicalNetwork: 'physnet1' });
const instances = [
  instance({ instantiated: { ...instantiated(), vnfcs: [vnfc({ cps: [west, vnfcCp('east', 1)] })] } }),
];

const saying = (interfaces: unknown) =>
  view({ guestStatus: readGuestStatus(JSON.stringify({ ready: true, interfaces }), 0) });

const of = (page: string, cpd: string): readonly string[] =>
  page
    .split('\n')
    .filter((line) => line.startsWith('berth_vnfc_interface_') && line.includes(`cpd="${cpd}"`))
    .map((line) => `${/^berth_vnfc_interface_(\w+)/.exec(line)?.[1] ?? ''} ${line.split(' ').at(-1) ?? ''}`);

const counts = (by: number) => ({
  ...{ rxBytes: by, rxPackets: by + 1, rxErrors: by + 2, rxDropped: by + 3 },
  ...{ txBytes: by + 4, txPackets: by + 5, txErrors: by + 6, txDropped: by + 7 },
});

test('by its MAC address, and not by the VLANs on it', async () => {
  const { page, world } = open({ instances });
  world.view = saying({
    'west.100': { mac: '52:54:00:00:00:00', ...counts(700) },
    west: { mac: '52:54:00:00:00:00', ...counts(10) },
    strange: { mac: '52:54:00:00:00:99', ...counts(900) },
  });
  const text = await page.render();
  expect(of(text, 'west_vdu_cp').toSorted()).toEqual(
    [
      ...['received_bytes_total 10', 'received_packets_total 11', 'receive_errors_total 12', 'receive_drops_total 13'],
      ...['sent_bytes_total 14', 'sent_packets_total 15', 'send_errors_total 16', 'send_drops_total 17'],
    ].toSorted(),
  );
  expect(text).not.toContain('52:54:00:00:00:99');
});

test('nor twice where a hypervisor counts it after all', async () => {
  const { page, world } = open({ instances, stats: [] });
  world.view = saying({ west: { mac: '52:54:00:00:00:00', ...counts(10) } });
  expect(of(await page.render(), 'west_vdu_cp')).toContain('received_bytes_total 10');
  world.stats = [stats({ interfaces: [{ device: 'macvtap0', mac: '52:54:00:00:00:00', rxBytes: 5 }] })];
  expect(of(await page.render(), 'west_vdu_cp')).toEqual(['received_bytes_total 5']);
});

test('not of a card that the hypervisor counts, whatever the guest says of it', async () => {
  const { page, world } = open({ instances });
  const before = of(await page.render(), 'east_vdu_cp');
  world.view = saying({ east: { mac: '52:54:00:00:00:01', ...counts(10) } });
  expect(of(await page.render(), 'east_vdu_cp')).toEqual(before);
});

test.each([
  ['no list of them', 7],
  ['no MAC address', { west: counts(10) }],
  ['values that are none', { west: { mac: '52:54:00:00:00:00', rxBytes: -1, txBytes: 'many' } }],
  [
    'too many',
    {
      ...Object.fromEntries(Array.from({ length: 128 }, (_each, at) => [`x${String(at)}`, {}])),
      west: { mac: '52:54:00:00:00:00', ...counts(1) },
    },
  ],
])('and no sample of a guest that says nothing useful: %s', async (_name, said) => {
  const { page, world } = open({ instances });
  world.view = saying(said);
  expect(of(await page.render(), 'west_vdu_cp')).toEqual([]);
});
