import { expect, test } from '@jest/globals';
import { functionTable } from '../../src/cli/function-table.js';

test('each function is listed with its state, its MAC address and the VNFC that has it', () => {
  const held = { address: '0000:01:10.0', kind: 'vf', cell: 0, physicalNetwork: 'physnet1', mac: '52:54:00:00:00:01' };
  const lines = functionTable([
    { ...held, available: false, state: 'claimed', vnfcId: 'vnfc-1', unavailableBecause: 'held by VNFC vnfc-1' },
    { address: '0000:01:10.1', kind: 'vf', available: true, state: 'free' },
  ])
    .join('\n')
    .split('\n');
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['FUNCTION', 'KIND', 'CELL', 'NETWORK', 'DEVICE', 'MAC', 'FREE Mbit/s', 'STATE', 'VNFC', 'WHY'],
    ['0000:01:10.0', 'vf', '0', 'physnet1', '-', held.mac, '-', 'claimed', 'vnfc-1', 'held by VNFC vnfc-1'],
    ['0000:01:10.1', 'vf', '-', '-', '-', '-', '-', 'free', '-', '-'],
  ]);
  expect(functionTable([])).toEqual([]);
});
