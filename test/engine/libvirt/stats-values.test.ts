import { expect, test } from '@jest/globals';
import { interfaces, vcpus } from '../../../src/engine/libvirt/calls/stats-values.js';

const tap = { 'net.1.name': 'vnet3', 'net.1.rx.bytes': 100, 'net.1.rx.pkts': 2, 'net.1.tx.drop': 1 };

test('a virtual function, which libvirt counts without a name, has no counters', () => {
  const values = new Map<string, number | string>(Object.entries({ 'net.count': 2, ...tap }));
  const shown = interfaces(values).map(({ device, rxBytes, rxPackets, txDropped }) => [
    device,
    rxBytes,
    rxPackets,
    txDropped,
  ]);
  expect(shown).toEqual([['vnet3', 100, 2, 1]]);
});

test('vCPUs keep their numbers when one of them is offline', () => {
  const values = new Map(
    Object.entries({ 'vcpu.maximum': 3, 'vcpu.0.time': 1_000_000_000, 'vcpu.2.time': 500_000_000 }),
  );
  expect(vcpus(values)).toEqual([
    { index: 0, timeSeconds: 1 },
    { index: 2, timeSeconds: 0.5 },
  ]);
});
