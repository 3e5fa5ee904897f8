import { describe, expect, test } from '@jest/globals';
import { lcmOperations } from '../../src/lifecycle/model.js';
import { hostId, opOccId, vnfInstanceId } from '../../src/shared/ids.js';
import type { OpenOperation, OpenOperations } from '../../src/store/figures.js';
import { mostInstances, showInstances, showPackages } from '../../src/telemetry/instance-metrics.js';
import { showPools, showProcesses, showStoreSize } from '../../src/telemetry/internal-metrics.js';
import { mostOperations, showOperations } from '../../src/telemetry/open-operations.js';
import { instance } from '../builders/instance.js';
import { instantiated } from '../builders/vnfc.js';
import { instruments } from './shown.js';

const parked: OpenOperation = {
  id: opOccId('op1'),
  vnfInstanceId: vnfInstanceId('i1'),
  operation: 'SCALE',
  state: 'FAILED_TEMP',
  stateEnteredTimeMs: 1_700_000_000_500,
};
const open = (change: Partial<OpenOperations> = {}): OpenOperations => ({
  counts: [{ operation: 'SCALE', state: 'FAILED_TEMP', count: 3 }],
  waiting: 2,
  longest: [parked],
  ...change,
});
const since = 'berth_operation_open_since_timestamp_seconds';
const progress = 'berth_operation_progress_timestamp_seconds';

describe('operations that have not ended', () => {
  test('are counted by operation and state, with 0 where there is none', async () => {
    const { to, lines } = instruments();
    showOperations(to, open());
    const counts = await lines('berth_operations_open');
    expect(counts).toContain('{operation="SCALE",state="FAILED_TEMP"} 3');
    expect(counts).toContain('{operation="INSTANTIATE",state="STARTING"} 0');
    expect(counts).toHaveLength(lcmOperations.length * 4);
    expect(await lines('berth_operations_waiting')).toEqual(['2']);
  });

  test('say since when they are in their state and when a step last began or ended, and go when they have ended', async () => {
    const { to, lines } = instruments();
    showOperations(to, open({ longest: [parked, { ...parked, id: opOccId('op2'), journalMs: 1_700_000_001_000 }] }));
    const labels = (id: string) => `{operation_id="${id}",operation="SCALE",state="FAILED_TEMP",vnf_instance_id="i1"}`;
    expect(await lines(since)).toEqual([`${labels('op1')} 1700000000.5`, `${labels('op2')} 1700000000.5`]);
    expect(await lines(progress)).toEqual([`${labels('op2')} 1700000001`]);
    showOperations(to, open({ longest: [] }));
    expect([...(await lines(since)), ...(await lines(progress))]).toEqual([]);
  });

  test('have no more series than an operator would look at', async () => {
    const { to, lines } = instruments();
    const longest = Array.from({ length: 200 }, (_, at) => ({
      ...parked,
      id: opOccId(`op${String(at)}`),
      journalMs: 1,
    }));
    showOperations(to, open({ longest }));
    expect(await lines(since)).toHaveLength(mostOperations);
    expect(await lines(progress)).toHaveLength(mostOperations);
  });
});

describe('VNF instances', () => {
  const running = instance({ vnfInstanceName: 'edge', instantiated: instantiated() });

  test('are counted by state, also those that are not instantiated', async () => {
    const { to, lines } = instruments();
    showInstances(to, [running, { ...running, id: vnfInstanceId('other') }], 7);
    expect(await lines('berth_instances')).toEqual([
      '{state="NOT_INSTANTIATED"} 7',
      '{state="STARTED"} 2',
      '{state="STOPPED"} 0',
    ]);
  });

  test('say what they are, in one series each', async () => {
    const { to, lines } = instruments();
    showInstances(to, [running], 0);
    const { id, vnfdId, vnfProductName, vnfSoftwareVersion } = running;
    const what = `product_name="${vnfProductName}",software_version="${vnfSoftwareVersion}",vnfd_id="${vnfdId}"`;
    const more = `flavour="${instantiated().flavourId}",state="STARTED"`;
    expect(await lines('berth_instance_info')).toEqual([`{vnf_instance_id="${id}",name="edge",${what},${more}} 1`]);
  });

  test('have names of bounded length, and bounded series', async () => {
    const { to, lines } = instruments();
    const vnfInstanceName = `${'x'.repeat(99)}\u{1F600}${'y'.repeat(5000)}`;
    const many = Array.from({ length: mostInstances + 1 }, (_, at) => ({ ...running, id: vnfInstanceId(String(at)) }));
    showInstances(to, [{ ...running, vnfInstanceName }, ...many], 0);
    const shown = await lines('berth_instance_info');
    expect(shown).toHaveLength(mostInstances);
    expect(shown[0]).toContain(`name="${'x'.repeat(99)}\u{FFFD}"`);
    expect(await lines('berth_instances')).toContain(`{state="STARTED"} ${String(mostInstances + 2)}`);
  });
});

