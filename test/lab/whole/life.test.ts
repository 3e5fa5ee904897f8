/** A lab's own life: an `up` that is killed leaves nothing that the next command does not end, and two at once do not meet. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostProcesses } from '../../../src/lab/processes.js';
import { placesIn, placesOf, type Places } from '../../../src/lab/places.js';
import { compileBerth } from '../../libvirt/berth-program.js';
import { describeUnless } from '../../libvirt/environment.js';
import { soon } from '../../libvirt/soon.js';
import { labLimitMs, missingLab } from '../lab-under-test.js';

jest.setTimeout(labLimitMs);

describeUnless(await missingLab(), 'the command `berth lab`', () => {
  let folder: string;
  let places: Places;
  let command: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'berth-lab-'));
    places = placesIn(join(folder, 'lab'), placesOf({ environment: process.env, home: homedir }).parts);
    command = compileBerth(join(folder, 'berth'), ['lab']).command;
  });
  afterEach(async () => {
    await ended(lab('down'));
    await rm(folder, { recursive: true, force: true });
  });

  const lab = (...words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [command, 'lab', ...words], { env: { ...process.env, BERTH_LAB_DIR: places.top } });
  async function ended(child: ChildProcess): Promise<{ readonly code: number | null; readonly said: string }> {
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, said };
  }
  const processes = () => hostProcesses(places.run);

  test('ends what an `up` that was killed has left', async () => {
    const killed = lab('up');
    const gone = ended(killed);
    await soon(async () => (await processes())[0], 'no QEMU appears', labLimitMs);
    killed.kill('SIGKILL');
    await gone;
    // QEMU goes into the background by starting itself once more.
    const left = await soon(
      async () => {
        const now = await processes();
        return now.length === 1 ? now : undefined;
      },
      'not one QEMU is left',
      labLimitMs,
    );

    const { code, said } = await ended(lab('up'));
    expect(said).toMatch(/Ended \d+ QEMU process\(es\) that an earlier lab had left\./);
    expect(code).toBe(0);
    const [host] = await processes();
    expect(host?.host).toBe('lab0');
    expect(host?.pid).not.toBe(left[0]?.pid);

    expect(await ended(lab('down'))).toMatchObject({ code: 0, said: expect.stringContaining('Ended 1 host(s).') });
    expect(await processes()).toEqual([]);
    expect(await readdir(places.top)).toEqual([]);
  });

  test('says who is at it, and that it is up already', async () => {
    const first = lab('up');
    const up = ended(first);
    await soon(async () => (await processes())[0], 'no QEMU appears', labLimitMs);
    const second = await ended(lab('up'));
    expect(second.code).toBe(1);
    expect(second.said).toContain(`The lab is held by \`berth lab up --hosts 1\` (process ${first.pid},`);
    expect((await up).code).toBe(0);

    const [before] = await processes();
    expect((await ended(lab('up'))).code).toBe(0);
    expect(await processes()).toEqual([before]);
    const more = await ended(lab('up', '--hosts', '2'));
    expect(more.said).toContain('A lab of 1 host(s) with 1 wire(s) is up');
    expect(await processes()).toEqual([before]);
  });
});
