/**
 * Two installations on one libvirtd and in one pool: neither touches what is the other's, whatever ends, comes back after
 * a power cut or is lost. And what a power cut of the host itself does to what runs there.
 */
import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { listOf } from '../api/door.js';
import { instances, packages, readInstance } from '../flow/router.js';
import { expectCompleted, forceful, onlyVnfc, operate, started, stopped } from './berth-life.js';
import type { BerthProcess } from './berth-program.js';
import { reachable } from './berth-world.js';
import { openDock, smallRunning, type Dock } from './dock.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { onboardSmall } from './small-vnf.js';
import { soon } from './soon.js';

jest.setTimeout(300_000);

describeUnless(missingHypervisor(), 'Two Berths on one host', () => {
  let dock: Dock;
  let one: BerthProcess;
  let two: BerthProcess;
  let vnfdId = '';
  let kept = '';

  beforeAll(async () => {
    dock = await openDock();
    one = await dock.berth('one');
    two = await dock.berth('two');
    vnfdId = await onboardSmall(one);
    kept = await smallRunning(one, vnfdId);
  });
  afterAll(() => dock.end());

  const virsh = (...words: readonly string[]) => dock.daemon.virsh(...words);
  const pool = () => readdirSync(`${dock.daemon.folder}/pool`).toSorted();
  const names = async (...list: readonly string[]) =>
    (await virsh(...list, '--all', '--name')).split('\n').filter((name) => name.startsWith('berth-'));
  /** All of both Berths that stands on the host. */
  const standing = async () => ({
    domains: (await names('list')).toSorted(),
    networks: (await names('net-list')).toSorted(),
    volumes: pool(),
  });
  const audited = (berth: BerthProcess, count: number) =>
    soon(async () => {
      const entries = await listOf(await berth.ask('/nfvi/v1/audit'));
      return entries.length === count ? entries : undefined;
    }, `the audit does not name ${count}`);
  const again = async (berth: BerthProcess, name: string) => {
    await berth.stop();
    return dock.berth(name);
  };
  const metadata = async (id: string) =>
    (await onlyVnfc(one, id)).metadata as Awaited<ReturnType<typeof onlyVnfc>>['metadata'] & {
      readonly waitsFor?: string;
    };
  const isRunning = async (id: string) => (await metadata(id)).live?.state === 'running';
  const comesBack = (id: string) => soon(async () => (await isRunning(id)) || undefined, `${id} does not come back`);

  test('each has a base image of its own, and ends what is its own only', async () => {
    const before = await standing();
    const mine = await smallRunning(two, await onboardSmall(two));
    expect((await standing()).domains).toHaveLength(2);
    expectCompleted(await operate(two, mine, 'terminate', forceful));
    await two.ask(`${instances}/${mine}`, { method: 'DELETE' });
    const [info] = await listOf(await two.ask(packages));
    const path = `${packages}/${String(info?.['id'])}`;
    await two.send('PATCH', path, { operationalState: 'DISABLED' });
    expect((await two.ask(path, { method: 'DELETE' })).status).toBe(204);
    await soon(async () => (pool().length === before.volumes.length ? true : undefined), 'its base image stays');
    expect(await standing()).toEqual(before);
  });

  test('the audit of one names what is the other’s, and removes none of it', async () => {
    const before = await standing();
    two = await again(two, 'two');
    // A domain, its network, root, data, day-0, console and base image.
    for (const entry of await audited(two, 7)) {
      expect(entry).toMatchObject({ whose: 'other' });
      const refused = await two.ask(`/nfvi/v1/audit/${String(entry['id'])}`, { method: 'DELETE' });
      expect([refused.status, await refused.text()]).toEqual([409, expect.stringContaining('belongs to installation')]);
    }
    expect(await standing()).toEqual(before);
    expectCompleted(await operate(one, kept, 'operate', stopped));
    expectCompleted(await operate(one, kept, 'operate', started));
  });

  test('what a power cut brings back after its TERMINATE is removed by its own Berth only', async () => {
    const id = await smallRunning(one, vnfdId, 'ended');
    const { domainName } = await metadata(id);
    const network = (await names('net-list')).find((name) => domainName.startsWith(name.slice(0, 19))) ?? '';
    const saved = `${dock.folder}/saved`;
    cpSync(`${dock.daemon.folder}/pool`, saved, { recursive: true });
    writeFileSync(`${dock.folder}/domain.xml`, await virsh('dumpxml', domainName, '--inactive'));
    writeFileSync(`${dock.folder}/network.xml`, await virsh('net-dumpxml', network, '--inactive'));
    expectCompleted(await operate(one, id, 'terminate', forceful));
    const without = await standing();
    await one.stop();
    cpSync(saved, `${dock.daemon.folder}/pool`, { recursive: true, force: false });
    await virsh('net-define', `${dock.folder}/network.xml`);
    await virsh('net-start', network);
    await virsh('define', `${dock.folder}/domain.xml`);
    await virsh('start', domainName);
    const back = await standing();
    expect(back.domains).toContain(domainName);
    two = await again(two, 'two');
    await audited(two, 13);
    expect(await standing()).toEqual(back);
    one = await dock.berth('one');
    await soon(async () => JSON.stringify(await standing()) === JSON.stringify(without) || undefined, 'it stays');
    expect(one.lines.filter((line) => line.includes('removed what had ended before'))).not.toEqual([]);
  });

  test('a database that is lost stops the start, and costs nothing on the host', async () => {
    await one.stop();
    const before = await standing();
    const file = `${dock.dataDir('one')}/berth.sqlite`;
    renameSync(file, `${file}.away`);
    await expect(dock.berth('one')).rejects.toThrow(/has removed nothing: .* is missing\..*--adopt-data-dir/s);
    expect(await standing()).toEqual(before);
    rmSync(file, { force: true });
    renameSync(`${file}.away`, file);
    one = await dock.berth('one');
    await comesBack(kept);
  });

  test('after a power cut of the host what was STARTED comes back, when its network is there, and says so', async () => {
    const second = await smallRunning(one, vnfdId, 'second');
    const off = await smallRunning(one, vnfdId, 'off');
    expectCompleted(await operate(one, off, 'operate', stopped));
    await virsh('net-autostart', 'outside', '--disable');
    await dock.daemon.powerCut();
    await reachable(one, false);
    expect((await metadata(kept)).live).toMatchObject({ state: 'unknown' });
    expect(await (await one.ask('/metrics')).text()).not.toMatch(/^berth_vnfc_up\{.*\} 1$/m);
    await dock.daemon.release();
    await reachable(one, true);
    for (const id of [kept, second])
      await soon(
        async () => ((await metadata(id)).waitsFor === 'network outside' ? true : undefined),
        'it says nothing',
      );
    await virsh('net-start', 'outside');
    one = await again(one, 'one');
    for (const id of [kept, second]) await comesBack(id);
    expect(await isRunning(off)).toBe(false);
    const info = (await readInstance(one, off))['instantiatedVnfInfo'];
    expect(info).toMatchObject({ vnfState: 'STOPPED' });
  });

  test('nothing comes back where it is told not to', async () => {
    await virsh('net-autostart', 'outside');
    await one.stop();
    await dock.daemon.powerCut();
    await dock.daemon.release();
    one = await dock.berth('one', { bringBack: false });
    await soon(() => one.lines.find((line) => line.includes('ended without an operation')), 'it is not warned of');
    expect(await isRunning(kept)).toBe(false);
    expectCompleted(await operate(one, kept, 'operate', started));
  });
});
