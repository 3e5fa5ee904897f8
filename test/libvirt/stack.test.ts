/**
 * The stack of a VNFC and the audit of its host, on QEMU: what libvirt tells beside what Berth planned.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Stack, StackRow } from '../../src/workflow/commands.js';
import { bodyOf, token } from '../api/door.js';
import { missingBrowser, openBrowser } from '../browser/browser.js';
import { onlyVnfc, type Vnfc } from './berth-life.js';
import type { BerthProcess } from './berth-program.js';
import { openDock, smallRunning, type Dock } from './dock.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { onboardSmall } from './small-vnf.js';

jest.setTimeout(300_000);

describeUnless(missingHypervisor(), 'The stack of a VNFC on QEMU', () => {
  let dock: Dock;
  let berth: BerthProcess;
  let vnfc: Vnfc;

  beforeAll(async () => {
    dock = await openDock();
    berth = await dock.berth('one');
    vnfc = await onlyVnfc(berth, await smallRunning(berth, await onboardSmall(berth)));
  });
  afterAll(() => dock.end());

  const stack = async () => (await bodyOf(await berth.ask(`/nfvi/v1/vnfcs/${vnfc.id}/stack`))) as unknown as Stack;
  const row = ({ layers }: Stack, layer: string, key: string): StackRow | undefined =>
    layers.find((each) => each.layer === layer)?.rows.find((each) => each.key === key);
  const differing = ({ layers }: Stack) => layers.flatMap(({ rows }) => rows).filter(({ differs }) => differs);

  test('is as planned, and tells what QEMU and libvirt made of the plan', async () => {
    const read = await stack();
    expect([differing(read), read.differences, read.state]).toEqual([[], [], 'running']);
    expect(row(read, 'hardware', 'board')?.now).toMatch(/^pc-q35-\d+\.\d+, x86_64$/);
    expect(row(read, 'hardware', 'disk vda')).toMatchObject({ device: 'para' });
    expect(row(read, 'hypervisor', 'name')?.now).toMatch(/^QEMU \d+\.\d+\.\d+$/);
    expect(row(read, 'hypervisor', 'emulator')?.now).toMatch(/qemu-system/);
    expect(row(read, 'hypervisor', 'acceleration')).toMatchObject({ now: 'full, in software (TCG)' });
    expect(row(read, 'hypervisor', 'type')).toMatchObject({ now: 'type 2' });
    const pin = await dock.daemon.virsh('vcpupin', vnfc.metadata.domainName);
    const cpus = /^ 0\s+(\S+)$/m.exec(pin)?.[1] ?? '';
    expect(
      row(read, 'physical', 'vcpu 0')
        ?.now?.replaceAll(/[^\d]+/g, ' ')
        .trim(),
    ).toBe(cpus.replaceAll(/[,-]/g, ' '));
    expect(read.layers.find(({ layer }) => layer === 'guest')?.unknownBecause).toContain('no guest agent');
  });

  test('marks what was changed with virsh, and not after it is undone', async () => {
    const name = vnfc.metadata.domainName;
    const now = /^ 0\s+(\S+)$/m.exec(await dock.daemon.virsh('vcpupin', name))?.[1] ?? '';
    const other = now === '0' ? '0-1' : '0';
    await dock.daemon.virsh('vcpupin', name, '0', other, '--live');
    const read = await stack();
    expect(row(read, 'physical', 'vcpu 0')).toMatchObject({ differs: true });
    await dock.daemon.virsh('vcpupin', name, '0', now, '--live');
    expect(differing(await stack())).toEqual([]);
  });

  test('the audit of its host judges what libvirt tells', async () => {
    const audit = await bodyOf(await berth.ask('/nfvi/v1/hosts/qemu/audit'));
    const { findings, checks, right } = audit as unknown as Record<
      'findings' | 'checks',
      readonly { code: string }[]
    > & {
      right: readonly string[];
    };
    expect(findings.map(({ code }) => code)).toContain('HOST-ACCELERATION');
    expect(checks.map(({ code }) => code)).toContain('HOST-GOVERNOR');
    // All that libvirtd of this machine can tell was told: nothing is left to a command that need not be.
    expect(right.concat(findings.map(({ code }) => code))).toEqual(
      expect.arrayContaining(['HOST-CPUS-OFFLINE', 'HOST-POOLS-SHARED', 'HOST-LIBVIRT-FAULT', 'HOST-QEMU-FAULT']),
    );
  });

  describeUnless(missingBrowser(), 'in a browser', () => {
    test('is shown whole', async () => {
      const browser = await openBrowser();
      try {
        await browser.page.look(1280, 800, 'light');
        await browser.page.open(`${berth.origin}/stack/${vnfc.id}`);
        await browser.page.value(`document.getElementById('token').value = ${JSON.stringify(token)};
          document.querySelector('#ask button').click()`);
        await browser.page.until('document.querySelectorAll("section").length === 5');
        expect(await browser.page.value('document.body.innerText')).toContain('pc-q35-');
        expect(await browser.page.value('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        const folder = process.env['BERTH_PICTURES'];
        if (folder !== undefined) writeFileSync(join(folder, 'real.png'), await browser.page.picture());
      } finally {
        await browser.close();
      }
    });
  });
});
