/** Hosts that are booted with other bus numbers: nothing else of the machine is another one. */
import { expect, test } from '@jest/globals';
import { argumentsOnBuses, busNumbers } from '../../src/lab/buses.js';
import { machineArguments } from '../../src/lab/qemu-arguments.js';
import { hostShape } from '../../src/lab/shape.js';

const all = machineArguments(hostShape(0));

test('the cards are on the buses that are asked for', () => {
  expect(argumentsOnBuses(all, undefined)).toEqual(all);
  const found = argumentsOnBuses(all, busNumbers('80,4a')).flatMap((word, at) => (word === all[at] ? [] : [word]));
  expect(found).toEqual([
    expect.stringMatching(/^pxb-pcie,id=bus0,.*bus_nr=128,numa_node=0$/),
    expect.stringMatching(/^pxb-pcie,id=bus1,.*bus_nr=74,numa_node=1$/),
  ]);
});

test.each(['80', '80,80', '81,40', '00,40', '80,40,60', 'x,40', ''])('%p are no bus numbers', (text) => {
  expect(() => busNumbers(text)).toThrow('different even bus numbers');
});
