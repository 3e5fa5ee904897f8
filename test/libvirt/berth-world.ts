/**
 * A world for one suite: a private libvirtd with two networks, a test host on each, hugepages, and the whole Berth as
 * a process on them with the router onboarded. Everything goes at the end, whatever became of it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { networkXml } from '../../src/libvirt-xml/network.js';
import { createPackage, onboarded, upload } from '../flow/router.js';
import { listOf } from '../api/door.js';
import { compileBerth, runCommand, startBerth, type BerthProcess } from './berth-program.js';
import { borrowPages, setAside } from './hugepages.js';
import { startPrivateLibvirtd, type PrivateLibvirtd } from './private-libvirtd.js';
import type { VnfPackageFile } from './vnf-package.js';
import { soon } from './soon.js';
import { sides, startTestHosts, type TestHosts } from './test-hosts.js';

export interface World {
  readonly daemon: PrivateLibvirtd;
  /** Of the second host, when that was wished for. */
  readonly secondDaemon: PrivateLibvirtd | undefined;
  readonly hosts: TestHosts;
  readonly vnfdId: string;
  /** Of Berth, at first. */
  readonly dataDir: string;
  /** The Berth that was started last. */
  readonly berth: () => BerthProcess;
  /** Starts it again, on the same data unless another directory is named; with a `store`, beside those that run. */
  startBerth(dataDir?: string): Promise<BerthProcess>;
  /** Runs `berth` on the command line, against the Berth that runs now; answers what it printed. */
  command(...args: readonly string[]): Promise<string>;
  end(): Promise<void>;
}

export interface WorldWishes {
  readonly router: VnfPackageFile;
  /** Pages of 2 MiB that must be free; two hosts share them. */
  readonly pages: number;
  /** No CPU is kept from dedication, so that two routers get one each on the smallest machine. */
  readonly dedicateAll?: boolean;
  /** A second host, whose bridges are joined with those of the first. */
  readonly twoHosts?: boolean;
  /** Address of the PostgreSQL database that its replicas share, instead of a file of its own. */
  readonly store?: string;
}

export async function startWorld(wishes: WorldWishes): Promise<World> {
  const undo: (() => unknown)[] = [() => wishes.router.remove()];
  const end = async (): Promise<void> => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    return { ...(await build(wishes, undo)), end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function build(wishes: WorldWishes, undo: (() => unknown)[]): Promise<Omit<World, 'end'>> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-world-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  undo.push(borrowPages(wishes.pages));
  const daemon = await startPrivateLibvirtd();
  undo.push(() => daemon.stop());
  const pages = wishes.twoHosts === true ? wishes.pages / 2 : wishes.pages;
  setAside(daemon, pages);
  await makeNetworks(daemon, folder);
  const secondDaemon = wishes.twoHosts === true ? await startSecond(daemon, folder, pages, undo) : undefined;
  const hosts = await startTestHosts(daemon);
  undo.push(() => hosts.stop());
  const program = compileBerth(join(folder, 'berth'));
  const dataDir = join(folder, 'data');
  const started: BerthProcess[] = [];
  undo.push(() => Promise.all(started.map((one) => one.kill())));
  const start = async (directory = dataDir): Promise<BerthProcess> => {
    const berth = await startBerth(
      program,
      directory,
      configOf([daemon, ...(secondDaemon === undefined ? [] : [secondDaemon])], wishes),
    );
    started.push(berth);
    return berth;
  };
  let berth = await start();
  const vnfdId = await onboard(berth, wishes.router);
  return {
    ...{ daemon, secondDaemon, hosts, vnfdId, dataDir, berth: () => berth },
    startBerth: async (directory) => (berth = await start(directory)),
    command: (...args) => runCommand(program, berth, args),
  };
}

async function makeNetworks(daemon: PrivateLibvirtd, folder: string): Promise<void> {
  for (const { bridge } of sides) {
    const file = join(folder, `${bridge}.xml`);
    writeFileSync(file, networkXml({ name: bridge, bridge }));
    await daemon.virsh('net-define', file);
    await daemon.virsh('net-start', bridge);
    await daemon.virsh('net-autostart', bridge);
  }
}

/** Another machine for all that Berth can tell: same networks, and a cable between each two bridges. */
async function startSecond(
  first: PrivateLibvirtd,
  folder: string,
  pages: number,
  undo: (() => unknown)[],
): Promise<PrivateLibvirtd> {
  const second = await startPrivateLibvirtd();
  undo.push(() => second.stop());
  setAside(second, pages);
  await makeNetworks(second, folder);
  for (const { bridge, name } of sides) {
    const cable = `to-${name}`;
    await first.ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', cable, 'netns', String(second.pid()));
    for (const daemon of [first, second]) await daemon.ip('link', 'set', cable, 'master', bridge, 'up');
  }
  return second;
}

function configOf(daemons: readonly PrivateLibvirtd[], { dedicateAll = false, store }: WorldWishes): object {
  const cells = readdirSync('/sys/devices/system/node').filter((name) => /^node\d+$/.test(name));
  const reserved = { sharedCpus: [], memoryMiBPerCell: cells.map(() => 256) };
  const hosts = daemons.map(({ uri, folder }, index) => ({
    ...{ id: index === 0 ? 'qemu' : `qemu-${String(index + 1)}`, uri, zone: 'lab', acceleration: 'tcg' },
    ...{ pool: { name: 'berth', path: `${folder}/pool` }, ...(dedicateAll && { reserved }) },
  }));
  const logLevel = process.env['BERTH_TEST_LOG'] ?? 'warn';
  return { logLevel, hosts, ...(store !== undefined && { store }) };
}

/** Answers the id of the VNFD. */
export async function onboard(berth: BerthProcess, { file }: VnfPackageFile): Promise<string> {
  await reachable(berth, true);
  const id = await createPackage(berth);
  await upload(berth, id, readFileSync(file));
  return String((await onboarded(berth, id))['vnfdId']);
}

/** When Berth says of its host that it is reachable, or that it is not. */
export const reachable = (berth: BerthProcess, wanted: boolean): Promise<Record<string, unknown>> =>
  soon(
    async () => {
      const [host] = await listOf(await berth.ask('/nfvi/v1/hosts'));
      return host?.['reachable'] === wanted ? host : undefined;
    },
    `Berth does not say that its host is ${wanted ? '' : 'not '}reachable`,
  );
