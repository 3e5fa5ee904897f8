/** The UPF's agent: the file of its sessions when it is full, when its folder is, and when two want it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer } from '../../vnf-catalog/upf/client/reading.ts';
import { hasCompiler } from './upf-agent-program.js';
import { basic, compileDriver, Driver } from './upf-driver.js';

const folder = mkdtempSync(join(tmpdir(), 'upf-store.'));
const describeCompiled = hasCompiler ? describe : describe.skip;
const itMounts = spawnSync('unshare', ['-rm', 'true']).status === 0 ? it : it.skip;
let program = '';

beforeAll(() => {
  if (hasCompiler) program = compileDriver(folder);
}, 240_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ended = async (upf: Driver): Promise<void> => {
  const code = await upf.end();
  expect(code === 0 ? '' : upf.stderr).toBe('');
};
const upperHalf = ({ upSeid = 0n }: Answer): bigint => upSeid >> 32n;

/** Sessions as long as they may be, then short ones, until one is refused. */
async function fill(upf: Driver): Promise<number> {
  const filters = Array.from({ length: 8 }, (_, port) => `permit out 17 from any ${String(port + 1)} to assigned`);
  const { createPdrs = [] } = basic();
  const createQers = Array.from({ length: 8 }, (_, id) => ({ id: id + 1 }));
  for (let number = 10; number < 70; number++) {
    const long = Array.from(
      { length: 14 },
      (_, more) => ({ id: 3 + more, precedence: 9, source: 'core', far: 2, filters }) as const,
    );
    const rules = basic(number);
    const first =
      number < 30 ? { ...rules, createQers, createPdrs: [...(rules.createPdrs ?? createPdrs), ...long] } : rules;
    const cause = (await upf.establish(first)).cause ?? 0;
    if (number >= 30 && cause !== 1) return cause;
  }
  return 1;
}

describeCompiled('the store of the UPF', () => {
  it('keeps room for usage when sessions have taken the rest: a report is told once', async () => {
    const upf = new Driver(program, folder);
    await upf.associate();
    const { createPdrs = [] } = basic();
    const urr = {
      id: 1,
      measures: ['volume'],
      triggers: ['volumeThreshold'],
      volumeThreshold: { total: 100 },
    } as const;
    const session = await upf.establish(
      basic(1, { createUrrs: [urr], createPdrs: createPdrs.map((pdr) => ({ ...pdr, urrs: [1] })) }),
    );
    expect(await fill(upf)).toBe(75);
    const { messages } = await upf.say(`use ${String(session.upSeid)} 1 up 150`);
    const [report] = messages;
    if (report === undefined) throw new Error('there is no report');
    expect((await upf.accept(report, 'sessionReportResponse')).messages).toEqual([]);
    expect((await upf.remove(session)).usage).toMatchObject([{ number: 1, volume: { total: 0 } }]);
    await ended(upf);
  });

  itMounts('refuses sessions when tmpfs has no memory for them, and goes on', async () => {
    const within = join(folder, 'within');
    const mounted = join(folder, 'mounted');
    mkdirSync(mounted);
    const mount = 'mount -t tmpfs -o size=72k tmpfs "$1" && exec "$0" "$@"';
    writeFileSync(within, `#!/bin/sh\nexec unshare -rm sh -c '${mount}' ${join(folder, 'upf-agent-driver')} "$@"\n`, {
      mode: 0o755,
    });
    const upf = new Driver(within, mounted);
    await upf.associate();
    const causes: (number | undefined)[] = [];
    const createQers = Array.from({ length: 8 }, (_, id) => ({ id: id + 1 }));
    for (let number = 0; number < 64; number++) causes.push((await upf.establish(basic(number, { createQers }))).cause);
    expect(new Set(causes)).toEqual(new Set([1, 75]));
    expect((await upf.status()).gauges['sessions']).toBe(causes.filter((cause) => cause === 1).length);
    await ended(upf);
  });

  it('is of one process: a second one is refused', async () => {
    const upf = new Driver(program, folder);
    await upf.associate();
    const second = spawnSync(program, [folder, '64', '0'], { input: '', encoding: 'utf8' });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('is in use: another upfd runs');
    await upf.establish(basic());
    await ended(upf);
  });

  it.each(['chain', 'node', 'bytes'])('is begun again when it is damaged, and the file is kept: %s', async (what) => {
    const upf = new Driver(program, folder);
    for (let turn = 1; turn <= 2; turn++) {
      await upf.associate();
      const session = await upf.establish(basic());
      await upf.say(`spoil ${what}`);
      const { counters, gauges } = await upf.status();
      expect([counters['session_files_set_aside'], gauges['sessions'], gauges['associations']]).toEqual([1, 0, 0]);
      expect((await upf.modify(session, [])).cause).toBe(65);
    }
    expect(upf.stderr).toContain(`${folder}/sessions is damaged at session slot 0: it is kept as sessions.damaged`);
    expect(readdirSync(folder).filter((name) => name.startsWith('sessions'))).toEqual(['sessions', 'sessions.damaged']);
    await ended(upf);
  });

  it('gives SEIDs that do not follow from one another', async () => {
    const upf = new Driver(program, folder);
    await upf.associate();
    const sessions: Answer[] = [];
    for (let number = 0; number < 32; number++) sessions.push(await upf.establish(basic(number)));
    expect(new Set(sessions.map(upperHalf)).size).toBeGreaterThan(30);
    const again: Answer[] = [];
    for (let turn = 0; turn < 64; turn++) {
      const session = await upf.establish(basic(100));
      await upf.remove(session);
      again.push(session);
    }
    const steps = again.slice(32).map((session, turn) => upperHalf(session) - upperHalf(again[turn] ?? session));
    expect(new Set(steps).size).toBeGreaterThan(30);
    await ended(upf);
  });
});
