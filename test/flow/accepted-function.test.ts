/**
 * A function in quarantine that was changed on purpose: the operator takes it as it is, and it is free on every replica.
 */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { berthCommand } from './berth-command.js';
import { describeWithPostgres, startPostgres, type Cluster } from '../contract/postgres-cluster.js';
import { fleetWithCard, functionsOf, read, request, type Fn } from './card-fleet.js';
import { createInstance, onboardRouter, operate } from './router.js';
import { startServer, until, type Server } from './server.js';

let servers: Server[] = [];
afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
});

const isFaulty = ({ quarantine }: Fn): boolean => quarantine !== undefined;

/** A router had both functions, and one of them keeps the driver of guests. `others` have seen it with the router too. */
async function withQuarantine(server: Server, ...others: readonly Server[]) {
  const { vnfdId } = await onboardRouter(server);
  const first = await createInstance(server, vnfdId);
  expect(await operate(server, first, 'instantiate', request)).toMatchObject({ operationState: 'COMPLETED' });
  const [address = '', other = ''] = (await functionsOf(server)).flatMap((one) => (one.vnfcId ? [one.address] : []));
  const { control } = server.fleet.all()[0]!;
  const leave = () => {
    control.leaveFunction(address, { driver: 'vfio-pci' });
  };
  leave();
  for (const each of [server, ...others])
    await read(each, (all) => all.some(({ driver, vnfcId }) => driver === 'vfio-pci' && vnfcId !== undefined));
  const held = await berthCommand(server, 'host', 'accept', 'sim-1', address);
  await operate(server, first, 'terminate', { terminationType: 'FORCEFUL' });
  leave();
  await read(server, (all) => all.some(isFaulty));
  return { vnfdId, address, other, held, control };
}

test('it is free at once, after a restart too, and requests that cannot be met say why', async () => {
  let server = await startServer({ fleet: fleetWithCard() });
  servers = [server];
  const { vnfdId, address, other, held, control } = await withQuarantine(server);
  expect(held).toContain('not in quarantine');
  const accept = (host: string, which: string) =>
    server.send('POST', `/nfvi/v1/hosts/${host}/pci-functions/${encodeURIComponent(which)}/accept`, {});
  expect((await accept('sim-9', address)).status).toBe(404);
  const unknown = await accept('sim-1', '0000:ff:1f.7');
  expect([unknown.status, (await bodyOf(unknown))['detail']]).toEqual([
    404,
    expect.stringContaining('no PCI function 0000:ff:1f.7'),
  ]);
  const free = await accept('sim-1', other);
  expect([free.status, (await bodyOf(free))['detail']]).toEqual([409, expect.stringContaining('not in quarantine')]);
  control.disconnect();
  const away = await accept('sim-1', address);
  expect([away.status, (await bodyOf(away))['detail']]).toEqual([503, expect.stringContaining('Nothing was accepted')]);
  control.connect();
  await until(
    async () => bodyOf(await server.ask('/nfvi/v1/hosts/sim-1')),
    ({ reachable }) => reachable === true,
    'the host is not reached again',
  );

  expect((await functionsOf(server)).filter(isFaulty)).toHaveLength(1);
  expect(await berthCommand(server, 'host', 'accept', 'sim-1', address)).toBe(
    `PCI function ${address} of host sim-1 is accepted as it is; its state: free`,
  );
  const line = server.log.find((each) => each.includes('accepted as it is')) ?? '';
  expect(JSON.parse(line)).toMatchObject({
    ...{ hostId: 'sim-1', address, by: 'token', driver: 'vfio-pci', vnfcId: expect.any(String) },
    was: expect.stringContaining('it has driver vfio-pci'),
  });
  expect((await accept('sim-1', address)).status).toBe(200);
  const metrics = await (await server.ask('/metrics')).text();
  expect(metrics).toMatch(/berth_host_pci_functions\{[^}]*kind="vf"[^}]*state="free"[^}]*\} 2/);
  expect(await berthCommand(server, 'host', 'show', 'sim-1')).not.toContain('quarantine');

  server = await server.restart();
  servers = [server];
  const placed = await operate(server, await createInstance(server, vnfdId, 'edge-2'), 'instantiate', request);
  expect(placed).toMatchObject({ operationState: 'COMPLETED' });
}, 180_000);

describeWithPostgres('with several replicas', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());

  test('the others follow at their next reading', async () => {
    const world = { fleet: fleetWithCard(), store: await cluster.database() };
    const first = await startServer(world);
    const second = await startServer(world);
    servers = [first, second];
    const { address, control } = await withQuarantine(first, second);
    await read(second, (all) => all.some(isFaulty));
    expect(await berthCommand(first, 'host', 'accept', 'sim-1', address)).toContain('its state: free');
    // As any event of devices, it has the host read soon.
    control.leaveFunction(address, { driver: 'vfio-pci' });
    await read(second, (all) => !all.some(isFaulty));
    expect((await functionsOf(first)).filter(isFaulty)).toEqual([]);
  }, 180_000);
});
