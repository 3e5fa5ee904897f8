/**
 * `npm run observe` on simulated hosts, from nothing to nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isJsonObject } from '../../src/shared/json-object.js';

jest.setTimeout(300_000);

const top = join(import.meta.dirname, '..', '..');
const missing = ['prometheus', 'prometheus-alertmanager'].filter((name) => spawnSync(name, ['--version']).status !== 0);
const why = `no ${missing.join(' and no ')} here (Debian packages prometheus, prometheus-alertmanager)`;
const title = `npm run observe${missing.length === 0 ? '' : ` [skipped: ${why}]`}`;

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch (error) {
    // It has ended. Errors of node's own modules are not of the Error that tests see.
    if (isJsonObject(error) && ['ENOENT', 'ESRCH'].includes(String(error['code']))) return '';
    throw error;
  }
}

(missing.length === 0 ? describe : describe.skip)(title, () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-observe-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const observe = (...args: readonly string[]) => {
    const script = join(top, 'scripts', 'observe.mjs');
    const child = spawn(process.execPath, [
      script,
      '--simulated',
      '--port',
      '0',
      '--data-dir',
      join(folder, 'run'),
      ...args,
    ]);
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, said: () => said, ended };
  };

  /** Processes that have the folder of the run in their command line. */
  const leftProcesses = (): readonly string[] =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandLine)
      .filter((line) => line.includes(folder));

  test('kills a VNFC, sees its alert come and go and every dashboard filled, and leaves nothing', async () => {
    const { said, ended } = observe('--once');
    const code = await ended;
    expect(said()).toMatch(/received: firing BerthVnfcDown .*vnfc_id=/);
    expect(said()).toMatch(/received: resolved BerthVnfcDown .*vnfc_id=/);
    expect(said()).toContain('Berth / UPF: ');
    expect({ code, said: said().slice(-400) }).toEqual({ code: 0, said: expect.stringContaining('Every step held') });
    expect([existsSync(join(folder, 'run')), leftProcesses()]).toEqual([false, []]);
  });
});
