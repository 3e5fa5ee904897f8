/** The quickstart, interrupted: what it had made is taken away, and the exit code is a signal's. */
import { expect, jest, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from '../../src/lab/processes.js';

jest.setTimeout(180_000);

test('SIGINT while VNFs run ends Berth and removes what it kept', async () => {
  const top = mkdtempSync(join(tmpdir(), 'berth-quickstart-'));
  const folder = join(top, 'data');
  const args = ['scripts/quickstart.mjs', '--simulated', '--once', '--data-dir', folder, '--port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let said = '';
    let identity: Promise<ProcessIdentity | undefined> | undefined;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (identity !== undefined || !said.includes('▸ Scale out')) return;
      const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { berth: { pid: number } };
      identity = identityOf(run.berth.pid);
      void identity.then(() => child.kill('SIGINT'));
    });
    const [code] = (await once(child, 'close')) as [number | null];
    expect(said).toContain('SIGINT: everything is taken away again');
    expect(said).toContain('Ended by SIGINT, and taken away');
    expect(said).not.toContain('✗');
    expect(code).toBe(128 + constants.signals.SIGINT);
    // Its parent has ended too: it stays a zombie for as long as init leaves it one.
    const ran = await identity;
    expect(ran?.pid).toBeGreaterThan(0);
    expect(await isAlive(ran!)).toBe(false);
    expect(existsSync(folder)).toBe(false);
  } finally {
    child.kill('SIGKILL');
    rmSync(top, { recursive: true, force: true });
  }
});
