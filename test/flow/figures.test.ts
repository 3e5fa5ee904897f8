/** Berth's own metrics on the whole server: they follow what happens, and do not lie after a restart. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import {
  createInstance,
  createPackage,
  elsewhere,
  instantiation,
  onboarded,
  onboardRouter,
  operate,
  opOccs,
  rested,
  upload,
} from './router.js';
import { startServer, until, type Server } from './server.js';

let server: Server;
let vnfdId: unknown;
beforeAll(async () => {
  server = await startServer();
  vnfdId = (await onboardRouter(server))['vnfdId'];
});
afterAll(async () => {
  await server.stop();
});

const page = async (): Promise<string> => (await server.ask('/metrics')).text();

/** The value of the only sample with these labels; undefined when there is none. */
function valueIn(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const found = lines.filter((line) => wanted.every((label) => line.includes(label)));
  expect([name, labels, found.length]).toEqual([name, labels, Math.min(1, found.length)]);
  const value = found[0]?.split(' ').at(-1);
  return value === undefined ? undefined : Number(value);
}

test('a package that was onboarded and one that was refused are counted, with the time that reading took', async () => {
  const id = await createPackage(server);
  await upload(server, id, Buffer.from('this is no archive'));
  await onboarded(server, id);
  const text = await page();
  expect(valueIn(text, 'berth_packages', { state: 'ONBOARDED' })).toBe(1);
  expect(valueIn(text, 'berth_packages', { state: 'ERROR' })).toBe(1);
  expect(valueIn(text, 'berth_package_onboardings_total', { outcome: 'onboarded' })).toBe(1);
  expect(valueIn(text, 'berth_package_onboardings_total', { outcome: 'refused' })).toBe(1);
  expect(valueIn(text, 'berth_package_onboarding_seconds_count', { outcome: 'onboarded' })).toBe(1);
  expect(valueIn(text, 'berth_package_onboarding_seconds_sum', { outcome: 'onboarded' })).toBeGreaterThan(0);
});

test('an instance, its placement and the calls it took are shown', async () => {
  const before = await page();
  const started = { operation: 'INSTANTIATE', state: 'STARTING' };
  expect(valueIn(before, 'berth_operations_total', started)).toBe(0);
  const id = await createInstance(server, vnfdId, 'edge');
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  const text = await page();
  expect(valueIn(text, 'berth_operations_total', started)).toBe(1);
  expect(valueIn(text, 'berth_placements_total', { operation: 'INSTANTIATE', outcome: 'placed' })).toBe(1);
  expect(valueIn(text, 'berth_placement_seconds_count')).toBe(1);
  expect(valueIn(text, 'berth_placement_commit_seconds_count')).toBe(1);
  expect(valueIn(text, 'berth_instances', { state: 'STARTED' })).toBe(1);
  expect(valueIn(text, 'berth_instance_info', { vnf_instance_id: id, name: 'edge', flavour: 'simple' })).toBe(1);
  expect(valueIn(text, 'berth_engine_call_seconds_count', { verb: 'ensureStarted', result: 'done' })).toBe(1);
  expect(valueIn(text, 'berth_store_seconds_count', { operation: 'commitPlan', result: 'done' })).toBe(1);
  expect(valueIn(text, 'berth_store_size_bytes', { database: 'sqlite' })).toBeGreaterThan(10_000);
  expect(valueIn(text, 'berth_engine_processes_up')).toBeUndefined();
});

test('a placement that is refused is counted by what refused it', async () => {
  const id = await createInstance(server, vnfdId, 'refused');
  await server.send('PATCH', '/nfvi/v1/hosts/sim-1', { adminState: 'draining' });
  expect(await operate(server, id, 'instantiate', elsewhere)).toMatchObject({ operationState: 'ROLLED_BACK' });
  await server.send('PATCH', '/nfvi/v1/hosts/sim-1', { adminState: 'active' });
  const text = await page();
  expect(valueIn(text, 'berth_placements_total', { operation: 'INSTANTIATE', outcome: 'refused' })).toBe(1);
  expect(valueIn(text, 'berth_placement_refusals_total', { constraint: 'host-state' })).toBe(1);
  expect(valueIn(text, 'berth_placement_refusals_total', { constraint: 'hugepages' })).toBe(0);
  expect(valueIn(text, 'berth_instances', { state: 'NOT_INSTANTIATED' })).toBe(1);
});

test('an operation that is stuck is shown with since when, the same after a restart, until it is over', async () => {
  const id = await createInstance(server, vnfdId, 'stuck');
  server.fleet.all()[0]?.control.failNext('ensureStarted', 'Rejected', 'no');
  const occ = await operate(server, id, 'instantiate', elsewhere);
  expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
  const labels = { operation: 'INSTANTIATE', state: 'FAILED_TEMP' };
  const own = { ...labels, operation_id: String(occ['id']), vnf_instance_id: id };
  const since = Date.parse(String(occ['stateEnteredTime'])) / 1000;
  const shown = (text: string) => [
    valueIn(text, 'berth_operations_open', labels),
    valueIn(text, 'berth_operation_open_since_timestamp_seconds', own),
    valueIn(text, 'berth_operations_waiting'),
    valueIn(text, 'berth_operations_driven'),
    valueIn(text, 'berth_instances', { state: 'STARTED' }),
    valueIn(text, 'berth_packages', { state: 'ONBOARDED' }),
  ];
  // The driver lets go a moment after the operation is parked.
  const before = await until(page, (text) => valueIn(text, 'berth_operations_driven') === 0, 'it is driven still');
  expect(shown(before)).toEqual([1, since, 0, 0, 1, 1]);
  const progress = valueIn(before, 'berth_operation_progress_timestamp_seconds', own) ?? 0;
  expect(Math.abs(since - progress)).toBeLessThan(30);

  server = await server.restart();
  const after = await page();
  expect(shown(after)).toEqual([1, since, 0, 0, 1, 1]);
  expect(valueIn(after, 'berth_operation_progress_timestamp_seconds', own)).toBe(progress);
  expect(valueIn(after, 'berth_operations_total', { operation: 'INSTANTIATE', state: 'STARTING' })).toBe(0);

  const retried = await server.ask(`${opOccs}/${String(occ['id'])}/retry`, { method: 'POST' });
  expect(retried.status).toBe(202);
  expect(await rested(server, `${opOccs}/${String(occ['id'])}`)).toMatchObject({ operationState: 'COMPLETED' });
  const over = await page();
  expect(valueIn(over, 'berth_operations_open', labels)).toBe(0);
  expect(valueIn(over, 'berth_operation_open_since_timestamp_seconds')).toBeUndefined();
});

test('an operation under way is driven by this process', async () => {
  server.fleet.all()[0]?.control.latency(100);
  const id = await createInstance(server, vnfdId, 'slow');
  const third = JSON.parse(JSON.stringify(elsewhere).replaceAll('.30"', '.50"').replaceAll('.39"', '.59"')) as object;
  const response = await server.send('POST', `/vnflcm/v2/vnf_instances/${id}/instantiate`, third);
  const text = await until(page, (now) => valueIn(now, 'berth_operations_driven') === 1, 'it is not driven');
  expect(valueIn(text, 'berth_operations_waiting')).toBe(0);
  server.fleet.all()[0]?.control.latency(0);
  const occ = await rested(server, response.headers.get('location') ?? '');
  expect([occ['operationState'], await bodyOf(await server.ask('/readyz'))]).toMatchObject(['COMPLETED', {}]);
});
