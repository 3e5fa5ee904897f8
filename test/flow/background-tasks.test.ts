/** What Berth does beside requests, as it tells of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createProgram } from '../../src/cli/program.js';
import { listOf, token } from '../api/door.js';
import { startServer, until, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

const path = '/nfvi/v1/background-tasks';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const named = async (name: string) => (await listOf(await server.ask(path))).find((task) => task['name'] === name);

test('every task of the document is there, and no other', async () => {
  const documented = readFileSync('docs/background-tasks.md', 'utf8').matchAll(/^\| `([a-z-]+)` /gm);
  const names = (await listOf(await server.ask(path))).map((task) => String(task['name']));
  // Without a certificate there is none to look at.
  expect([...names, 'tls-files'].toSorted()).toEqual([...documented].map(([, name]) => name).toSorted());
});

test('a task says when it ran, how long that took, and when it runs again', async () => {
  const found = await until(
    () => named('capacity-count'),
    (task) => task?.['lastRun'] !== undefined && task['nextInMs'] !== undefined,
    'the count has not run',
  );
  expect(found).toMatchObject({
    ...{ everyMs: 5_000, isDuty: false, isOnDuty: true, underWay: 0, isOverdue: false, failures: 0 },
    lastRun: { began: expect.stringMatching(/^\d{4}-.*Z$/), tookMs: expect.any(Number) },
  });
});

test('the only replica has every duty', async () => {
  const has = (task: Readonly<Record<string, unknown>> | undefined) => task?.['isOnDuty'] === true;
  expect(await until(() => named('operation-retention'), has, 'nobody has the duty')).toMatchObject({ isDuty: true });
});

test('the list is narrowed like any other, and refuses what it does not know', async () => {
  const only = await listOf(await server.ask(`${path}?filter=(eq,name,audit)`));
  expect(only.map((task) => task['name'])).toEqual(['audit']);
  expect((await server.ask(`${path}?filter=(eq,nothing,audit)`)).status).toBe(400);
  expect((await server.ask(path, { headers: { authorization: '' } })).status).toBe(401);
});

test('`berth task list` shows a table', async () => {
  const lines: string[] = [];
  const environment = { BERTH_URL: server.origin, BERTH_TOKEN: token };
  const program = createProgram({
    clock: systemClock,
    environment,
    out: (text) => void lines.push(...text.split('\n')),
  });
  await program.parseAsync(['task', 'list'], { from: 'user' });
  expect(lines[0]).toMatch(/^TASK +STATE +EVERY +RUNS +FAILED/);
  expect(lines.find((line) => line.startsWith('operation-retention'))).toMatch(/ (rests|runs) +600 s /);
});
