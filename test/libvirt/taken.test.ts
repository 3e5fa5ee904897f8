/** What a domain that is not Berth's takes of a real host, as the engine tells it. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Engine } from '../../src/engine/engine.js';
import { vnfcId } from '../../src/shared/ids.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { privateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { smallDomain } from './small-domain.js';

jest.setTimeout(300_000);

describeUnless(missingHypervisor(), 'a domain that is not Berth’s', () => {
  let daemon: PrivateLibvirtd;
  let engine: Engine;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    ({ engine } = privateEngine(daemon));
    await engine.start();
  });
  afterAll(async () => {
    await engine.stop();
    await daemon.stop();
  });

  const taken = async () => {
    const { cells } = await engine.facts();
    return cells.flatMap(({ cpus }) =>
      cpus.flatMap(({ id, takenBy }) => (takenBy === undefined ? [] : [[id, takenBy]])),
    );
  };
  const foreignMiB = async () => (await engine.facts()).cells.reduce((sum, cell) => sum + (cell.foreignMiB ?? 0), 0);

  test('takes the CPUs that it is pinned to and its memory, while it runs', async () => {
    expect(await taken()).toEqual([]);
    const more = "<cputune><vcpupin vcpu='0' cpuset='1'/></cputune>";
    const xml = smallDomain({ uuid: vnfcId(randomUUID()), name: 'win11', memoryMiB: 96, more });
    writeFileSync(`${daemon.folder}/win11.xml`, xml);
    await daemon.virsh('define', `${daemon.folder}/win11.xml`);
    expect(await taken()).toEqual([]);
    await daemon.virsh('start', 'win11');
    expect(await taken()).toEqual([[1, 'domain win11, which is not Berth’s, is pinned to it']]);
    expect(await foreignMiB()).toBeGreaterThanOrEqual(96);
    await daemon.virsh('destroy', 'win11');
    expect(await taken()).toEqual([]);
    expect(await foreignMiB()).toBe(0);
  });

  test('stands beside a bridge of the host, which is read without harm', async () => {
    const ip = (...words: readonly string[]) =>
      execFileSync('nsenter', ['--net', '--target', String(daemon.pid()), 'ip', 'link', ...words]);
    ip('add', 'port0', 'type', 'veth', 'peer', 'name', 'port1');
    ip('add', 'br0', 'type', 'bridge');
    ip('set', 'port0', 'master', 'br0', 'up');
    ip('set', 'br0', 'up');
    expect(await daemon.virsh('iface-list', '--all')).toContain('br0');
    expect((await engine.facts()).networks).toBeDefined();
  });
});
