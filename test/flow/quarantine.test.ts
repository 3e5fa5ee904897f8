/**
 * A virtual function that does not come back in order after its VNFC: no operation fails by it, nobody gets it, and it comes
 * back by itself.
 */
import { afterEach, expect, test } from '@jest/globals';
import { fleetWithCard, functionsOf, read, request, type Fn } from './card-fleet.js';
import { createInstance, onboardRouter, operate } from './router.js';
import { startServer, type Server } from './server.js';

let server: Server | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test('a function that keeps the driver of its guest is in quarantine, over a restart, until it is in order', async () => {
  server = await startServer({ fleet: fleetWithCard() });
  const { vnfdId } = await onboardRouter(server);
  const first = await createInstance(server, vnfdId);
  expect(await operate(server, first, 'instantiate', request)).toMatchObject({ operationState: 'COMPLETED' });
  const address = (await functionsOf(server)).find(({ vnfcId }) => vnfcId !== undefined)?.address ?? '';
  const { control } = server.fleet.all()[0]!;
  control.leaveFunction(address, { driver: 'vfio-pci' });
  await read(server, (all) => all.some(({ driver }) => driver === 'vfio-pci'));

  expect(await operate(server, first, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject({
    operationState: 'COMPLETED',
  });
  // The guest is gone; its function stays as it was left.
  control.leaveFunction(address, { driver: 'vfio-pci' });
  const isFaulty = ({ quarantine }: Fn) => quarantine !== undefined;
  const faulty = (await read(server, (all) => all.some(isFaulty))).filter(isFaulty);
  expect(faulty).toMatchObject([
    { address, available: false, quarantine: { repair: expect.stringContaining('virsh nodedev-reattach') } },
  ]);
  expect(server.log.join('\n')).toContain('is not as it was before its VNFC had it');

  server = await server.restart();
  expect((await functionsOf(server)).filter(isFaulty)).toEqual(faulty);
  const metrics = await (await server.ask('/metrics')).text();
  expect(metrics).toMatch(/berth_host_pci_functions\{[^}]*kind="vf"[^}]*state="quarantined"[^}]*\} 1/);
  const refused = await operate(server, await createInstance(server, vnfdId, 'edge-2'), 'instantiate', request);
  expect(refused).toMatchObject({ operationState: 'ROLLED_BACK' });
  expect(JSON.stringify(refused['error'])).toMatch(/1 in quarantine \(.*it has driver vfio-pci.*nodedev-reattach/);

  server.fleet.all()[0]!.control.leaveFunction(address, {});
  await read(server, (all) => !all.some(isFaulty));
  const placed = await operate(server, await createInstance(server, vnfdId, 'edge-3'), 'instantiate', request);
  expect(placed).toMatchObject({ operationState: 'COMPLETED' });
});

test.each([true, false])(
  'a function that was just given back is judged before it is given out, seen in its guest: %s',
  async (wasSeen) => {
    server = await startServer({ fleet: fleetWithCard() });
    const { vnfdId } = await onboardRouter(server);
    const first = await createInstance(server, vnfdId);
    expect(await operate(server, first, 'instantiate', request)).toMatchObject({ operationState: 'COMPLETED' });
    const address = (await functionsOf(server)).find(({ vnfcId }) => vnfcId !== undefined)?.address ?? '';
    server.fleet.all()[0]!.control.leaveFunction(address, { driver: 'vfio-pci' });
    if (wasSeen) await read(server, (all) => all.some(({ driver }) => driver === 'vfio-pci'));
    const [second, third] = [
      await createInstance(server, vnfdId, 'edge-2'),
      await createInstance(server, vnfdId, 'edge-3'),
    ];
    await operate(server, first, 'terminate', { terminationType: 'FORCEFUL' });
    const refused = await operate(server, second, 'instantiate', request);
    expect(refused).toMatchObject({ operationState: 'ROLLED_BACK' });
    expect(JSON.stringify(refused['error'])).toMatch(/1 in quarantine \(.*it has driver vfio-pci/);

    server.fleet.all()[0]!.control.leaveFunction(address, {});
    await read(server, (all) => all.every(({ quarantine }) => quarantine === undefined));
    expect(await operate(server, third, 'instantiate', request)).toMatchObject({ operationState: 'COMPLETED' });
  },
);

test('functions that come back in order are given out again at once', async () => {
  server = await startServer({ fleet: fleetWithCard() });
  const { vnfdId } = await onboardRouter(server);
  for (const name of ['edge-1', 'edge-2', 'edge-3']) {
    const id = await createInstance(server, vnfdId, name);
    expect(await operate(server, id, 'instantiate', request)).toMatchObject({ operationState: 'COMPLETED' });
    expect(await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject({
      operationState: 'COMPLETED',
    });
  }
});