test('packages are counted by state, with 0 where there is none', async () => {
  const { to, lines } = instruments();
  showPackages(to, new Map([['ONBOARDED', 2]]));
  expect(await lines('berth_packages')).toEqual(
    ['CREATED', 'UPLOADING', 'PROCESSING', 'ONBOARDED', 'ERROR'].map(
      (state) => `{state="${state}"} ${state === 'ONBOARDED' ? '2' : '0'}`,
    ),
  );
});

test('the size of the database has the kind of database beside it', async () => {
  const { to, lines } = instruments();
  showStoreSize(to, { database: 'postgresql', bytes: 8_000_000 });
  expect(await lines('berth_store_size_bytes')).toEqual(['{database="postgresql"} 8000000']);
});

describe('pools of processes', () => {
  const pool = (number: number) => ({ number, hosts: number + 1, processes: { calls: 2, events: 1 } });

  test('show their hosts, their processes by role, and how many broke', async () => {
    const { to, lines } = instruments();
    showPools(to, { pools: () => [pool(2), pool(1)], broken: () => ({ calls: 4, events: 0 }) });
    expect(await lines('berth_engine_pool_hosts')).toEqual(['{pool="1"} 2', '{pool="2"} 3']);
    expect(await lines('berth_engine_pool_processes')).toContain('{pool="2",role="calls"} 2');
    expect(await lines('berth_engine_pool_processes')).toHaveLength(4);
    expect(await lines('berth_engine_processes_broken_total')).toEqual(['{role="calls"} 4', '{role="events"} 0']);
    showPools(to, undefined);
    expect(await lines('berth_engine_pool_hosts')).toEqual([]);
    expect(await lines('berth_engine_processes_broken_total')).toEqual([]);
  });

  test('are few enough to look at', async () => {
    const { to, lines } = instruments();
    showPools(to, { pools: () => Array.from({ length: 300 }, (_, at) => pool(at + 1)), broken: () => ({}) });
    expect(await lines('berth_engine_pool_hosts')).toHaveLength(100);
  });
});

describe('processes that speak to hosts', () => {
  const up = 'berth_engine_processes_up';
  const restarts = 'berth_engine_process_restarts_total';
  const engine = (id: string, process: { readonly isUp: boolean; readonly restarts: number } | undefined) => ({
    hostId: hostId(id),
    process: () => process,
  });

  test('are counted while they are up, with their restarts per host', async () => {
    const { to, lines } = instruments();
    showProcesses(to, [engine('a', { isUp: true, restarts: 0 }), engine('b', { isUp: false, restarts: 3 })]);
    expect(await lines(up)).toEqual(['1']);
    expect(await lines(restarts)).toEqual(['{host="a"} 0', '{host="b"} 3']);
    showProcesses(to, [engine('b', { isUp: false, restarts: 4 })]);
    expect([await lines(up), await lines(restarts)]).toEqual([['0'], ['{host="b"} 4']]);
  });

  test('have no sample where none is needed', async () => {
    const { to, lines } = instruments();
    expect(await lines(up)).toEqual([]);
    showProcesses(to, [engine('a', { isUp: true, restarts: 0 })]);
    showProcesses(to, [engine('a', undefined)]);
    expect([await lines(up), await lines(restarts)]).toEqual([[], []]);
  });
});
