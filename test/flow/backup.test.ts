/**
 * A backup of a Berth that works, the loss of its data directory, and a restore into another, while VNFs run: all that was
 * in the backup is there, and what happened since is named.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProgram } from '../../src/cli/program.js';
import { addRestoreCommand } from '../../src/cli/restore-command.js';
import { restore as restoreInto } from '../../src/restore.js';
import { bodyOf, listOf, token } from '../api/door.js';
import { writeZip } from '../artifacts/zips.js';
import {
  createInstance,
  createPackage,
  elsewhere,
  instances,
  instantiation,
  onboarded,
  onboardRouter,
  operate,
  packages,
  routerPackage,
  upload,
} from './router.js';
import { startServer, until, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

let dir: string;
let server: Server;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-restore-'));
  server = await startServer({ dir: join(dir, 'data') });
});
afterEach(async () => {
  await server.stop();
  rmSync(dir, { recursive: true });
});

const file = () => join(dir, 'a.backup');

async function berth(...args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const environment = { BERTH_TOKEN: token, BERTH_URL: server.origin };
  await createProgram({ clock: systemClock, environment, out: (text) => void said.push(text) }).parseAsync(args, {
    from: 'user',
  });
  return said.join('\n');
}

async function restore(dataDir: string): Promise<string> {
  const said: string[] = [];
  const program = new Command().option('--data-dir <dir>');
  addRestoreCommand(program, { environment: {}, out: (text) => void said.push(text) }, restoreInto);
  await program.parseAsync(['restore', file(), '--data-dir', dataDir], { from: 'user' });
  return said.join('\n');
}

/** The data directory is lost; a Berth starts on the restored one, with the hosts as they are. */
async function restored(): Promise<string> {
  const { fleet } = server;
  await server.stop();
  rmSync(join(dir, 'data'), { recursive: true });
  const said = await restore(join(dir, 'new'));
  server = await startServer({ dir: join(dir, 'new'), fleet });
  return said;
}

interface Difference {
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
}

const differences = async () =>
  (await bodyOf(await server.ask('/nfvi/v1/differences')))['differences'] as readonly Difference[];

const onlyVnfc = async (id: string): Promise<string> => {
  const info = (await bodyOf(await server.ask(`${instances}/${id}`)))['instantiatedVnfInfo'];
  const [vnfc] = (info as { readonly vnfcResourceInfo: readonly { readonly id: string }[] }).vnfcResourceInfo;
  return vnfc?.id ?? '';
};

