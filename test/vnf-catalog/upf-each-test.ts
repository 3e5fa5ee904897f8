/** Suites in which each test has an agent of its own, and ends it. They are skipped where there is no compiler. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { hasCompiler } from './upf-agent-program.js';
import { compileDriver, Driver } from './upf-driver.js';

export const describeCompiled = hasCompiler ? describe : describe.skip;

/**
 * `begin` gets the agent of the test that begins. `another` ends it and begins one with other sizes.
 */
export function eachTestHasAnAgent(name: string, begin: (upf: Driver) => unknown) {
  const folder = mkdtempSync(join(tmpdir(), `${name}.`));
  let program = '';
  let upf: Driver;
  beforeAll(() => {
    if (hasCompiler) program = compileDriver(folder);
  }, 240_000);
  const start = async (sessions?: number, echoSeconds?: number): Promise<void> => {
    upf = new Driver(program, folder, sessions, echoSeconds);
    await begin(upf);
  };
  // A finding of the sanitizers, leaks included, is an exit code that is not 0.
  const end = async (): Promise<void> => {
    const code = await upf.end();
    expect(code === 0 ? '' : upf.stderr).toBe('');
  };
  const another = async (sessions: number, echoSeconds?: number): Promise<void> => {
    await end();
    await start(sessions, echoSeconds);
  };
  beforeEach(() => (hasCompiler ? start() : undefined));
  afterEach(() => (hasCompiler ? end() : undefined));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  return { another };
}
