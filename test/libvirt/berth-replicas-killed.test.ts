/**
 * Two replicas on one PostgreSQL and one libvirtd, one of which is killed (SIGKILL) every four seconds, in turn, while
 * operations run on QEMU and packages are uploaded: nothing is lost, left or stuck, and a guest that hangs has its time
 * once, so that its VNFC is gone in the end. BERTH_KILL_SECONDS says for how long new rounds begin.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { usualGracefulMs } from '../../src/lifecycle/steps.js';
import { defaultWorkflowSettings } from '../../src/workflow/workflow.js';
import { bodyOf, listOf } from '../api/door.js';
import { startPostgres, whyNoPostgres, type Cluster } from '../contract/postgres-cluster.js';
import { minimalPackage, packed } from '../flow/other-packages.js';
import { createPackage, elsewhere, instances, instantiation, packages, upload } from '../flow/router.js';
import { begin, forceful, heldOn, nothing, scaleBy, started, vnfcsOf } from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { NoAnswer, Replicas, surelyBegun, surelyCreated, surelyDeleted, surelyPatched } from './replicas.js';
import { routerPackage } from './vnf-package.js';
import { soon } from './soon.js';

const killEveryMs = 4_000;
const roundsMs = Number(process.env['BERTH_KILL_SECONDS'] ?? 45) * 1_000;
/** What has not ended by then is stuck. A guest that hangs has a third of it, and what takeovers cost. */
const stuckMs = 150_000;
const gracefulMs = usualGracefulMs;

jest.setTimeout(roundsMs + 3 * stuckMs);

const router = routerPackage();

interface Ended {
  readonly what: string;
  readonly seconds: number;
  /** How it ended, where not well. */
  readonly bad?: unknown;
}

