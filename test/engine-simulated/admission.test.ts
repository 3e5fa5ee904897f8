import { describe, expect, it } from '@jest/globals';
import { serverTemplate } from '../builders/simulated-hosts.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import type { DomainSpec, InterfaceSpec } from '../../src/libvirt-xml/domain-spec.js';
import { EngineError } from '../../src/engine/engine.js';
import { card, domain, macOf, placed, pool, rootDisk, run, started, uuidOf, type Bench } from './bench.js';

/** Kind and native words of the failure. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof EngineError) return `${error.kind}: ${error.native?.text ?? ''}`;
    throw error;
  }
  return 'accepted';
}

const twoCells = {
  cells: [0, 1].map((id) => ({
    id,
    memoryMiB: 1024,
    cpus: [0, 1].map((n) => ({ id: id * 2 + n, socket: id, core: id * 2 + n, siblings: [id * 2 + n] })),
    hugepages: [{ pageSizeKiB: 2048, total: 128, foreign: 28 }],
    distances: id === 0 ? [10, 21] : [21, 10],
  })),
};

describe('hugepages of a simulated host', () => {
  it('go to who starts first; the next is told how many are left, and starts when they are back', async () => {
    const bench = await started(twoCells);
    await run(bench, placed(1, 128, 0, 2048));
    expect(await bench.engine.freePages()).toEqual([
      { cell: 0, pageSizeKiB: 2048, free: 36 },
      { cell: 1, pageSizeKiB: 2048, free: 100 },
    ]);
    const second = placed(2, 74, 0, 2048);
    expect(await refusal(run(bench, second))).toMatch(/^Rejected: .*needs 37 pages of 2048 KiB, free are 36 in cell 0/);
    expect((await bench.engine.domain(uuidOf(2))).state).toBe('shutoff');
    await bench.engine.ensureStopped(uuidOf(1), 0);
    expect((await bench.engine.ensureStarted(uuidOf(2))).state).toBe('running');
  });

  it('that someone else takes are not free', async () => {
    const bench = await started(twoCells);
    bench.engine.control.useForeignPages(0, 2048, 90);
    expect(await refusal(run(bench, placed(1, 128, 0, 2048)))).toMatch(/free are 10 in cell 0/);
    bench.engine.control.useForeignPages(0, 2048, 0);
    expect((await bench.engine.ensureStarted(uuidOf(1))).state).toBe('running');
  });

  it('of a size that the host does not have are refused', async () => {
    const bench = await started(twoCells);
    expect(await refusal(run(bench, placed(1, 1024, 0, 1_048_576)))).toMatch(/^Rejected: .*hugetlbfs/);
  });

  it('come from any cell when nothing binds them', async () => {
    const bench = await started(twoCells);
    const unbound = domain(1, { memory: { memoryMiB: 300, locked: false, pageSizeKiB: 2048 } });
    const spec: DomainSpec = { ...unbound, cpu: { ...unbound.cpu, cells: [{ vcpus: [0], memoryMiB: 300 }] } };
    await run(bench, spec);
    expect((await bench.engine.freePages()).map((one) => one.free)).toEqual([0, 50]);
  });
});

describe('plain memory of a simulated host', () => {
  it('is what is not pooled as pages, per cell', async () => {
    const bench = await started(twoCells);
    expect(await refusal(run(bench, placed(1, 800, 0)))).toMatch(/^Rejected: .*Cannot allocate memory.*in cell 0$/);
    await run(bench, placed(2, 768, 0));
    expect(await refusal(run(bench, placed(3, 1, 0)))).toContain('free are 0 KiB in cell 0');
    await run(bench, placed(4, 768, 1));
  });

  it('comes from a preferred cell while there is room, and leaves the other to whom it was promised', async () => {
    const bench = await started(twoCells);
    const near = (nth: number, memoryMiB: number): DomainSpec => {
      const unbound = domain(nth, { memory: { memoryMiB, locked: false, nearCell: 1 } });
      return { ...unbound, cpu: { ...unbound.cpu, cells: [{ vcpus: [0], memoryMiB }] } };
    };
    await run(bench, near(1, 700));
    await run(bench, placed(2, 600, 0));
    await run(bench, near(3, 100));
    expect(await refusal(run(bench, placed(4, 200, 0)))).toContain(`free are ${String(136 * 1024)} KiB in cell 0`);
  });

  it('comes only from cells that exist', async () => {
    const bench = await started(twoCells);
    expect(await refusal(run(bench, placed(1, 64, 7)))).toBe('Rejected: NUMA node 7 is unavailable');
  });
});

describe('CPUs of a simulated host', () => {
  it('must exist to be pinned to, also for the emulator', async () => {
    const bench = await started(twoCells);
    const pinned = (n: number, cpu: number, emulator: number) =>
      domain(n, { cpu: { ...domain(n).cpu, pins: [{ vcpu: 0, hostCpus: [cpu] }], emulatorCpus: [emulator] } });
    expect(await refusal(run(bench, pinned(1, 4, 0)))).toMatch(/^Rejected: .*host CPU 4 does not exist/);
    expect(await refusal(run(bench, pinned(2, 0, 9)))).toMatch(/host CPU 9 does not exist/);
    await run(bench, pinned(3, 3, 0));
  });

  it('are pinned and scheduled for vCPUs that the domain has, each once', async () => {
    const bench = await started(twoCells);
    const tuned = (n: number, cpu: Partial<DomainSpec['cpu']>) => domain(n, { cpu: { ...domain(n).cpu, ...cpu } });
    const missing = /^Rejected: vCPU '1' is not present in domain definition/;
    expect(await refusal(run(bench, tuned(1, { pins: [{ vcpu: 1, hostCpus: [0] }] })))).toMatch(missing);
    expect(await refusal(run(bench, tuned(2, { realtimeVcpus: [0, 1] })))).toMatch(missing);
    await run(bench, tuned(3, { realtimeVcpus: [0] }));
  });
});

describe('a vhost-user card on a simulated host', () => {
  it('needs memory that the switch can reach', async () => {
    const bench = await started();
    const path = '/run/vswitch/vhu-1';
    const spec = domain(1, { interfaces: [{ ...card(1, ''), source: { kind: 'vhostuser', path } }] });
    await run(bench, spec);
    const xml = domainXml({ ...spec, uuid: uuidOf(2), name: 'private' }).replace('<access mode="shared"/>', '');
    expect(await refusal(bench.engine.ensureDomain(xml))).toMatch(/'vhostuser' requires shared memory/);
  });
});

describe('PCI functions of a simulated host', () => {
  const vf = (n: number, address: string): DomainSpec =>
    domain(n, {
      interfaces: [
        { ...card(n, ''), source: { kind: 'hostdev', function: 'vf', address } satisfies InterfaceSpec['source'] },
      ],
    });
  const pf = (n: number, address: string): DomainSpec =>
    domain(n, { interfaces: [{ ...card(n, ''), source: { kind: 'hostdev', function: 'pf', address } }] });

  it('belong to one running domain at a time', async () => {
    const bench = await started(serverTemplate);
    await run(bench, vf(1, '0000:3b:01.0'));
    await run(bench, vf(2, '0000:3b:01.1'));
    expect(await refusal(run(bench, vf(3, '0000:3b:01.0')))).toMatch(/0000:3b:01\.0 is in use by another domain/);
    await bench.engine.removeDomain(uuidOf(1));
    await bench.engine.ensureStarted(uuidOf(3));
  });

  it('are not had while their card is, nor the card while they are', async () => {
    const bench = await started(serverTemplate);
    await run(bench, vf(1, '0000:3b:01.0'));
    expect(await refusal(run(bench, pf(2, '0000:3b:00.0')))).toMatch(/0000:3b:01\.0 is in use/);
    await run(bench, pf(3, '0000:3c:00.0'));
    expect(await refusal(run(bench, vf(4, '0000:3c:01.0')))).toMatch(/0000:3c:00\.0 is in use/);
  });

  it('start a domain only when nothing else is in their IOMMU group', async () => {
    const pciFunctions = serverTemplate.pciFunctions.map((one) => ({
      ...one,
      iommuGroup: one.parent === undefined ? 1 : 2,
    }));
    const bench = await started({ ...serverTemplate, pciFunctions });
    expect(await refusal(run(bench, vf(1, '0000:3b:01.0')))).toMatch(
      /^Rejected: vfio 0000:3b:01\.0: IOMMU group 2 is not viable: 0000:3b:01\.1 of it is not bound to VFIO/,
    );
    expect(await refusal(run(bench, pf(2, '0000:3b:00.0')))).toMatch(/IOMMU group 1 is not viable/);
  });

  it('must exist', async () => {
    const bench = await started(serverTemplate);
    expect(await refusal(run(bench, vf(1, '0000:99:01.0')))).toMatch(/^Rejected: Device 0000:99:01\.0 not found/);
  });
});

describe('disks of a simulated host', () => {
  const root = { pool, name: 'root.qcow2' };
  const withRoot = (n: number) => domain(n, { disks: [rootDisk(`/simulated/berth/${root.name}`)] });

  it('must be there, and so must what they stand on', async () => {
    const bench = await started();
    expect(await refusal(run(bench, withRoot(1)))).toMatch(/^Rejected: Cannot access storage file '.*root\.qcow2'/);
    const base = { pool, name: 'base' };
    bench.engine.control.putFile(pool, root.name, base.name);
    expect(await refusal(bench.engine.ensureStarted(uuidOf(1)))).toMatch(
      /^Rejected: Cannot access backing file '.*base'/,
    );
    bench.engine.control.putFile(pool, base.name);
    await bench.engine.ensureStarted(uuidOf(1));
  });

  it('are written by one running domain at a time', async () => {
    const bench = await started();
    await bench.engine.ensureBlank(root, 4096);
    await run(bench, withRoot(1));
    expect(await refusal(run(bench, withRoot(2)))).toMatch(/another domain uses it/);
  });

  it('do not fit in a pool that is full', async () => {
    const { engine } = await started({ pools: [{ name: pool, path: '/simulated/berth', capacityMiB: 1 }] });
    await engine.ensureContent(root, new Uint8Array(1024 * 1024));
    expect(await refusal(engine.ensureBlank({ pool, name: 'more' }, 1))).toMatch(/^Rejected: .*No space left/);
    expect((await engine.facts()).pools[0]?.availableMiB).toBe(0);
  });
});

describe('cards of a simulated host', () => {
  it('join networks and bridges that are there', async () => {
    const bench = await started();
    const on = (source: InterfaceSpec['source']) => domain(1, { interfaces: [{ ...card(1, ''), source }] });
    expect(await refusal(run(bench, on({ kind: 'network', network: 'net-x' })))).toMatch(/^NotFound: .*'net-x'/);
    expect(await refusal(run(bench, on({ kind: 'bridge', bridge: 'br-x' })))).toMatch(/^Rejected: .*'br-x'/);
    await bench.engine.ensureNetwork({ name: 'net-x', bridge: 'br-x' });
    await run(bench, on({ kind: 'network', network: 'net-x' }));
    await bench.engine.ensureStopped(uuidOf(1), 0);
    await run(bench, on({ kind: 'bridge', bridge: 'br-x' }));
  });

  it('have MAC addresses of their own', async () => {
    const bench = await started();
    const mine = domain(1, { interfaces: [card(1, 'mgmt'), card(2, 'berth-west')] });
    await run(bench, mine);
    const same = domain(2, { interfaces: [card(2, 'mgmt')] });
    expect(await refusal(run(bench, same))).toMatch(new RegExp(`^Rejected: MAC address ${macOf(2)} is in use`));
    const twice = domain(3, { interfaces: [card(3, 'mgmt'), card(3, 'mgmt')] });
    expect(await refusal(bench.engine.ensureDomain(domainXml(twice)))).toMatch(/stands twice/);
  });

  it('cannot have a bridge that another network has, or one of too long a name', async () => {
    const { engine } = await started();
    expect(await refusal(engine.ensureNetwork({ name: 'a', bridge: 'mgmt' }))).toMatch(/^Rejected: .*already in use/);
    expect(await refusal(engine.ensureNetwork({ name: 'a', bridge: 'b'.repeat(16) }))).toMatch(
      /^Rejected: .*characters/,
    );
  });
});

describe('definitions that no host accepts', () => {
  const good = domainXml(domain(1, { interfaces: [card(1, 'mgmt')] }));
  it.each([
    ['a UUID that is none', good.replace(uuidOf(1), 'not-a-uuid'), /uuid/],
    ['a name with a slash', good.replace('<name>berth-1', '<name>berth/1'), /name/],
    ['no memory', good.replaceAll('>256<', '>0<'), /memory/],
    ['no vCPU', good.replace('>1</vcpu>', '>0</vcpu>'), /vcpu/],
    ['a MAC address that is none', good.replace(macOf(1), '52:54:00:zz:00:01'), /unable to parse mac/],
    ['a multicast MAC address', good.replace(macOf(1), '01:54:00:00:00:01'), /unicast/],
    ['an unknown hypervisor', good.replace('type="kvm"', 'type="xen"'), /xen/],
  ])('are refused: %s', async (_what, xml, words) => {
    const { engine } = await started();
    expect(xml).not.toBe(good);
    const said = await refusal(engine.ensureDomain(xml));
    expect(said).toMatch(/^Rejected/);
    expect(said).toMatch(words);
    expect(await engine.listDomains()).toEqual([]);
  });

  it('take effect at the next start only', async () => {
    const bench: Bench = await started();
    await run(bench, domain(1));
    const moreMemory = domain(1, {
      memory: { memoryMiB: 512, locked: false },
      cpu: { ...domain(1).cpu, cells: [{ vcpus: [0], memoryMiB: 512 }] },
    });
    await bench.engine.ensureDomain(domainXml(moreMemory));
    const memory = async () => (await bench.engine.stats())[0]?.memoryBytes;
    expect(await memory()).toBe(256 * 1024 * 1024);
    expect(await bench.engine.domainXml(uuidOf(1))).toContain('>256<');
    await bench.engine.ensureStopped(uuidOf(1), 0);
    await bench.engine.ensureStarted(uuidOf(1));
    expect(await memory()).toBe(512 * 1024 * 1024);
  });
});
