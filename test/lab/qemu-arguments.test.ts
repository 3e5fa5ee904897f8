/** The command line of a lab host: what Linux and libvirt will see of it, and nothing that reaches beyond this machine. */
import { describe, expect, test } from '@jest/globals';
import { hostFiles, imageFiles } from '../../src/lab/places.js';
import { machineArguments, qemuArguments, type HostStart } from '../../src/lab/qemu-arguments.js';
import { hostShape } from '../../src/lab/shape.js';

const start = (more: Partial<HostStart> = {}): HostStart => ({
  shape: hostShape(0),
  files: hostFiles('/lab/run/lab0', imageFiles('/lab/parts/image')),
  ports: { ssh: 4001, libvirtTcp: 4002, libvirtTls: 4003 },
  wires: 1,
  wirePorts: [],
  ...more,
});

const valuesOf = (args: readonly string[], option: string): readonly string[] =>
  args.flatMap((word, index) => (args[index - 1] === option ? [word] : []));

describe('the machine', () => {
  const args = qemuArguments(start());

  test('has two cells, each with its CPUs, and siblings in each core', () => {
    expect(valuesOf(args, '-smp')).toEqual(['12,sockets=2,cores=3,threads=2']);
    expect(valuesOf(args, '-numa').filter((value) => value.startsWith('node'))).toEqual([
      'node,nodeid=0,cpus=0-5,memdev=memory0',
      'node,nodeid=1,cpus=6-11,memdev=memory1',
    ]);
    expect(valuesOf(args, '-m')).toEqual(['5120M']);
  });

  test('has one card on a bus of each cell', () => {
    const devices = valuesOf(args, '-device');
    expect(
      devices.filter((value) => value.startsWith('pxb-pcie')).map((value) => /numa_node=\d/.exec(value)?.[0]),
    ).toEqual(['numa_node=0', 'numa_node=1']);
    expect(devices.filter((value) => value.startsWith('igb,'))).toEqual([
      'igb,bus=port0,netdev=wire0,mac=00:1b:21:be:00:00,romfile=',
      'igb,bus=port1,netdev=wire1,mac=00:1b:21:be:00:10,romfile=',
    ]);
  });

  test('boots with an IOMMU and the pages of each cell', () => {
    expect(valuesOf(args, '-append').join()).toMatch(/intel_iommu=on .*hugepages=0:640,1:640 systemd\.hostname=lab0 /);
  });
});

test('every port is one of the loopback device, and the host reaches nothing outside', () => {
  const [outside] = valuesOf(qemuArguments(start()), '-netdev');
  expect(outside).toBe(
    'user,id=outside,restrict=on,hostfwd=tcp:127.0.0.1:4001-:22,hostfwd=tcp:127.0.0.1:4002-:16509,hostfwd=tcp:127.0.0.1:4003-:16514',
  );
});

describe('the wires of the cards', () => {
  const wires = (more: Partial<HostStart>) => valuesOf(qemuArguments(start(more)), '-netdev').slice(1);

  test.each([
    [1, ['hubport,id=wire0,hubid=0', 'hubport,id=wire1,hubid=0']],
    [2, ['hubport,id=wire0,hubid=0', 'hubport,id=wire1,hubid=1']],
  ])('%i, of a host that is alone', (count, expected) => expect(wires({ wires: count })).toEqual(expected));

  const shared = (card: number, port: number) => `socket,id=wire${card},mcast=230.0.0.1:${port},localaddr=127.0.0.1`;
  test.each([
    [1, [5001], [shared(0, 5001), shared(1, 5001)]],
    [2, [5001, 5002], [shared(0, 5001), shared(1, 5002)]],
  ])('%i, with other hosts on them', (count, wirePorts, expected) =>
    expect(wires({ wires: count, wirePorts })).toEqual(expected),
  );
});

test('a frozen host is resumed by what it was booted with', () => {
  const booted = qemuArguments(start());
  const resumed = qemuArguments(start({ state: '/lab/parts/frozen/state.zst' }));
  expect(resumed).toEqual([...booted, '-incoming', 'exec:zstd -dc -- /lab/parts/frozen/state.zst']);
  for (const word of machineArguments(hostShape(0))) expect(resumed).toContain(word);
});

test('what a path holds stays a part of the path', () => {
  const files = hostFiles('/la,b/run/lab0', imageFiles('/lab/parts/image'));
  expect(valuesOf(qemuArguments(start({ files })), '-drive').join()).toMatch(/file=\/la,,b\/run\/lab0\/disk\.qcow2$/);
  expect(qemuArguments(start({ state: "/a'b c/state" }))).toContain(`exec:zstd -dc -- '/a'\\''b c/state'`);
});

test('two hosts have no address and no identity in common', () => {
  const marks = (index: number) => {
    const { name, uuid, machineId, outsideMac, cardMacs } = hostShape(index);
    return [name, uuid, machineId, outsideMac, ...cardMacs];
  };
  const all = [0, 1, 2, 3].flatMap(marks);
  expect(new Set(all).size).toBe(all.length);
  expect(hostShape(3).machineId).toMatch(/^[0-9a-f]{32}$/);
  expect(hostShape(3).uuid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});
