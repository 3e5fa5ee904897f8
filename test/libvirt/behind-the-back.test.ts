/**
 * What somebody changes and removes on a real host behind Berth's back: named, and made again by a start, but for what
 * was written to a disk.
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { listOf } from '../api/door.js';
import { readInstance } from '../flow/router.js';
import { expectCompleted, onlyVnfc, operate, settle, started, stopped, type Vnfc } from './berth-life.js';
import type { BerthProcess } from './berth-program.js';
import { openDock, smallRunning, type Dock } from './dock.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { onboardSmall } from './small-vnf.js';
import { soon } from './soon.js';

jest.setTimeout(300_000);

describeUnless(missingHypervisor(), 'Behind the back of Berth', () => {
  let dock: Dock;
  let berth: BerthProcess;
  let id = '';
  let vnfc: Vnfc;
  let network = '';

  beforeAll(async () => {
    dock = await openDock();
    berth = await dock.berth('one');
    id = await smallRunning(berth, await onboardSmall(berth));
    vnfc = await onlyVnfc(berth, id);
    network = (await virsh('net-list', '--name')).split('\n').find((name) => name.startsWith('berth-')) ?? '';
  });
  afterAll(() => dock.end());

  const virsh = (...words: readonly string[]) => dock.daemon.virsh(...words);
  const name = () => vnfc.metadata.domainName;
  const pool = () => `${dock.daemon.folder}/pool`;
  const file = (part: string) => readdirSync(pool()).find((each) => each.startsWith(`berth-${vnfc.id}-${part}`)) ?? '';
  const start = (additionalParams?: object) =>
    operate(berth, id, 'operate', { ...started, ...(additionalParams && { additionalParams }) });
  const stop = async () => expectCompleted(await operate(berth, id, 'operate', stopped));
  const warningsOf = (occ: Readonly<Record<string, unknown>>): string => JSON.stringify(occ['warnings'] ?? []);
  const vnfState = async () => (await readInstance(berth, id))['instantiatedVnfInfo'] as { readonly vnfState: string };
  const becomes = (wanted: string) =>
    soon(async () => (await vnfState()).vnfState === wanted || undefined, `the VNF is not ${wanted}`);
  const isRunning = async () => expect(await virsh('domstate', name())).toMatch(/^running/);
  const warned = (word: string) =>
    soon(() => berth.lines.find((line) => line.includes('without an operation') && line.includes(word)), `no ${word}`);

  test.each([['destroy'], ['destroy', 'undefine'], ['undefine', 'destroy']])(
    'a domain ends by virsh %s %s: warned of, STOPPED, and started again as it was',
    async (...verbs) => {
      for (const verb of verbs) await virsh(verb, name());
      await becomes('STOPPED');
      await warned(verbs[0] === 'undefine' ? 'undefined' : 'destroyed');
      const occ = await start();
      expectCompleted(occ);
      expect(warningsOf(occ).includes('was defined again')).toBe(verbs.includes('undefine'));
      await isRunning();
      expect(await virsh('dominfo', name())).toMatch(/Persistent:\s+yes/);
    },
  );

  describe('while the VNF is stopped', () => {
    beforeEach(stop);

    test('its boot disk, day-0 and base image are removed: recreated, and said', async () => {
      await virsh('vol-delete', file('root'), 'berth');
      rmSync(`${pool()}/${file('day0')}`);
      for (const base of readdirSync(pool()).filter((each) => each.startsWith('berth-base-')))
        rmSync(`${pool()}/${base}`);
      const occ = await start();
      expectCompleted(occ);
      expect(warningsOf(occ)).toContain('was recreated from its image; what was written to it is lost');
      await isRunning();
    });

    test('its data disk is removed: named and refused, and recreated only when that is asked for', async () => {
      rmSync(`${pool()}/${file('data')}`);
      const occ = await start();
      expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
      expect(JSON.stringify(occ['error'])).toMatch(/-data\.qcow2 of VNFC .* is gone from pool berth of host qemu/);
      expect(file('data')).toBe('');
      await settle(berth, occ, 'fail');
      expect((await vnfState()).vnfState).toBe('STOPPED');
      const again = await start({ recreateLostDisks: true });
      expectCompleted(again);
      expect(warningsOf(again)).toContain('was recreated empty');
    });

    test('the file system of its pool is not mounted: nothing is made, and a retry finds the disks', async () => {
      renameSync(pool(), `${pool()}.away`);
      mkdirSync(pool());
      const occ = await start();
      expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
      expect(JSON.stringify(occ['error'])).toContain('may not be mounted');
      expect(file('')).toBe('');
      rmSync(pool(), { recursive: true });
      renameSync(`${pool()}.away`, pool());
      const retried = await settle(berth, occ, 'retry');
      expectCompleted(retried);
      expect(warningsOf(retried)).not.toContain('recreated');
      await isRunning();
    });

    test.each([['net-destroy'], ['net-destroy', 'net-undefine'], ['net-undefine']])(
      'its internal network is removed by %s %s: made again',
      async (...verbs) => {
        for (const verb of verbs) await virsh(verb, network);
        expectCompleted(await start());
        expect(await virsh('net-info', network)).toMatch(/Active:\s+yes\s+Persistent:\s+yes\s+Autostart:\s+yes/);
      },
    );

    test.each([['pool-destroy'], ['pool-destroy', 'pool-undefine']])(
      'its pool is removed by %s %s',
      async (...verbs) => {
        for (const verb of verbs) await virsh(verb, 'berth');
        const occ = await start();
        expectCompleted(occ);
        expect(warningsOf(occ)).not.toMatch(/recreated|defined again/);
      },
    );
  });

  test('what was changed is named in the VNFC, the log and the metric', async () => {
    const mac = /mac address='([^']+)'/.exec(await virsh('dumpxml', name()))?.[1] ?? '';
    await virsh('emulatorpin', name(), '1', '--live');
    await virsh('metadata', name(), '--uri', 'urn:berth:domain:1', '--remove', '--live');
    await virsh('domif-setlink', name(), mac, 'down');
    await virsh('setmaxmem', name(), '128M', '--config');
    await virsh('undefine', name());
    await virsh('net-destroy', network);
    // Looks at its hosts when it starts, and not only every half minute.
    await berth.stop();
    berth = await dock.berth('one');
    const wanted = [
      'definition: not there',
      `network ${network}: not active`,
      'emulator threads on CPUs: 1, planned 0',
      `interface ${mac}, link: down, planned up`,
      'metadata of Berth: not there',
    ];
    const differences = async () => ((await onlyVnfc(berth, id)).metadata as { differences?: string[] }).differences;
    const found = await soon(differences, 'nothing is named');
    expect(found).toEqual(expect.arrayContaining(wanted));
    expect(berth.lines.find((line) => line.includes('is not as planned'))).toContain('definition: not there');
    const metrics = await (await berth.ask('/metrics')).text();
    expect(/^berth_vnfc_differences\{.*\} (\d+)$/m.exec(metrics)?.[1]).toBe(String(found.length));
    // Without its mark it is Berth's own all the same.
    const [host] = await listOf(await berth.ask('/nfvi/v1/hosts'));
    expect(JSON.stringify(host)).not.toContain('not Berth’s');
  });

  test('a domain is paused, and saved: started from where it was', async () => {
    for (const [verb, reason] of [
      ['suspend', 'user'],
      ['managedsave', 'saved'],
    ] as const) {
      await virsh(verb, name());
      await becomes('STOPPED');
      await warned(reason);
      expectCompleted(await start());
      await isRunning();
    }
  });
});
