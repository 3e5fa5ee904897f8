/** The control socket of the UPF's agent, with clients that connect and say nothing. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { compileAgent, hasCompiler } from './upf-agent-program.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-control.'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

(hasCompiler ? describe : describe.skip)('the control socket of the UPF', () => {
  it('answers when others hold all of its places, and leaves a trace alone', () => {
    const program = compileAgent(folder, ['upf-control'], ['control', '../../guest/json']);
    const { status, stdout, stderr } = spawnSync(program, [join(folder, 'sock')], {
      encoding: 'utf8',
      timeout: 100_000,
      // The clients of the test are left to the end of the process.
      env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' },
    });
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'trace hears nothing',
      'status {}',
      'the last silent one {}',
      'a trace goes on',
      '',
    ]);
    expect(status).toBe(0);
  }, 120_000);
});
