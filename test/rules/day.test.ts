/**
 * A day in the life of fifty hosts: which alerts fire, and which do not. Berth runs for real on simulated hosts; what its
 * page showed in each part of the day is laid on a clock of hours, and promtool evaluates the rules as they are on it
 * (compressed-clock.ts). docs/operating.md has the table.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { readPromql } from '../dashboards/promql.js';
import { expectDocPart } from '../generated-doc.js';
import { promtoolFile, type Part } from './compressed-clock.js';
import { DayWorld, load, type Placed } from './day-world.js';
import { readRuleTexts, rulesFolder, rulesOf } from './rule-files.js';

jest.setTimeout(240_000);

const isHere = spawnSync('promtool', ['--version']).status === 0;
const title = `a day in the life${isHere ? '' : ' [skipped: no promtool here (Debian package prometheus)]'}`;

interface Plan extends Omit<Part, 'page'> {
  /** Lets it happen; answers the page that shows it. */
  readonly happens: (world: DayWorld, day: Day) => Promise<string>;
}

/** What one part leaves for the next. */
interface Day {
  readonly running: Placed[];
  parked?: string;
}

const first = ({ running }: Day): Placed => running[0]!;
const up = ({ vnfc }: Placed, value: number) => new RegExp(`^berth_vnfc_up\\{.*${vnfc}.*\\} ${String(value)}$`, 'm');
const hostUp = (host: string, value: number) =>
  new RegExp(`^berth_host_up\\{host="${host}",.*\\} ${String(value)}$`, 'm');
const open = (state: string) => new RegExp(`^berth_operation_open_since_timestamp_seconds\\{.*"${state}".*\\}`, 'm');
const room = (count: string) => new RegExp(`^berth_vnfd_capacity_instances\\{.*flavour="simple".*\\} ${count}$`, 'm');

const plan: readonly Plan[] = [
  {
    name: `a quiet morning: ${String(load)} VNFs run on 50 hosts`,
    minutes: 25,
    firing: [],
    happens: async (world, day) => {
      for (let nth = 0; nth < load; nth += 1) day.running.push(await world.running());
      return world.pageWith(room('\\d+'));
    },
  },
  {
    name: 'the QEMU of a VNFC dies; one scrape of Berth fails meanwhile, and the alert does not end',
    minutes: 10,
    failedScrape: 6,
    firing: ['BerthVnfcDown'],
    happens: (world, day) => {
      world.crash(first(day));
      return world.pageWith(up(first(day), 0));
    },
  },
  {
    name: 'the operator starts the VNF again',
    minutes: 15,
    firing: [],
    happens: async (world, day) => {
      await world.operate(first(day).id, 'operate', { changeStateTo: 'STARTED' });
      return world.pageWith(up(first(day), 1));
    },
  },
  {
    name: 'another VNF is stopped on purpose',
    minutes: 15,
    firing: [],
    happens: async (world, day) => {
      await world.operate(day.running[1]!.id, 'operate', { changeStateTo: 'STOPPED' });
      return world.pageWith(up(day.running[1]!, 0));
    },
  },
  {
    name: 'a host with VNFs on it does not answer any more',
    minutes: 15,
    firing: ['BerthHostUnreachable'],
    happens: (world, day) => {
      const { host } = day.running.at(-1)!;
      world.control(host).disconnect('no route to host');
      return world.pageWith(hostUp(host, 0));
    },
  },
  {
    name: 'it is declared lost, and its VNFs are terminated',
    minutes: 15,
    firing: [],
    happens: async (world, day) => {
      const { host } = day.running.at(-1)!;
      await world.declareLost(host);
      for (const { id } of day.running.filter((one) => one.host === host)) {
        await world.operate(id, 'terminate', { terminationType: 'FORCEFUL' });
      }
      day.running.splice(0, Infinity, ...day.running.filter((one) => one.host !== host));
      return world.pageWith(new RegExp(`^berth_host_admin_state\\{host="${host}",state="lost"\\} 1$`, 'm'));
    },
  },
  {
    name: 'two hosts are drained for new firmware',
    minutes: 20,
    firing: [],
    happens: async (world) => {
      await world.set((await world.hostIds()).slice(0, 2), 'draining');
      return world.page();
    },
  },
  {
    name: 'all hosts but one are drained, and it fills: little room is left',
    minutes: 25,
    firing: ['BerthCapacityShort', 'BerthHostLossNotCovered'],
    happens: async (world, day) => {
      const free = await freeHosts(world, day);
      await world.set(await world.hostIds(), 'draining');
      await world.set(free.slice(0, 1), 'active');
      const left = Number(room('(\\d)').exec(await world.pageWith(room('\\d')))?.[1]);
      for (let nth = 2; nth < left; nth += 1) await world.running();
      return world.pageWith(room('[12]'));
    },
  },
  {
    name: 'and then none',
    minutes: 25,
    firing: ['BerthHostLossNotCovered', 'BerthNoRoomToHeal'],
    happens: async (world) => {
      await world.set(await world.hostIds(), 'draining');
      return world.pageWith(room('0'));
    },
  },
  {
    name: 'forty hosts are back',
    minutes: 15,
    firing: [],
    happens: async (world) => {
      await world.set((await world.hostIds()).slice(0, 40), 'active');
      return world.pageWith(room('\\d\\d+'));
    },
  },
  {
    name: 'a guest hangs while its VNF is stopped gracefully: the operation is stuck',
    minutes: 25,
    firing: ['BerthOperationStuck'],
    happens: async (world, day) => {
      world.hang(first(day));
      const body = { changeStateTo: 'STOPPED', stopType: 'GRACEFUL', gracefulStopTimeout: 7200 };
      await world.begin(first(day).id, 'operate', body);
      return world.pageWith(open('PROCESSING'));
    },
  },
  {
    name: 'the guest is ended on its host; another VNF does not start and waits for a decision',
    minutes: 15,
    firing: ['BerthOperationFailed'],
    happens: async (world, day) => {
      world.release();
      await world.pageWithout(open('PROCESSING'));
      world.refuseStarts();
      const { occ } = await world.instantiate();
      expect(occ).toMatchObject({ operationState: 'FAILED_TEMP' });
      day.parked = String(occ['id']);
      return world.pageWith(open('FAILED_TEMP'));
    },
  },
  {
    name: 'the evening: it is rolled back',
    minutes: 25,
    firing: [],
    happens: async (world, day) => {
      await world.decide(day.parked, 'rollback');
      return world.pageWithout(open('FAILED_TEMP'));
    },
  },
];

