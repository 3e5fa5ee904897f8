/** What `domainXml` writes, held against libvirt's schema, QEMU's command line and the live domain. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { day0Volume } from '../../src/day0/nocloud.js';
import { differences } from '../../src/libvirt-xml/differences.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import type { DomainSpec } from '../../src/libvirt-xml/domain-spec.js';
import { networkXml } from '../../src/libvirt-xml/network.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { goldenSpecs } from '../libvirt-xml/golden-specs.js';
import { aCard, aDisk, aSpec } from '../libvirt-xml/spec-builder.js';
import { describeUnless, missingFifo, missingHypervisor, missingLockedMemory } from './environment.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

describeUnless(missingHypervisor(), 'domain XML', () => {
  let daemon: PrivateLibvirtd;

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    mkdirSync(`${daemon.folder}/files`);
    for (const name of ['net0', 'net1']) {
      const file = write(name, networkXml({ name, bridge: `b-${name}`, mtu: 9000 }));
      await daemon.virsh('net-create', file, '--validate');
    }
    writeFileSync(`${daemon.folder}/files/root`, Buffer.alloc(1024 * 1024));
    writeFileSync(
      `${daemon.folder}/files/day0`,
      day0Volume({ instanceId: 'i', hostname: 'h', ethernets: [], userData: '' }),
    );
  });
  afterAll(() => daemon.stop());

  function write(name: string, xml: string): string {
    const file = `${daemon.folder}/files/${name}.xml`;
    writeFileSync(file, xml);
    return file;
  }

  const disk = (id: string, change: Partial<DomainSpec['disks'][number]> = {}) =>
    aDisk({ id, path: `${daemon.folder}/files/${id}`, format: 'raw', ...change });

  /** Starts it, without running a guest, and says what libvirt makes of it. */
  async function live(spec: DomainSpec) {
    await daemon.virsh('define', write(spec.name, domainXml(spec)), '--validate');
    try {
      await daemon.virsh('start', spec.name, '--paused');
      const xml = await daemon.virsh('dumpxml', spec.name);
      const threads = threadsOf(daemon.qemuPid(spec.name));
      await daemon.virsh('destroy', spec.name);
      expect(differences(readDomain(domainXml(spec)), readDomain(xml))).toEqual([]);
      return { xml, reading: readDomain(xml), threads };
    } finally {
      await daemon.virsh('undefine', spec.name);
    }
  }

  test('a port in a VLAN gets a macvtap device with its MAC address on the device of the host', async () => {
    await daemon.ip('link', 'add', 'wire0', 'type', 'veth', 'peer', 'name', 'wire1');
    for (const end of ['wire0', 'wire1']) await daemon.ip('link', 'set', end, 'up');
    const port = aCard(0, { source: { kind: 'direct', device: 'wire0' }, queues: 2 });
    const { reading } = await live(aSpec({ cpu: { vcpus: 2 }, memory: { memoryMiB: 64 }, interfaces: [port] }));
    expect(reading.interfaces).toMatchObject([
      {
        ...{ type: 'direct', device: 'wire0', mac: port.mac, queues: 2 },
        targetDevice: expect.stringMatching(/^macvtap/),
      },
    ]);
  });

  describe('every golden domain', () => {
    test.each(Object.entries(goldenSpecs))('%s can be defined', async (_name, spec) => {
      const possible: DomainSpec = existsSync('/dev/kvm') ? spec : { ...spec, acceleration: 'tcg' };
      await daemon.virsh('define', write('golden', domainXml(possible)), '--validate');
      const found = readDomain(await daemon.virsh('dumpxml', spec.name));
      await daemon.virsh('undefine', spec.name);
      expect({ uuid: found.uuid, owner: found.owner }).toEqual({ uuid: spec.uuid, owner: spec.owner });
      expect(differences(readDomain(domainXml(possible)), found)).toEqual([]);
    });
  });

  test('a paravirtual guest starts pinned, bound, with several queues and jumbo frames', async () => {
    const { reading } = await live(
      aSpec({
        cpu: {
          vcpus: 2,
          pins: [{ vcpu: 0, hostCpus: [0] }],
          emulatorCpus: [0],
          cells: [{ vcpus: [0, 1], memoryMiB: 128, hostCell: 0 }],
        },
        memory: { memoryMiB: 128 },
        guestAgent: true,
        serialLog: `${daemon.folder}/files/serial.log`,
        disks: [disk('root', { bootOrder: 1 }), disk('day0', { readOnly: true })],
        interfaces: [aCard(1, { queues: 2, mtu: 9000 }), aCard(0, { queues: 2, mtu: 9000 })],
      }),
    );
    expect(reading).toMatchObject({
      vcpuPins: [{ vcpu: 0, hostCpus: [0] }],
      emulatorCpus: [0],
      cells: [{ memoryMiB: 128, hostCells: [0], mode: 'strict' }],
      interfaces: [
        { mac: '52:54:00:00:00:00', queues: 2, mtu: 9000, guestAddress: '0000:01:00.0' },
        { mac: '52:54:00:00:00:01', queues: 2, mtu: 9000, guestAddress: '0000:02:00.0' },
      ],
    });
  });

  describeUnless(missingFifo(), 'a real-time guest', () => {
    test('has its vCPU on the CPU that was named, under FIFO, and the others keep house', async () => {
      const cpu = { vcpus: 2, pins: pinned(0, 1), emulatorCpus: [0], realtimeVcpus: [1] };
      const { threads, xml } = await live(aSpec({ cpu, memory: { memoryMiB: 128 } }));
      const of = (name: RegExp) => threads.find((thread) => name.test(thread.name));
      expect(of(/^CPU 0\//)).toMatchObject({ policy: 'other', cpus: '0' });
      expect(of(/^CPU 1\//)).toMatchObject({ policy: 'fifo', cpus: '1' });
      expect(of(/^qemu/)).toMatchObject({ policy: 'other', cpus: '0' });
      expect(xml).toContain("<vcpusched vcpus='1' scheduler='fifo' priority='1'/>");
    });

    describeUnless(missingLockedMemory(), 'and its memory', () => {
      test('is locked', async () => {
        const { threads } = await live(aSpec({ memory: { memoryMiB: 128, locked: true } }));
        expect(threads[0]?.lockedKiB).toBeGreaterThanOrEqual(128 * 1024);
      });
    });
  });

  test('an unmodified guest starts without one virtio device', async () => {
    const { reading, xml } = await live(
      aSpec({
        virtualisation: 'full',
        memory: { memoryMiB: 128 },
        disks: [disk('root', { bootOrder: 1 }), disk('day0', { readOnly: true, device: 'cdrom' })],
        interfaces: [aCard(0, { model: 'e1000e' }), aCard(1, { model: 'rtl8139' })],
      }),
    );
    expect(xml).not.toContain('virtio');
    expect(reading.disks.map((each) => each.bus)).toEqual(['sata', 'sata']);
    expect(reading.interfaces.map((each) => each.guestAddress)).toEqual(['0000:00:08.0', '0000:00:09.0']);
  });

  test('more cards than a slot has functions start in their order', async () => {
    const interfaces = Array.from({ length: 10 }, (_, order) =>
      aCard(order, { source: { kind: 'network', network: 'net0' } }),
    );
    const { reading } = await live(aSpec({ memory: { memoryMiB: 128 }, interfaces }));
    expect(reading.interfaces.map((each) => each.guestAddress)).toEqual(
      interfaces.map((_card, order) => `0000:${(order + 1).toString(16).padStart(2, '0')}:00.0`),
    );
  });
});

const pinned = (...hostCpus: readonly number[]) => hostCpus.map((cpu, vcpu) => ({ vcpu, hostCpus: [cpu] }));

interface Thread {
  readonly name: string;
  readonly policy: 'other' | 'fifo';
  readonly cpus: string;
  readonly lockedKiB: number;
}

/** What Linux says of the threads of a process (proc_pid_stat(5), field 41; proc_pid_status(5)). */
function threadsOf(pid: number): readonly Thread[] {
  return readdirSync(`/proc/${String(pid)}/task`).map((thread) => {
    const read = (file: string) => readFileSync(`/proc/${String(pid)}/task/${thread}/${file}`, 'utf8');
    const status = (key: string) => new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(read('status'))?.[1] ?? '';
    const policy = read('stat').split(') ')[1]?.split(' ')[38];
    return {
      name: read('comm').trim(),
      policy: policy === '1' ? 'fifo' : 'other',
      cpus: status('Cpus_allowed_list'),
      lockedKiB: Number(status('VmLck')),
    };
  });
}