describe('a backup restored into another directory', () => {
  test('holds everything, and nothing differs when nothing happened since', async () => {
    const { vnfdId, id: packageId } = await onboardRouter(server);
    const id = await createInstance(server, vnfdId);
    await operate(server, id, 'instantiate', instantiation);
    const before = await bodyOf(await server.ask(`${instances}/${id}`));
    expect(await berth('backup', file())).toMatch(/: \d+ bytes\. It holds secrets/);
    expect(statSync(file()).mode & 0o077).toBe(0);
    expect(await restored()).toMatch(/Restored the backup of .* the database and 1 package archives/);
    const after = JSON.parse(
      JSON.stringify(await bodyOf(await server.ask(`${instances}/${id}`))).replaceAll(server.origin, ''),
    ) as Record<string, unknown>;
    expect(after).toMatchObject({ id, instantiationState: 'INSTANTIATED', vnfdId: before['vnfdId'] });
    const content = await server.ask(`${packages}/${String(packageId)}/package_content`);
    expect(Buffer.from(await content.arrayBuffer()).equals(await routerPackage())).toBe(true);
    expect(await differences()).toEqual([]);
    expect(await berth('differences')).toBe('The hosts have what Berth remembers.');
    expect(await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject({
      operationState: 'COMPLETED',
    });
  });

  test('holds a package inside a signed archive, whose files are read from the package inside as before', async () => {
    await writeZip(
      join(dir, 'outer.csar'),
      new Map([
        ['router.csar', await routerPackage()],
        ['router.cms', Buffer.from('nobody signed it')],
      ]),
    );
    const id = await createPackage(server);
    await upload(server, id, readFileSync(join(dir, 'outer.csar')));
    const info = await onboarded(server, id);
    expect(info).toMatchObject({ packageSecurityOption: 'OPTION_2' });
    const [artifact] = info['additionalArtifacts'] as readonly { readonly artifactPath: string }[];
    const read = async (path: string) => {
      const response = await server.ask(`${packages}/${id}/${path}`, { headers: { accept: '*/*' } });
      const content = Buffer.from(await response.arrayBuffer());
      return { status: response.status, sha256: createHash('sha256').update(content).digest('hex') };
    };
    const paths = ['package_content', 'vnfd', 'manifest', 'artifacts', `artifacts/${artifact?.artifactPath ?? ''}`];
    const all = () => Promise.all(paths.map(read));
    const before = await all();
    expect(before.map(({ status }) => status)).toEqual(paths.map(() => 200));
    await berth('backup', file());
    await restored();
    expect(await all()).toEqual(before);
    const vnfInstanceId = await createInstance(server, String(info['vnfdId']));
    expect(await operate(server, vnfInstanceId, 'instantiate', instantiation)).toMatchObject({
      operationState: 'COMPLETED',
    });
    expect(server.log.filter((line) => line.includes('the files of an onboarded package'))).toEqual([]);
  });

  test('names all that happened since, in the log and on request, and touches none of it', async () => {
    const { vnfdId } = await onboardRouter(server);
    const [gone, off, later] = [
      await createInstance(server, vnfdId, 'gone'),
      await createInstance(server, vnfdId, 'off'),
      await createInstance(server, vnfdId, 'later'),
    ];
    await operate(server, gone, 'instantiate', instantiation);
    await operate(server, off, 'instantiate', elsewhere);
    const [goneVnfc, offVnfc] = [await onlyVnfc(gone), await onlyVnfc(off)];
    await berth('backup', file());
    await operate(server, gone, 'terminate', { terminationType: 'FORCEFUL' });
    server.fleet.all().forEach((host) => host.control.powerOffGuest(offVnfc as never));
    expect(await operate(server, later, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
    const laterVnfc = await onlyVnfc(later);
    await restored();
    const found = await differences();
    expect(found.map(({ kind, subject }) => [kind, subject.replace(/^berth-(.{36}).*/, '$1')]).toSorted()).toEqual(
      [
        ['missing-domain', goneVnfc],
        ['missing-volume', goneVnfc],
        ['missing-volume', goneVnfc],
        ['unknown-domain', laterVnfc],
        ['unknown-volume', laterVnfc],
        ['unknown-volume', laterVnfc],
        ['unknown-volume', laterVnfc],
      ].toSorted(),
    );
    const told = () => server.log.filter((line) => line.includes('a difference to the backup')).length;
    await until(
      () => Promise.resolve(told()),
      (count) => count === found.length,
      'the log does not name them',
    );
    // What has gone off is no difference any more: the record follows it, and the log says so.
    expect(server.log.filter((line) => line.includes(offVnfc))).not.toEqual([]);
    expect(await bodyOf(await server.ask(`${instances}/${off}`))).toMatchObject({
      instantiatedVnfInfo: { vnfState: 'STOPPED' },
    });
    const [host] = server.fleet.all();
    expect((await host?.listDomains())?.map(({ uuid }) => uuid)).toEqual(expect.arrayContaining([offVnfc, laterVnfc]));
  });

  test('parks an operation that was under way, which continues after a retry', async () => {
    const { vnfdId } = await onboardRouter(server);
    const id = await createInstance(server, vnfdId);
    const [host] = server.fleet.all();
    host?.control.latency(300);
    const begun = await server.send('POST', `${instances}/${id}/instantiate`, instantiation);
    const path = new URL(begun.headers.get('location') ?? '').pathname;
    const stateOf = async () => (await bodyOf(await server.ask(path)))['operationState'];
    await until(stateOf, (state) => state === 'PROCESSING', 'the operation does not begin');
    await berth('backup', file());
    host?.control.latency(0);
    expect(await restored()).toMatch(/Operation .* \(INSTANTIATE\) was under way; it is FAILED_TEMP now/);
    expect(await bodyOf(await server.ask(path))).toMatchObject({
      operationState: 'FAILED_TEMP',
      error: { type: 'urn:berth:problem:restored' },
    });
    expect((await differences()).map(({ kind }) => kind)).toContain('operation-not-ended');
    await server.ask(`${path}/retry`, { method: 'POST' });
    await until(stateOf, (state) => state === 'COMPLETED', 'the operation does not go on');
    expect(await differences()).toEqual([]);
  });

  test('is not taken twice at once, and not restored over data', async () => {
    const first = await server.ask('/nfvi/v1/backup');
    expect((await server.ask('/nfvi/v1/backup')).status).toBe(first.status === 200 ? 409 : 200);
    await first.arrayBuffer();
    await until(
      async () => (await server.ask('/nfvi/v1/backup', { method: 'HEAD' })).status,
      (status) => status === 200,
      'busy',
    );
    await until(
      () =>
        berth('backup', file()).then(
          () => true,
          () => false,
        ),
      (is) => is,
      'no backup is taken',
    );
    await expect(restore(join(dir, 'data'))).rejects.toThrow(/was not restored/);
    expect((await listOf(await server.ask(packages))).length).toBe(0);
    expect(readFileSync(file()).subarray(0, 13).toString()).toBe('manifest.json');
  });
});