async function freeHosts(world: DayWorld, { running }: Day): Promise<readonly string[]> {
  const held = new Set(running.map(({ host }) => host));
  return (await world.hostIds()).filter((id) => !held.has(id));
}

/** Metrics that rules read, those that other rules record not among them. */
function wantedMetrics(): ReadonlySet<string> {
  const { alerts, recordings } = rulesOf(readRuleTexts().rules);
  return new Set(
    [...alerts, ...recordings].flatMap(({ expr }) => readPromql(expr).selectors.map(({ metric }) => metric)),
  );
}

async function live(): Promise<readonly Part[]> {
  const world = await DayWorld.start();
  const day: Day = { running: [] };
  try {
    const parts: Part[] = [];
    for (const { happens, ...part } of plan) parts.push({ ...part, page: await happens(world, day) });
    return parts;
  } finally {
    await world.stop();
  }
}

(isHere ? describe : describe.skip)(title, () => {
  test('fires the alerts of its table, and no other', async () => {
    const parts = await live();
    const folder = mkdtempSync(join(tmpdir(), 'berth-day-'));
    try {
      const rules = [...readRuleTexts().rules.keys()].map((name) => join(rulesFolder, `${name}.yaml`));
      const file = join(folder, 'day.yaml');
      writeFileSync(file, promtoolFile(parts, rules, wantedMetrics()));
      const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
      expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: expect.stringContaining('SUCCESS') });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('docs/operating.md has its table', async () => {
  const rows = plan.map(({ name, minutes, firing }) => [
    name,
    String(minutes),
    firing.map((alert) => `[${alert}](runbooks/${alert}.md)`).join(', ') || 'none',
  ]);
  const head = '| what happens | minutes | alerts that fire at its end |\n| --- | --- | --- |';
  await expectDocPart('docs/operating.md', 'a day', [head, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n'));
});
