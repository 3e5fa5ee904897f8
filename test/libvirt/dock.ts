/**
 * A private libvirtd with a network `outside`, and as many Berths on it as a suite wants, each with a data directory of
 * its own. No router, no traffic: for what happens to domains, volumes and networks.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkXml } from '../../src/libvirt-xml/network.js';
import { expectCompleted, operate } from './berth-life.js';
import { reachable } from './berth-world.js';
import { compileBerth, startBerth, type BerthProcess, type Program } from './berth-program.js';
import { startPrivateLibvirtd, type PrivateLibvirtd } from './private-libvirtd.js';
import { smallInstance, smallInstantiation } from './small-vnf.js';

export interface Dock {
  readonly daemon: PrivateLibvirtd;
  readonly folder: string;
  /** Starts the Berth of that name on its data directory; `settings` are those of its host. */
  berth(name: string, settings?: object, others?: object, flags?: readonly string[]): Promise<BerthProcess>;
  dataDir(name: string): string;
  end(): Promise<void>;
}

export async function openDock(): Promise<Dock> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-dock-'));
  const running: BerthProcess[] = [];
  const daemon = await startPrivateLibvirtd();
  const program: Program = compileBerth(join(folder, 'berth'));
  const file = join(folder, 'outside.xml');
  writeFileSync(file, networkXml({ name: 'outside', bridge: 'outside' }));
  await daemon.virsh('net-define', file);
  await daemon.virsh('net-start', 'outside');
  await daemon.virsh('net-autostart', 'outside');
  const dataDir = (name: string) => join(folder, name);
  return {
    ...{ daemon, folder, dataDir },
    berth: async (name, settings = {}, others = {}, flags = []) => {
      const pool = { name: 'berth', path: `${daemon.folder}/pool` };
      const host = { id: 'qemu', uri: daemon.uri, pool, acceleration: 'tcg', sharedCpuRatio: 16, ...settings };
      const logLevel = process.env['BERTH_TEST_LOG'] ?? 'info';
      const berth = await startBerth(program, dataDir(name), { logLevel, hosts: [host], ...others }, flags);
      running.push(berth);
      await reachable(berth, true);
      return berth;
    },
    end: async () => {
      for (const berth of running) await berth.kill();
      await daemon.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An instance of the small VNF that runs; answers its id. */
export async function smallRunning(berth: BerthProcess, vnfdId: string, name?: string): Promise<string> {
  const id = await smallInstance(berth, vnfdId, name);
  expectCompleted(await operate(berth, id, 'instantiate', smallInstantiation));
  return id;
}