describeUnless(router.missing ?? whyNoPostgres(), 'Two replicas on QEMU', () => {
  let cluster: Cluster;
  let url = '';
  let world: World;
  let replicas: Replicas;
  const ended: Ended[] = [];
  const uploads = { onboarded: 0, broken: 0 };

  beforeAll(async () => {
    cluster = await startPostgres();
    url = await cluster.database();
    world = await startWorld({ router, pages: 128, store: url });
    replicas = new Replicas(world.berth(), () => world.startBerth());
    await replicas.open();
  });
  afterAll(async () => {
    await world.end();
    await cluster.stop();
  });

  /** Asks for an operation and waits for its end, wherever it is carried out. */
  async function carryOut(what: string, id: string, task: string, body: unknown): Promise<number> {
    const begun = performance.now();
    const path = await surelyBegun(replicas.client, id, task, body);
    const occ = await restOf(path).catch((error: unknown) => ({ operationState: 'stuck', error: String(error) }));
    const seconds = (performance.now() - begun) / 1_000;
    const { operationState, error } = occ as Record<string, unknown>;
    const bad =
      operationState === 'COMPLETED' ? undefined : { path, operationState, error, ...(await whatIsSeen(path)) };
    ended.push({ what, seconds, ...(bad && { bad }) });
    if (bad !== undefined) throw new Error(`${what} did not end well: ${JSON.stringify(bad, null, 1)}`);
    return seconds;
  }

  /** Of an operation that does not end well: how far it came, and what libvirt and the guests' consoles say. */
  async function whatIsSeen(path: string) {
    const id = path.split('/').at(-1) ?? '';
    const said = (...args: readonly string[]) => world.daemon.virsh(...args).catch(String);
    const domains = (await said('list', '--all', '--name')).split('\n').filter((name) => name !== '');
    const pool = `${world.daemon.folder}/pool`;
    const consoles = readdirSync(pool).filter((name) => name.endsWith('-serial.log'));
    return {
      waited: await cluster.run(`select waited, lease_token, lease_beat from operations where id = '${id}'`, url),
      journal: await cluster.run(
        `select step_id, phase, output, at_ms from journal where op_occ_id = '${id}' order by seq desc limit 4`,
        url,
      ),
      domains: await Promise.all(
        domains.map(async (name) => [
          name,
          await said('domstate', name, '--reason'),
          await said('qemu-agent-command', name, '{"execute":"guest-ping"}', '--timeout', '10'),
        ]),
      ),
      consoles: consoles.map((name) => [name, readFileSync(`${pool}/${name}`, 'utf8').slice(-600)]),
    };
  }

  const moving = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];
  const restOf = (path: string) =>
    soon(
      async () => {
        const occ = await bodyOf(await replicas.client.ask(path));
        return moving.includes(String(occ['operationState'])) ? undefined : occ;
      },
      `${path} does not rest`,
      stuckMs,
      250,
    );

  async function hangNewest(id: string, before: readonly string[]): Promise<void> {
    const newest = (await vnfcsOf(replicas.client, id)).find((vnfc) => !before.includes(vnfc.id));
    process.kill(world.daemon.qemuPid(newest?.metadata.domainName ?? ''), 'SIGSTOP');
  }

  const idsOf = async (id: string) => (await vnfcsOf(replicas.client, id)).map((vnfc) => vnfc.id);

  async function end(id: string, body: object = forceful): Promise<void> {
    await carryOut('TERMINATE', id, 'terminate', body);
    await surelyDeleted(replicas.client, `${instances}/${id}`);
  }

  /** Scales out, lets the new guest hang, and scales in: the other stays, and this one is gone after its time. */
  async function scalesWithHungGuest(name: string): Promise<void> {
    const id = await surelyCreated(replicas.client, world.vnfdId, name);
    await carryOut('INSTANTIATE', id, 'instantiate', { ...elsewhere, flavourId: 'shared' });
    const before = await idsOf(id);
    await carryOut('SCALE_OUT', id, 'scale', scaleBy('SCALE_OUT'));
    await hangNewest(id, before);
    const seconds = await carryOut('SCALE_IN of a guest that hangs', id, 'scale', scaleBy('SCALE_IN'));
    expect(seconds).toBeGreaterThanOrEqual(gracefulMs / 1_000);
    // libvirt waits 10 s for a QEMU to end in order, and each takeover costs the time that nobody has seen pass.
    expect(seconds).toBeLessThan((3 * gracefulMs) / 1_000);
    expect(await idsOf(id)).toEqual(before);
    await end(id);
  }

  async function startsAndStops(name: string): Promise<void> {
    const id = await surelyCreated(replicas.client, world.vnfdId, name);
    await carryOut('INSTANTIATE', id, 'instantiate', { ...instantiation, flavourId: 'simple' });
    await carryOut('STOP', id, 'operate', { changeStateTo: 'STOPPED', stopType: 'GRACEFUL' });
    await carryOut('START', id, 'operate', started);
    await end(id, { terminationType: 'GRACEFUL' });
  }

  /** Taken with 202 it comes to ONBOARDED, whoever is killed; ends it in ERROR only when its receiver was killed. */
  async function onboards(vnfdId: string): Promise<void> {
    const { client } = replicas;
    const id = await createPackage(client).catch(unlessUnanswered);
    if (id === undefined) return;
    const answer = await upload(client, id, await packed(minimalPackage(vnfdId))).catch(unlessUnanswered);
    const path = `${packages}/${id}`;
    const info = await soon(
      async () => {
        const read = await bodyOf(await client.ask(path));
        return ['CREATED', 'ONBOARDED', 'ERROR'].includes(String(read['onboardingState'])) ? read : undefined;
      },
      `the onboarding of ${path} does not end`,
      stuckMs,
      250,
    );
    const isWhole = info['onboardingState'] === 'ONBOARDED';
    if (answer?.status === 202 && !isWhole) throw new Error(`taken, and then not onboarded: ${JSON.stringify(info)}`);
    if (isWhole) await surelyPatched(client, path, { operationalState: 'DISABLED' });
    await surelyDeleted(client, path);
    uploads[isWhole ? 'onboarded' : 'broken'] += 1;
  }

  /** Rounds of a work begin until the time is up; the last one is carried to its end. */
  async function rounds(work: (name: string) => Promise<void>): Promise<void> {
    const until = performance.now() + roundsMs;
    for (let round = 1; performance.now() < until; round += 1) await work(`${work.name}-${round}`);
  }

  async function left() {
    const { domains, volumes, holders } = await heldOn({ ...world, berth: () => replicas.client });
    const networks = (await world.daemon.virsh('net-list', '--all', '--name')).trim().split(/\s+/);
    const rows = async (what: string) =>
      Number((await cluster.run(`select count(*)::int as rows from ${what}`, url))[0]?.['rows']);
    const stored = (await listOf(await replicas.client.ask(packages))).map((one) => String(one['id']));
    return {
      held: { domains, volumes, holders },
      networks: networks.filter((name) => !['berth-west', 'berth-east'].includes(name)),
      claims: await rows('claims'),
      leases: await rows('operations where lease_owner is not null'),
      leftovers: await rows('leftovers'),
      files: readdirSync(`${world.dataDir}/packages`).filter((name) => !stored.includes(name)),
      audit: (await listOf(await replicas.client.ask('/nfvi/v1/audit'))).map(({ kind, name }) => [kind, name]),
    };
  }

  const noneLeft = { held: nothing, networks: [], claims: 0, leases: 0, leftovers: 0, files: [], audit: [] };

  /** Steps that were done more than once, or not at all, in operations that are completed. */
  const doneTwice = () =>
    cluster.run(
      `select op_occ_id, step_id from journal where phase = 'done' group by op_occ_id, step_id having count(*) > 1`,
      url,
    );

  test('one of which is killed every 4 s lose nothing, leave nothing, and let a guest hang once', async () => {
    replicas.killEvery(killEveryMs);
    const lanes = await Promise.allSettled([rounds(scalesWithHungGuest), rounds(startsAndStops), rounds(onboards)]);
    await replicas.stopKilling();
    const found = await soon(async () => {
      const now = await left();
      return JSON.stringify(now) === JSON.stringify(noneLeft) ? now : undefined;
    }, 'something is left').catch(left);
    console.log(report(replicas, ended, uploads, found));
    expect(lanes.flatMap((lane) => (lane.status === 'rejected' ? [lane.reason as unknown] : []))).toEqual([]);
    expect(replicas.faults).toEqual([]);
    expect(found).toEqual(noneLeft);
    expect(await doneTwice()).toEqual([]);
  });

  test('of which one stands still for longer than its lease let the other go on, and neither does a thing twice', async () => {
    const id = await surelyCreated(replicas.client, world.vnfdId, 'frozen');
    const path = await begin(replicas.of(0), id, 'instantiate', { ...instantiation, flavourId: 'simple' });
    await soon(
      () => readdirSync(`${world.daemon.folder}/etc/libvirt/qemu`).some((name) => name.endsWith('.xml')) || undefined,
      'the domain is not defined',
      60_000,
      1,
    );
    const goOn = replicas.freeze(0);
    try {
      await sleep(defaultWorkflowSettings('').runner.leaseMs + 3_000);
      expect(await bodyOf(await replicas.of(1).ask(path))).toMatchObject({ operationState: 'PROCESSING' });
    } finally {
      goOn();
    }
    expect(await restOf(path)).toMatchObject({ operationState: 'COMPLETED' });
    expect(await doneTwice()).toEqual([]);
    await end(id);
    expect(await left()).toEqual(noneLeft);
  });
});

function unlessUnanswered(error: unknown): undefined {
  if (!(error instanceof NoAnswer)) throw error;
  return undefined;
}

function report(
  { kills, faults }: Replicas,
  ended: readonly Ended[],
  uploads: { readonly onboarded: number; readonly broken: number },
  left: unknown,
): string {
  const kinds = [...new Set(ended.map(({ what }) => what))].map((what) => {
    const seconds = ended.filter((one) => one.what === what).map((one) => one.seconds);
    return `${what}: ${seconds.length}, ${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)} s`;
  });
  const bad = ended.filter((one) => one.bad !== undefined);
  return [
    `${ended.length} operations, ${kills} kills, ${faults.length} replicas that did not come back`,
    ...kinds,
    `packages onboarded ${uploads.onboarded}, broken with their receiver ${uploads.broken}`,
    `not ended well: ${JSON.stringify(bad)}`,
    `left: ${JSON.stringify(left)}`,
  ].join('\n');
}
