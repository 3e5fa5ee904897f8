import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { domainNumbers, interfaces, vcpus } from '../../../src/engine/libvirt/calls/stats-values.js';
import { Tried } from '../../builders/tried.js';

type Values = Record<string, number | string>;
const parameters = (values: Values) => new Map(Object.entries(values));

const tap = { 'net.1.name': 'vnet3', 'net.1.rx.bytes': 100, 'net.1.rx.pkts': 2, 'net.1.tx.drop': 1 };

test('a virtual function, which libvirt counts without a name, has no counters', () => {
  expect(interfaces(parameters({ 'net.count': 2, ...tap }))).toEqual([
    { device: 'vnet3', rxBytes: 100, rxPackets: 2, txDropped: 1 },
  ]);
});

test('vCPUs keep their numbers when one of them is offline', () => {
  const values = { 'vcpu.maximum': 3, 'vcpu.0.time': 1_000_000_000, 'vcpu.2.time': 500_000_000 };
  expect(vcpus(parameters(values))).toEqual([
    { index: 0, timeSeconds: 1 },
    { index: 2, timeSeconds: 0.5 },
  ]);
});

test('a wait of 0 is a kernel that does not count, and no number', () => {
  const values = { 'vcpu.maximum': 1, 'vcpu.0.time': 1_000_000_000, 'vcpu.0.wait': 0, 'vcpu.0.delay': 2_000_000 };
  expect(vcpus(parameters(values))).toEqual([{ index: 0, timeSeconds: 1, delaySeconds: 0.002 }]);
});

test('what libvirt leaves out while a job holds the domain is left out here', () => {
  const held = { 'state.state': 1, 'balloon.current': 1024, 'block.count': 1, 'block.0.name': 'vda', 'net.count': 0 };
  expect(domainNumbers(parameters(held))).toEqual({
    state: 'running',
    memoryBytes: 1_048_576,
    vcpus: [],
    interfaces: [],
    blocks: [{ target: 'vda' }],
  });
});

test('a domain that is shut off holds no memory, whatever its definition says', () => {
  expect(domainNumbers(parameters({ 'state.state': 5, 'balloon.current': 1024 }))).not.toHaveProperty('memoryBytes');
});

/** Every parameter that becomes a number, with where it ends up. */
const nic = { 'rx.bytes': 'rxBytes', 'rx.pkts': 'rxPackets', 'rx.errs': 'rxErrors', 'rx.drop': 'rxDropped' };
const nicSent = { 'tx.bytes': 'txBytes', 'tx.pkts': 'txPackets', 'tx.errs': 'txErrors', 'tx.drop': 'txDropped' };
const disk = {
  'rd.bytes': 'readBytes',
  'rd.reqs': 'readRequests',
  'wr.bytes': 'writeBytes',
  'wr.reqs': 'writeRequests',
};
const diskSize = { allocation: 'allocationBytes', capacity: 'capacityBytes' };
const domain = { 'cpu.time': 'cpuTimeSeconds', 'balloon.current': 'memoryBytes', 'balloon.rss': 'memoryRssBytes' };

/** Path of a number in the answer, by its parameter. */
const places: Record<string, string> = {
  ...domain,
  ...under('net', [0, 1], 'interfaces', { ...nic, ...nicSent }),
  ...under('block', [0, 1, 2], 'blocks', { ...disk, ...diskSize }),
  ...under('vcpu', [0, 1, 2], 'vcpus', { time: 'timeSeconds' }),
};

function under(group: string, indices: readonly number[], list: string, names: Record<string, string>) {
  return Object.fromEntries(
    indices.flatMap((index) =>
      Object.entries(names).map(([name, to]) => [`${group}.${index}.${name}`, `${list}.${index}.${to}`]),
    ),
  );
}

const numbered = fc.record(Object.fromEntries(Object.keys(places).map((name) => [name, fc.nat({ max: 2 ** 40 })])), {
  requiredKeys: [],
});
const counted = fc.record(
  { 'net.count': fc.constant(2), 'block.count': fc.constant(3), 'vcpu.maximum': fc.constant(3) },
  {
    requiredKeys: [],
  },
);
const named: Values = {
  'net.0.name': 'n0',
  'net.1.name': 'n1',
  'block.0.name': 'b0',
  'block.1.name': 'b1',
  'block.2.name': 'b2',
};

/** Paths of all numbers in the answer; an entry of a list by the index that its name ends with. */
function pathsOf({
  vcpus,
  interfaces,
  blocks,
  state: _,
  ...rest
}: ReturnType<typeof domainNumbers>): readonly string[] {
  const entry = (list: string, index: string | number, numbers: object) =>
    Object.keys(numbers).map((name) => `${list}.${String(index)}.${name}`);
  return [
    ...Object.keys(rest),
    ...vcpus.flatMap(({ index, ...numbers }) => entry('vcpus', index, numbers)),
    ...interfaces.flatMap(({ device, ...numbers }) => entry('interfaces', device.slice(1), numbers)),
    ...blocks.flatMap(({ target, ...numbers }) => entry('blocks', target.slice(1), numbers)),
  ];
}

test('whatever libvirt leaves out: everything told is there, and nothing else', () => {
  const tried = new Tried('numbers of which some are left out');
  fc.assert(
    fc.property(numbered, counted, (numbers, counts) => {
      const told = Object.keys(numbers).length;
      tried.is(told > 0 && told < Object.keys(places).length);
      const shown = pathsOf(
        domainNumbers(parameters({ 'state.state': 1, ...named, ...counts, ...(numbers as Values) })),
      );
      expect([...shown].sort()).toEqual(
        Object.keys(numbers)
          .map((name) => places[name])
          .sort(),
      );
    }),
  );
  tried.expectShare(1 / 3);
});

test('a number below 0 is libvirt’s word for unknown', () => {
  const values = { 'net.count': 1, 'net.0.name': 'n0', 'net.0.rx.errs': -1, 'net.0.rx.bytes': 7 };
  expect(interfaces(parameters(values))).toEqual([{ device: 'n0', rxBytes: 7 }]);
});
