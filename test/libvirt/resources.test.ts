/** What a domain asks for is what the kernel shows: pages, pins, and what is left of the pool. */
import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { EngineError } from '../../src/engine/engine.js';
import { vnfcId } from '../../src/shared/ids.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { borrowPages } from './hugepages.js';
import { privateEngine, type PrivateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { smallDomain } from './small-domain.js';

const pool = '/sys/kernel/mm/hugepages/hugepages-2048kB';
const uuid = vnfcId('11111111-2222-4333-8444-00000000a6e0');
const name = 'berth-resources';
const domainPages = 32;
const sparePages = 4;

const owner = "<metadata><berth:owner xmlns:berth='urn:berth:domain:1' vnfcId='x'/></metadata>";
const hugepages = "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>";
const numatuneTo = (cell: number): string => `<numatune><memory mode='strict' nodeset='${String(cell)}'/></numatune>`;
const numatune = numatuneTo(0);
/** Plain pages that are there from the start, as hugepages are. */
const plain = "<memoryBacking><allocation mode='immediate'/></memoryBacking>";
const pins = `<cputune><vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='0'/><emulatorpin cpuset='1'/></cputune>`;

const MiB = 1024 * 1024;
/** What QEMU needs for itself; alerts call less than that on another cell no misplacement. */
const ownBytes = 64 * MiB;
const hasCell = (cell: number): boolean => existsSync(`/sys/devices/system/node/node${String(cell)}`);

const number = (file: string): number => Number(readFileSync(file, 'utf8'));

describeUnless(missingHypervisor(), 'Resources of a running domain', () => {
  let giveBack: () => void;
  let daemon: PrivateLibvirtd;
  let host: PrivateEngine;
  const start = async (more: string, size: { readonly memoryMiB?: number; readonly vcpus?: number } = {}) => {
    await host.engine.ensureDomain(smallDomain({ uuid, name, more, ...size }));
    return host.engine.ensureStarted(uuid);
  };
  const free = async () =>
    (await host.engine.freePages()).find(({ cell, pageSizeKiB }) => cell === 0 && pageSizeKiB === 2048)?.free ?? 0;
  const foreign = async () =>
    (await host.engine.facts()).cells[0]?.hugepages.find(({ pageSizeKiB }) => pageSizeKiB === 2048)?.foreign;

  beforeAll(async () => {
    giveBack = borrowPages(domainPages + sparePages);
    daemon = await startPrivateLibvirtd();
    host = privateEngine(daemon);
    await host.engine.start();
  });
  afterEach(() => host.engine.removeDomain(uuid));
  afterAll(async () => {
    await host.engine.stop();
    await daemon.stop();
    giveBack();
  });

  it('are hugepages of its cell, gone from the pool while it runs and back afterwards', async () => {
    const atFirst = await free();
    await start(hugepages + numatune);
    expect(atFirst - (await free())).toBe(domainPages);
    const maps = readFileSync(`/proc/${String(daemon.qemuPid(name))}/numa_maps`, 'utf8').split('\n');
    const huge = maps.filter((line) => line.includes(' huge ') && line.includes('kernelpagesize_kB=2048'));
    expect(huge.map((line) => /bind\S*:0/.test(line))).toContain(true);
    expect(huge.map((line) => /N0=(\d+)/.exec(line)?.[1])).toContain(String(domainPages));
    await host.engine.ensureStopped(uuid, 0);
    expect(await free()).toBe(atFirst);
  });

  const laid = [
    ['hugepages', 0, hugepages],
    ['plain memory', 0, plain],
    ['plain memory', 1, plain],
  ] as const;
  for (const [what, cell, backing] of laid) {
    const isHere = cell === 0 || hasCell(cell);
    const why = isHere ? '' : ` [skipped: this machine has no cell ${String(cell)}]`;
    (isHere ? it : it.skip)(`lie as ${what} on cell ${String(cell)}, as planned, and nowhere else${why}`, async () => {
      await start(backing + numatuneTo(cell));
      const { memory = [] } = (await host.engine.whereabouts()).find((one) => one.uuid === uuid) ?? {};
      const planned = 64 * MiB;
      const onCell = memory.find((one) => one.cell === cell)?.bytes ?? 0;
      const elsewhere = memory.filter((one) => one.cell !== cell).map(({ bytes }) => bytes);
      expect(onCell).toBeGreaterThanOrEqual(planned);
      expect(onCell).toBeLessThan(planned + ownBytes);
      expect(elsewhere.filter((bytes) => bytes >= ownBytes)).toEqual([]);
    });
  }

  it('count as foreign when the domain is not one of Berth’s, and not when it is', async () => {
    const atFirst = (await foreign()) ?? 0;
    await start(hugepages);
    expect(await foreign()).toBe(atFirst + domainPages);
    await host.engine.removeDomain(uuid);
    await start(owner + hugepages);
    expect(await foreign()).toBe(atFirst);
  });

  it('are pinned vCPUs and emulator, down to the threads', async () => {
    await start(pins, { vcpus: 2 });
    const shown = await daemon.virsh('--quiet', 'vcpupin', name);
    expect(
      shown
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/)),
    ).toEqual([
      ['0', '1'],
      ['1', '0'],
    ]);
    expect(allowedOf(daemon.qemuPid(name))).toBe('1');
  });

  it('are refused in the hypervisor’s words when the pages are short, and had once they are there', async () => {
    const error: unknown = await start(hugepages, { memoryMiB: 2 * (number(`${pool}/nr_hugepages`) + 8) }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ kind: 'Rejected', native: { source: 'libvirt' } });
    expect((error as EngineError).native?.text).toMatch(/memory|pages/i);
    expect(await host.engine.domain(uuid)).toMatchObject({ state: 'shutoff' });
    expect(await start(hugepages)).toMatchObject({ state: 'running' });
  });

  it('name their process, so that others can look', async () => {
    const { pid } = await start('');
    expect(pid).toBeGreaterThan(0);
    expect(readFileSync(`/proc/${String(daemon.qemuPid(name))}/cmdline`, 'utf8')).toContain(name);
  });
});

const allowedOf = (pid: number): string | undefined =>
  /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
