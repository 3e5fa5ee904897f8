/**
 * `npm run bench`: what it says when it is asked for something that is not there.
 */
import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { top } from './scratch.js';

const bench = (...args: readonly string[]): { readonly status: number | null; readonly stderr: string } =>
  spawnSync(process.execPath, [join(top, 'bench', 'run.mjs'), ...args], { encoding: 'utf8' });

const names = readdirSync(join(top, 'bench')).flatMap((file) => /^(.+)\.bench\.mjs$/.exec(file)?.[1] ?? []);

test.each([[[]], [['no-such-bench']], [['start', 'boot']], [['start', '--fast']]])(
  'called with %j it lists every bench and exits 2',
  (args) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(2);
    for (const name of names) expect(stderr).toContain(name);
  },
);
