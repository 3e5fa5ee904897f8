/** Every metric of the catalogue has samples on a server at work, or there is a reason why not. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { catalogue, type MetricSpec } from '../../src/telemetry/catalogue.js';
import { runningRouter } from './router.js';
import { startServer, until, type Server } from './server.js';

const noProcess = 'simulated hosts need no process';
const notUnasked = 'it has a sample once it has happened';
const noCards = 'the host has no functions to pass through';
const noneInTrouble = 'nothing is in that trouble here';

/** What a simulated fleet in good order has not; each has a test of its own. */
const reasons: Readonly<Record<string, string>> = {
  berth_engine_process_restarts_total: noProcess,
  berth_engine_processes_up: noProcess,
  berth_engine_pool_hosts: noProcess,
  berth_engine_pool_processes: noProcess,
  berth_engine_processes_broken_total: noProcess,
  berth_host_unreachable_info: noneInTrouble,
  berth_host_missing_vnfcs: noneInTrouble,
  berth_host_pci_functions: noCards,
  berth_host_card_up: noCards,
  berth_host_card_link_bytes_per_second: noCards,
  berth_host_card_claimed_bytes_per_second: noCards,
  berth_audit_entries: noneInTrouble,
  berth_store_unreadable_rows: noneInTrouble,
  berth_operation_open_since_timestamp_seconds: noneInTrouble,
  berth_operation_progress_timestamp_seconds: noneInTrouble,
  berth_vnfc_waiting: noneInTrouble,
  berth_tls_expires_timestamp_seconds: 'the listener speaks plain HTTP here; test/flow/tls.test.ts',
  berth_audit_log_lines_lost_total: 'there is no audit log here; test/flow/audit-log.test.ts',
  berth_tls_files_refused: 'the listener speaks plain HTTP here; test/flow/tls.test.ts',
  berth_vnfc_unexpected_changes_total: notUnasked,
};

/** Hosts are looked at for these twice a minute: too seldom to be waited for here. */
const seldom: readonly string[] = [
  'berth_vnfc_vcpu_affinity_differs',
  'berth_vnfc_placement_differs',
  'berth_vnfc_memory_placed_bytes',
];

let server: Server;
beforeAll(async () => {
  server = await startServer();
  await runningRouter(server);
});
afterAll(async () => {
  await server.stop();
});

const all: readonly MetricSpec[] = Object.values(catalogue);

/** Of a histogram, its count. */
const hasSample = (page: string, { name, type }: MetricSpec): boolean =>
  new RegExp(`^${name}${type === 'histogram' ? '_count' : ''}[{ ]`, 'm').test(page);

const without = async (): Promise<readonly string[]> => {
  const page = await (await server.ask('/metrics')).text();
  return all.filter((spec) => !hasSample(page, spec)).map(({ name }) => name);
};

test('each has a sample, or a reason not to', async () => {
  const isExcused = (name: string): boolean => name in reasons || seldom.includes(name);
  const missing = await until(without, (names) => names.every(isExcused), 'metrics without samples');
  const names = all.map(({ name }) => name);
  expect([...Object.keys(reasons), ...seldom].filter((name) => !names.includes(name))).toEqual([]);
  expect(Object.keys(reasons).filter((name) => !missing.includes(name))).toEqual([]);
});

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const skipped = hasPromtool ? '' : ' [skipped: no promtool here (Debian package prometheus)]';

(hasPromtool ? test : test.skip)(`all of them are what promtool accepts${skipped}`, async () => {
  const page = await (await server.ask('/metrics')).text();
  const check = spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
  expect([check.status, check.stdout, check.stderr]).toEqual([0, '', '']);
});
