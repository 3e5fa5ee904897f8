import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { token } from '../api/door.js';
import { startServer, until, type Server } from './server.js';

let folder: string;
let server: Server;
const file = () => join(folder, 'audit.log');
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-audit-'));
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

const textOf = (path: string): string => readFileSync(path, 'utf8');
/** Those that are written to their end. */
const linesOf = (path: string) =>
  textOf(path)
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const atLeast = (count: number) =>
  until(
    () => Promise.resolve(linesOf(file())),
    (lines) => lines.length >= count,
    'too few lines',
  );

test('every change and every wrong token has a line, and reading none; secrets stand in none', async () => {
  server = await startServer({ settings: { auditLog: file() } });
  await server.ask('/nfvi/v1/hosts');
  await server.send('POST', '/vnfpkgm/v2/vnf_packages?secret=in-the-query', { userDefinedData: { a: 'secret-body' } });
  await server.send('POST', '/vnflcm/v2/vnf_instances', { vnfdId: 'none' });
  await server.ask('/nfvi/v1/hosts', { headers: { authorization: 'Bearer wrong-secret-token' } });
  await server.send('DELETE', '/vnflcm/v2/vnf_instances/x', {}, { authorization: '' });
  const lines = await atLeast(4);
  expect(lines.map(({ method, outcome, token: shown }) => [method, outcome, shown])).toEqual([
    ['POST', expect.stringMatching(/done|refused/), 'given'],
    ['POST', 'refused', 'given'],
    ['GET', 'refused', 'wrong'],
    ['DELETE', 'refused', 'none'],
  ]);
  expect(lines.map(({ subject }) => subject)).toEqual(['token', 'token', undefined, undefined]);
  expect(lines[1]).toMatchObject({ client: '127.0.0.1', path: '/vnflcm/v2/vnf_instances', status: expect.any(Number) });
  expect(textOf(file())).not.toMatch(new RegExp(`secret|${token}`));
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

test('requests without a valid token are logged as such, at a bounded rate, also when they are refused for another reason', async () => {
  server = await startServer({ settings: { auditLog: file() } });
  const none = { authorization: '' };
  await server.ask('/nfvi/v1/hosts', { headers: { authorization: 'Bearer' } });
  await server.send('DELETE', '/vnflcm/v2/vnf_instances/x', {}, { authorization: 'Bearer' });
  await server.send('POST', '/docs/x', {}, { authorization: 'Bearer wrong-token-of-a-stranger' });
  await server.send('POST', '/', {}, none);
  const lines = await atLeast(4);
  expect(lines.map(({ method, status, token: shown }) => [method, status, shown])).toEqual([
    ['GET', 400, 'wrong'],
    ['DELETE', 400, 'wrong'],
    ['POST', 405, 'wrong'],
    ['POST', 405, 'none'],
  ]);
  const from = performance.now();
  for (let at = 0; at < 400; at += 50)
    await Promise.all(Array.from({ length: 50 }, () => server.send('POST', '/healthz', {}, none)));
  const tookSeconds = (performance.now() - from) / 1000;
  await server.send('POST', '/vnflcm/v2/vnf_instances', { vnfdId: 'last' });
  const all = await until(
    () => Promise.resolve(linesOf(file())),
    (each) => each.at(-1)?.['token'] === 'given',
    'no line of the last request',
  );
  // A hundred at once, and ten in each second that it took.
  expect(all.length).toBeLessThanOrEqual(Math.ceil(4 + 100 + 10 * tookSeconds + 1));
});

test('a file that was rotated is begun again', async () => {
  server = await startServer({ settings: { auditLog: file() } });
  await server.send('POST', '/vnflcm/v2/vnf_instances', { vnfdId: 'first' });
  await atLeast(1);
  renameSync(file(), join(folder, 'audit.log.1'));
  await server.send('POST', '/vnflcm/v2/vnf_instances', { vnfdId: 'second' });
  await until(
    () => Promise.resolve(statSync(file(), { throwIfNoEntry: false })?.size ?? 0),
    (size) => size > 0,
    'no new file',
  );
  expect([linesOf(file()).length, linesOf(join(folder, 'audit.log.1')).length]).toEqual([1, 1]);
});

test('a full disk stops no request, and is reported', async () => {
  server = await startServer({ settings: { auditLog: '/dev/full' } });
  for (let at = 0; at < 5; at += 1)
    expect((await server.send('POST', '/vnflcm/v2/vnf_instances', { vnfdId: 'none' })).status).toBe(422);
  await until(
    () => Promise.resolve(server.log.filter((line) => line.includes('the audit log cannot be written'))),
    (told) => told.length === 1,
    'nothing was told',
  );
  expect(await (await server.ask('/metrics')).text()).toMatch(/^berth_audit_log_lines_lost_total 0$/m);
});

test('a file that cannot be opened stops the start', async () => {
  await expect(startServer({ settings: { auditLog: join(folder, 'none', 'a') } })).rejects.toThrow('auditLog: ');
  server = await startServer();
});
