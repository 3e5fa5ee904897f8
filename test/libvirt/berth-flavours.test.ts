/**
 * Every flavour of the router by the whole Berth on QEMU: placed as it says, forwarding, configured while it runs.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { instances } from '../flow/router.js';
import {
  accepted,
  expectForwarded,
  heldOn,
  hostView,
  nothing,
  onlyVnfc,
  rested,
  runningRouter,
  settle,
  terminate,
  type Vnfc,
} from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { pagesOf } from './hugepages.js';
import { routerPackage } from './vnf-package.js';
import { soon } from './soon.js';

jest.setTimeout(300_000);

const router = routerPackage();

describeUnless(router.missing, 'A router by the whole Berth', () => {
  let world: World;
  let id = '';

  beforeAll(async () => {
    world = await startWorld({ router, pages: 192 });
  });
  afterAll(() => world.end());

  test('is what connects the two networks: nothing does without it', async () => {
    expect(await world.hosts.ping(3)).toMatchObject({ received: 0 });
  });

  describe('with a core and hugepages of its own', () => {
    let vnfc: Vnfc;
    let qemu = '';

    beforeAll(async () => {
      id = await runningRouter(world, 'simple');
      vnfc = await onlyVnfc(world.berth(), id);
      qemu = `/proc/${world.daemon.qemuPid(vnfc.metadata.domainName)}`;
    });
    afterAll(() => terminate(world, id));

    const placed = () => {
      const [cell] = vnfc.metadata.placement.cells;
      if (cell === undefined) throw new Error('it was placed in no cell');
      return cell;
    };

    test('forwards every packet, and takes one off its TTL', async () => {
      await world.hosts.answered();
      expectForwarded(await world.hosts.ping(40));
    });

    test('is pinned by libvirt to the CPUs that Berth says', async () => {
      const { domainName, placement } = vnfc.metadata;
      const pins = await world.daemon.virsh('vcpupin', domainName);
      expect(pins).toMatch(new RegExp(String.raw`^ 0\s+${placed().pinnedCpus.join()}$`, 'm'));
      const emulator = await world.daemon.virsh('emulatorpin', domainName);
      expect(emulator).toMatch(new RegExp(String.raw`\*: ${placement.emulatorCpus.join()}$`, 'm'));
    });

    test('has its vCPU thread on that CPU and no other thread there', () => {
      const threads = readdirSync(`${qemu}/task`).map((thread) => ({
        name: readFileSync(`${qemu}/task/${thread}/comm`, 'utf8').trim(),
        cpus: /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync(`${qemu}/task/${thread}/status`, 'utf8'))?.[1],
      }));
      const vcpus = threads.filter(({ name }) => /^CPU \d+\//.test(name));
      expect(vcpus.map(({ cpus }) => cpus)).toEqual([placed().pinnedCpus.join()]);
      // TC: laid the memory out before the guest began, and sleeps since.
      const others = threads.filter((thread) => !vcpus.includes(thread) && !thread.name.startsWith('TC '));
      expect(new Set(others.map(({ cpus }) => cpus))).toEqual(new Set([vnfc.metadata.placement.emulatorCpus.join()]));
    });

    test('has its memory strictly in the cell that Berth says', async () => {
      const tuned = await world.daemon.virsh('numatune', vnfc.metadata.domainName);
      expect(tuned).toMatch(/numa_mode\s*:\s*strict/);
      expect(tuned).toMatch(new RegExp(String.raw`numa_nodeset\s*:\s*${placed().hostCell}$`, 'm'));
    });

    test('lies in as many hugepages of that cell as Berth says', () => {
      const huge = readFileSync(`${qemu}/numa_maps`, 'utf8')
        .split('\n')
        .filter((line) => line.includes(' huge '));
      const pages = huge
        .flatMap((line) => [...line.matchAll(/\bN(\d+)=(\d+)/g)])
        .map(([, node, count]) => [node, count]);
      expect(pages).toEqual([[String(placed().hostCell), String(placed().pages)]]);
      expect(huge.join()).toContain('bind:');
      expect(huge.join()).toContain('kernelpagesize_kB=2048');
    });

    test('is told by metrics to have its memory where it was planned', async () => {
      // QEMU has some for itself.
      const ownBytes = 64 * 1024 * 1024;
      const bytes = async (name: string) => {
        const page = await (await world.berth().ask('/metrics')).text();
        const lines = page.matchAll(
          new RegExp(`^berth_vnfc_memory_${name}_bytes\\{.*cell="(\\d+)".*\\} (\\d+)$`, 'gm'),
        );
        return [...lines].map(([, cell, value]) => [Number(cell), Number(value)] as const);
      };
      const [[cell, planned] = [-1, 0], ...others] = await bytes('planned');
      expect([cell, others]).toEqual([placed().hostCell, []]);
      expect(planned).toBe(placed().pages * 2 * 1024 * 1024);
      const lies = await soon(async () => {
        const found = await bytes('placed');
        return found.length > 0 ? found : undefined;
      }, 'where its memory lies is not measured');
      expect(lies.filter(([, value]) => value >= ownBytes).map(([where]) => where)).toEqual([cell]);
      const there = lies.find(([where]) => where === cell)?.[1] ?? 0;
      expect(there).toBeGreaterThanOrEqual(planned);
      expect(there).toBeLessThan(planned + 2 * ownBytes);
    });

    test('is what /nfvi/v1/hosts says of its host', async () => {
      const { cells, holders } = await hostView(world.berth());
      const cell = cells.find((each) => each.id === placed().hostCell);
      expect(cell?.cpus.claimed).toEqual(placed().pinnedCpus);
      expect(cell?.pages).toContainEqual(
        expect.objectContaining({
          pageSizeKiB: 2048,
          claimed: placed().pages,
          total: pagesOf(placed().hostCell, 'nr'),
        }),
      );
      expect(holders).toEqual([expect.objectContaining({ vnfInstanceId: id, vnfcId: vnfc.id })]);
    });

    test('leaves as many pages free as the kernel, libvirt and Berth say', async () => {
      // Other programs of the host may take and leave pages meanwhile.
      const agreed = await soon(async () => {
        const said = await world.daemon.virsh('freepages', String(placed().hostCell), '--pagesize', '2MiB');
        const { cells } = await hostView(world.berth());
        const pools = cells.find((each) => each.id === placed().hostCell)?.pages;
        const byBerth = pools?.find((pool) => pool.pageSizeKiB === 2048)?.freeOnHost;
        const all = [Number(/2048KiB: (\d+)/.exec(said)?.[1]), byBerth, pagesOf(placed().hostCell, 'free')];
        return new Set(all).size === 1 ? all : undefined;
      }, 'the three do not agree');
      expect(agreed[0]).toBeGreaterThan(0);
    });

    test('takes a static route while it runs', async () => {
      await world.hosts.inEast('address', 'add', '10.9.0.1/32', 'dev', 'lo');
      await world.hosts.inEast('link', 'set', 'lo', 'up');
      expect(await world.hosts.ping(3, { to: '10.9.0.1' })).toMatchObject({ received: 0 });
      const occ = await configure({ forwarding: true, staticRoutes: [{ to: '10.9.0.0/24', via: '10.2.0.1' }] });
      expect(occ).toMatchObject({ operation: 'MODIFY_INFO', operationState: 'COMPLETED' });
      expectForwarded(await world.hosts.ping(20, { to: '10.9.0.1' }));
    });

    test('refuses a bad configuration in its own words and goes on with the old one', async () => {
      const occ = await configure({ forwarding: true, staticRoutes: [{ to: 'nowhere', via: '10.2.0.1' }] });
      expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
      expect(JSON.stringify(occ['error'])).toContain('nowhere');
      expect(await settle(world.berth(), occ, 'fail')).toMatchObject({ operationState: 'FAILED' });
      expectForwarded(await world.hosts.ping(10, { to: '10.9.0.1' }));
    });

    const configure = async (document: object) => {
      const change = { vnfConfigurableProperties: { router_config: JSON.stringify(document) } };
      const path = await accepted(await world.berth().send('PATCH', `${instances}/${id}`, change));
      return rested(world.berth(), path);
    };
  });

  describe.each(['shared', 'full'] as const)('in flavour %s', (flavour) => {
    beforeAll(async () => {
      id = await runningRouter(world, flavour);
    });
    afterAll(() => terminate(world, id));

    test('forwards every packet', async () => {
      await world.hosts.answered();
      expectForwarded(await world.hosts.ping(40));
    });

    test('claims no hugepage and no CPU', async () => {
      const { cells } = await hostView(world.berth());
      expect(cells.flatMap((cell) => cell.cpus.claimed)).toEqual([]);
      expect(cells.flatMap((cell) => cell.pages.filter((pool) => pool.claimed > 0))).toEqual([]);
      const { placement, domainName } = (await onlyVnfc(world.berth(), id)).metadata;
      expect(placement).not.toHaveProperty('pageSizeKiB');
      const maps = readFileSync(`/proc/${world.daemon.qemuPid(domainName)}/numa_maps`, 'utf8');
      expect(maps).not.toContain(' huge ');
    });

    test('has the devices of its kind', async () => {
      const xml = await world.daemon.virsh('dumpxml', (await onlyVnfc(world.berth(), id)).metadata.domainName);
      const models = [...xml.matchAll(/<model type='(virtio|e1000e)'\/>/g)].map(([, model]) => model);
      expect(new Set(models)).toEqual(new Set([flavour === 'full' ? 'e1000e' : 'virtio']));
      expect(xml.includes("bus='sata'")).toBe(flavour === 'full');
    });
  });

  test('leaves nothing when it is gone', async () => {
    expect(await heldOn(world)).toEqual(nothing);
    expect(await world.hosts.ping(3)).toMatchObject({ received: 0 });
  });
});
