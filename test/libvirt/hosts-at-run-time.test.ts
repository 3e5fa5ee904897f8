/** A fleet that begins without hosts: one is added over libvirt, led to another hypervisor, and removed. */
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { startServer, until, type Server } from '../flow/server.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { engineChildren } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';

jest.setTimeout(300_000);

const hosts = '/nfvi/v1/hosts';

describeUnless(missingHypervisor(), 'Hosts over libvirt at run time', () => {
  let one: PrivateLibvirtd;
  let two: PrivateLibvirtd;
  let server: Server;
  const before = new Set<number>();

  beforeAll(async () => {
    [one, two] = await Promise.all([startPrivateLibvirtd(), startPrivateLibvirtd()]);
    engineChildren().forEach((pid) => before.add(pid));
    server = await startServer({ configured: { kind: 'libvirt', hosts: [], hostFiles: tmpdir() } });
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all([one.stop(), two.stop()]);
  });

  const children = () => engineChildren().filter((pid) => !before.has(pid));
  const poolOf = ({ folder }: PrivateLibvirtd) => ({ name: 'berth', path: `${folder}/pool` });
  const reached = (path: string) =>
    until(
      async () => bodyOf(await server.ask(`${hosts}/rack`)),
      (host) => host['reachable'] === true && JSON.stringify(host['settings']).includes(path),
      'the host is not reached',
    );

  it('are reached, refused twice, led elsewhere and let go of', async () => {
    expect([await listOf(await server.ask(hosts)), children()]).toEqual([[], []]);
    const entry = { id: 'rack', uri: one.uri, pool: poolOf(one), acceleration: 'tcg' };
    expect((await server.send('POST', hosts, entry)).status).toBe(201);
    const seen = await reached(one.folder);
    expect(seen).toMatchObject({ origin: 'api', hypervisor: { name: 'QEMU' }, pools: [{ name: 'berth' }] });
    expect(children().length).toBeGreaterThan(0);

    const twin = await server.send('POST', hosts, { ...entry, id: 'twin' });
    expect([twin.status, (await bodyOf(twin))['detail']]).toEqual([409, expect.stringContaining('is host rack')]);

    const change = { uri: two.uri, pool: poolOf(two) };
    expect((await server.send('PATCH', `${hosts}/rack`, change)).status).toBe(200);
    await reached(two.folder);
    expect(await two.virsh('pool-list', '--name')).toContain('berth');

    expect((await server.ask(`${hosts}/rack`, { method: 'DELETE' })).status).toBe(204);
    await until(
      () => Promise.resolve(children()),
      (pids) => pids.length === 0,
      'processes of the removed host go on',
    );
  });
});
