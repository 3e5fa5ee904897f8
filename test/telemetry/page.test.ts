import { describe, expect, test } from '@jest/globals';
import type { BlockStats, DomainStats, InterfaceStats } from '../../src/engine/engine.js';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import { StoreTrouble } from '../../src/store/trouble.js';
import { instance } from '../builders/instance.js';
import { firstVnfc } from '../builders/vnfc.js';
import { claim, lines, open, stats, value, view } from './page-world.js';

const vnfcSamples = (page: string): string[] => page.split('\n').filter((line) => line.startsWith('berth_vnfc_'));

/** The same, once without each of its numbers. */
const without = <T extends object>(whole: T): readonly [string, T][] =>
  Object.entries(whole)
    .filter(([, value]) => typeof value === 'number')
    .map(([name]) => [name, Object.fromEntries(Object.entries(whole).filter(([other]) => other !== name)) as T]);

describe('the metrics page', () => {
  test('shows cores, pages and memory of hosts per cell, with what is claimed', async () => {
    const claims = [claim({}), claim({ kind: 'hugepages', key: '2048', exclusive: false, amount: 128 })];
    const page = await open({ claims }).page.render();
    expect(lines(page, 'berth_host_up')).toEqual(['berth_host_up{host="host-1",zone="z1"} 1']);
    expect(value(page, 'berth_host_cpus', 'cell="0"', 'state="claimed"')).toBe('1');
    expect(value(page, 'berth_host_cpus', 'cell="0"', 'state="free"')).toBe('5');
    expect(value(page, 'berth_host_hugepages', 'cell="0"', 'page_size_bytes="2097152"', 'state="claimed"')).toBe('128');
    expect(value(page, 'berth_host_hugepages', 'cell="0"', 'state="free"')).toBe('896');
    expect(value(page, 'berth_host_hugepages_unused', 'cell="0"')).toBe('1000');
    expect(value(page, 'berth_host_claims', 'kind="cpu"')).toBe('1');
    expect(value(page, 'berth_host_free_cores', 'cell="0"')).toBe('2');
    expect(value(page, 'berth_host_free_sibling_pairs', 'cell="1"')).toBe('3');
    expect(lines(page, 'berth_host_stranded_cpus')).toEqual(
      ['0', '1'].map((cell) => `berth_host_stranded_cpus{host="host-1",cell="${cell}",resource="memory"} 0`),
    );
    expect(value(page, 'berth_host_stranded_memory_bytes', 'cell="0"', 'resource="cpus"')).toBe('0');
    expect(value(page, 'berth_host_acceleration_info', 'kind="simulated"')).toBe('1');
  });

  test('counts the VNFCs of hosts that the configuration no longer has', async () => {
    const page = await open({ claims: [claim({}), claim({ hostId: hostId('gone') })] }).page.render();
    expect(lines(page, 'berth_host_missing_vnfcs')).toEqual(['berth_host_missing_vnfcs{host="gone"} 1']);
  });

  test('says nothing of the state of a VNFC whose host is out of reach', async () => {
    const page = await open({ view: undefined, isSeen: false }).page.render();
    for (const name of ['up', 'agent_connected', 'guest_healthy'])
      expect(lines(page, `berth_vnfc_${name}`)).toEqual([]);
    expect(lines(await open({ view: undefined }).page.render(), 'berth_vnfc_up')).toHaveLength(1);
  });

  test('shows the counters of a VNFC by instance, VDU and connection point', async () => {
    const page = await open().page.render();
    const labels = [`vnfc_id="${firstVnfc}"`, `vnf_instance_id="${instance().id}"`, 'vdu="router"', 'host="host-1"'];
    expect(value(page, 'berth_vnfc_cpu_seconds_total', ...labels)).toBe('12.5');
    const card = [...labels, 'cpd="east_vdu_cp"', 'mac="52:54:00:00:00:01"'];
    expect(value(page, 'berth_vnfc_interface_received_packets_total', ...card)).toBe('42');
    expect(value(page, 'berth_vnfc_interface_sent_bytes_total', ...card)).toBe('4100');
    expect(value(page, 'berth_vnfc_interface_send_drops_total', ...card)).toBe('4');
    expect(value(page, 'berth_vnfc_disk_written_bytes_total', ...labels, 'device="vda"')).toBe('20');
    expect(value(page, 'berth_vnfc_up', ...labels)).toBe('1');
  });

  test('shows the absolute value of a counter, again and after it began again', async () => {
    const { page, world } = open();
    await page.render();
    expect(value(await page.render(), 'berth_vnfc_cpu_seconds_total')).toBe('12.5');
    world.stats = [stats({ cpuTimeSeconds: 0.5 })];
    expect(value(await page.render(), 'berth_vnfc_cpu_seconds_total')).toBe('0.5');
  });

  test('has no sample of a number that the hypervisor does not tell, and every other', async () => {
    const { page, world } = open();
    const all = vnfcSamples(await page.render());
    const whole = stats();
    const parts: readonly [string, DomainStats][] = [
      ...without(whole).map(([name, less]): [string, DomainStats] => [name, less]),
      ...without(whole.interfaces[0] ?? {}).map(([name, card]): [string, DomainStats] => [
        `interfaces.${name}`,
        stats({ interfaces: [card as InterfaceStats] }),
      ]),
      ...without(whole.blocks[0] ?? {}).map(([name, block]): [string, DomainStats] => [
        `blocks.${name}`,
        stats({ blocks: [block as BlockStats] }),
      ]),
    ];
    expect(parts).toHaveLength(3 + 8 + 6);
    for (const [name, less] of parts) {
      world.stats = [less];
      const shown = vnfcSamples(await page.render());
      expect([name, all.filter((sample) => !shown.includes(sample)).length]).toEqual([name, 1]);
      expect([name, shown.filter((sample) => !all.includes(sample))]).toEqual([name, []]);
    }
  });

  test('says of a domain that does not answer so, and not that it runs or is off', async () => {
    const { page, world } = open();
    expect(value(await page.render(), 'berth_vnfc_hypervisor_answers')).toBe('1');
    world.view = view({ state: 'unknown', reason: 'not-answering' });
    const text = await page.render();
    expect(value(text, 'berth_vnfc_hypervisor_answers', `vnfc_id="${firstVnfc}"`)).toBe('0');
    expect(lines(text, 'berth_vnfc_up')).toEqual([]);
  });

  test('shows what waits for subscribers and since when, and counts what became of it', async () => {
    const { page, world, operations } = open({ outbox: { pending: 3, oldestAtMs: 1_700_000_000_500 } });
    operations.deliveriesEnded('dropped', 2);
    operations.deliveriesEnded('delivered', 1);
    const before = await page.render();
    expect(lines(before, 'berth_notifications_pending')).toEqual(['berth_notifications_pending 3']);
    expect(value(before, 'berth_notifications_oldest_timestamp_seconds')).toBe('1700000000.5');
    expect(value(before, 'berth_notifications_total', 'outcome="dropped"')).toBe('2');
    world.outbox = { pending: 0 };
    const after = await page.render();
    expect(lines(after, 'berth_notifications_pending')).toEqual(['berth_notifications_pending 0']);
    expect(value(after, 'berth_notifications_oldest_timestamp_seconds')).toBe('0');
  });

  test('shows the disk of the data directory, and nothing of one that cannot be measured', async () => {
    const disk = { folder: '/data', sizeBytes: 1000, freeBytes: 60, keptBytes: 50 };
    const { page, world } = open({ disk });
    const of = (text: string, name: string) => lines(text, `berth_data_directory_${name}`);
    const before = await page.render();
    expect(['size_bytes', 'free_bytes', 'reserve_bytes', 'below_reserve'].flatMap((name) => of(before, name))).toEqual(
      ['size_bytes{X} 1000', 'free_bytes{X} 60', 'reserve_bytes{X} 50', 'below_reserve{X} 0'].map(
        (line) => `berth_data_directory_${line.replace('X', 'folder="/data"')}`,
      ),
    );
    world.disk = { ...disk, freeBytes: 49 };
    expect(value(await page.render(), 'berth_data_directory_below_reserve')).toBe('1');
    world.disk = undefined;
    expect(await page.render()).not.toMatch(/^berth_data_directory/m);
  });

  test('tells what it knows while the database does not answer, and all again once it does', async () => {
    const { page, world } = open();
    const whole = await page.render();
    world.trouble = new StoreTrouble('unavailable', problem('store-unavailable', 'it is away'));
    const text = await page.render();
    expect(value(text, 'berth_store_up')).toBe('0');
    expect(value(text, 'berth_hosts')).toBe('1');
    for (const name of ['host_cpus', 'vnfc_up', 'operations_open', 'operations_waiting', 'instances', 'instance_info'])
      expect([name, lines(text, `berth_${name}`)]).toEqual([name, []]);
    expect(lines(text, 'berth_operations_total')).toEqual(lines(whole, 'berth_operations_total'));
    world.trouble = undefined;
    const samples = (shown: string) => shown.split('\n').filter((line) => /^berth_(?!store_up)/.test(line));
    expect(samples(await page.render())).toEqual(samples(whole));
  });

  test('counts log lines that were dropped', async () => {
    const { page } = open();
    expect(value(await page.render(), 'berth_log_lines_dropped_total')).toBe('7');
  });

  test('shows how many more VNFs fit and what ends it, and nothing before that was counted', async () => {
    const { page, world } = open();
    expect(await page.render()).not.toMatch(/^berth_vnfd_/m);
    const one = { vnfdId: 'd', productName: 'router' };
    const flavours = [
      { ...one, flavour: 'simple', fits: 7, limitedBy: 'cpus' },
      { ...one, flavour: 'shared', fits: 100 },
    ];
    world.capacities = { atMs: 1_700_000_000_500, tookMs: 250, flavours };
    const text = await page.render();
    const labels = 'vnfd_id="d",product_name="router",flavour=';
    expect(lines(text, 'berth_vnfd_capacity_instances')).toEqual([
      `berth_vnfd_capacity_instances{${labels}"simple"} 7`,
      `berth_vnfd_capacity_instances{${labels}"shared"} 100`,
    ]);
    expect(lines(text, 'berth_vnfd_capacity_limit_info')).toEqual([
      `berth_vnfd_capacity_limit_info{${labels}"simple",resource="cpus"} 1`,
    ]);
    expect(value(text, 'berth_vnfd_capacity_timestamp_seconds')).toBe('1700000000.5');
    expect(value(text, 'berth_vnfd_capacity_seconds')).toBe('0.25');
  });

  test('shows the memory of a VNFC per cell as planned, and as found where that was read', async () => {
    const { page, world } = open();
    const labels = [`vnfc_id="${firstVnfc}"`, 'cell="0"'];
    const before = await page.render();
    expect(value(before, 'berth_vnfc_memory_planned_bytes', ...labels)).toBe(String(256 * 2 ** 20));
    expect(before).not.toMatch(/^berth_vnfc_memory_placed_bytes/m);
    expect(before).not.toMatch(/^berth_vnfc_vcpu_affinity_differs/m);
    const vcpus = [0, 1].map((vcpu) => ({ vcpu, differs: vcpu === 1 }));
    world.found = { vcpus, memory: [{ cell: 1, bytes: 77 }], differs: { vcpus: true, memory: false } };
    const after = await page.render();
    expect(value(after, 'berth_vnfc_memory_placed_bytes', 'cell="1"')).toBe('77');
    expect(lines(after, 'berth_vnfc_memory_placed_bytes')).toHaveLength(1);
    expect(value(after, 'berth_vnfc_placement_differs', 'what="vcpus"')).toBe('1');
    expect(value(after, 'berth_vnfc_placement_differs', 'what="memory"')).toBe('0');
    expect(lines(after, 'berth_vnfc_placement_differs')).toHaveLength(2);
    expect(value(after, 'berth_vnfc_vcpu_affinity_differs', 'vcpu="0"')).toBe('0');
    expect(value(after, 'berth_vnfc_vcpu_affinity_differs', 'vcpu="1"')).toBe('1');
    world.view = view({ state: 'shutoff' });
    expect(await page.render()).not.toMatch(/^berth_vnfc_(memory_placed|vcpu_affinity)/m);
  });

  test('shows how long vCPUs waited, where the host reports it', async () => {
    const vcpus = [
      { index: 0, timeSeconds: 11, waitSeconds: 0.5, delaySeconds: 0.25 },
      { index: 1, timeSeconds: 9 },
    ];
    const page = await open({ stats: [stats({ vcpus })] }).page.render();
    expect(lines(page, 'berth_vnfc_vcpu_seconds_total')).toHaveLength(2);
    expect(value(page, 'berth_vnfc_vcpu_wait_seconds_total', 'vcpu="0"')).toBe('0.5');
    expect(value(page, 'berth_vnfc_vcpu_delay_seconds_total', 'vcpu="0"')).toBe('0.25');
    for (const what of ['wait', 'delay']) expect(lines(page, `berth_vnfc_vcpu_${what}_seconds_total`)).toHaveLength(1);
  });

  test('drops a VNFC that is gone and leaves out domains of others', async () => {
    const { page, world } = open();
    await page.render();
    world.stats = [stats({ uuid: vnfcId('somebody-elses') })];
    expect(lines(await page.render(), 'berth_vnfc_cpu_seconds_total')).toEqual([]);
  });

  test('shows what a guest reports under its own names', async () => {
    const counters = { packets_forwarded: 7, drops: 1 };
    const said = { atMs: 0, healthy: false, detail: '', counters, gauges: { routes: 3 }, refused: 5 };
    const page = await open({ view: view({ guestStatus: { ...said, role: 'router' } }) }).page.render();
    expect(value(page, 'berth_vnf_routes', 'role="router"')).toBe('3');
    expect(value(page, 'berth_vnf_packets_forwarded_total', `vnfc_id="${firstVnfc}"`)).toBe('7');
    expect(value(page, 'berth_vnf_drops_total')).toBe('1');
    expect(value(page, 'berth_vnf_routes')).toBe('3');
    expect(page).toContain('# TYPE berth_vnf_packets_forwarded_total counter');
    expect(value(page, 'berth_vnfc_guest_refused_numbers')).toBe('5');
    expect(value(page, 'berth_vnfc_guest_healthy')).toBe('0');
  });

  test('shows what a guest counts of many things of a kind under a label of its own', async () => {
    const labelled = [
      { label: 'rule', of: 'web', name: 'packets', value: 7 },
      { label: 'rule', of: 'say "no"', name: 'packets', value: 3 },
    ];
    const counters = { rule_packets: 1 };
    const guestStatus = { atMs: 0, healthy: true, detail: '', counters, gauges: {}, labelled, refused: 0 };
    const page = await open({ view: view({ guestStatus }) }).page.render();
    expect(value(page, 'berth_vnf_per_rule_packets_total', 'rule="web"')).toBe('7');
    expect(value(page, 'berth_vnf_per_rule_packets_total', String.raw`rule="say \"no\""`)).toBe('3');
    expect(value(page, 'berth_vnf_rule_packets_total')).toBe('1');
  });

  test('forgets the names of a guest that reports others, however often it changes them', async () => {
    const { page, world } = open();
    for (let round = 0; round < 5; round += 1) {
      const counters = Object.fromEntries(Array.from({ length: 200 }, (_, name) => [`r${round}_${name}`, 1]));
      const guestStatus = { atMs: 0, healthy: true, detail: '', counters, gauges: {}, refused: 0 };
      world.view = view({ guestStatus });
      const text = await page.render();
      expect(text.match(/^# TYPE berth_vnf_/gm)).toHaveLength(200);
      expect(value(text, `berth_vnf_r${round}_199_total`)).toBe('1');
    }
    world.view = view();
    expect(await page.render()).not.toContain('berth_vnf_r');
  });

  test('counts operations by the states they enter and times the states they leave', async () => {
    const { page, operations } = open();
    const occ = { operation: 'SCALE', operationState: 'STARTING' } as LcmOpOcc;
    operations.operationEntered(occ);
    operations.operationEntered({ ...occ, operationState: 'PROCESSING' }, { state: 'STARTING', ms: 20 });
    operations.stepFinished('start-domain', 'done', 200);
    const text = await page.render();
    expect(value(text, 'berth_operations_total', 'operation="SCALE"', 'state="STARTING"')).toBe('1');
    expect(value(text, 'berth_operation_state_seconds_sum', 'state="STARTING"')).toBe('0.02');
    expect(value(text, 'berth_step_seconds_bucket', 'le="0.5"', 'kind="start-domain"', 'result="done"')).toBe('1');
    expect(value(text, 'berth_step_seconds_bucket', 'le="0.1"', 'kind="start-domain"')).toBe('0');
  });
});

test('a host that was never reached is not up, and says why, at length only so far', async () => {
  const unreachable = [
    { hostId: hostId('host-2'), zone: 'z1', because: `Cannot read CA certificate ${'x'.repeat(500)}` },
  ];
  const page = await open({ unreachable }).page.render();
  expect(lines(page, 'berth_host_up')).toContain('berth_host_up{host="host-2",zone="z1"} 0');
  const [info] = lines(page, 'berth_host_unreachable_info');
  expect(info).toMatch(/^berth_host_unreachable_info\{host="host-2",reason="Cannot read CA certificate x+"\} 1$/);
  expect(info?.length).toBeLessThan(300);
});
