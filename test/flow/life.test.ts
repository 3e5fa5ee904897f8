import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { createInstance, instances, instantiation, onboardRouter, operate, packages, readInstance } from './router.js';
import { startServer, until, type Server } from './server.js';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
});

interface Vnfc {
  readonly id: string;
  readonly computeResource: { readonly resourceId: string; readonly vimConnectionId: string };
  readonly metadata: { readonly domainName: string; readonly placement: { readonly cells: readonly unknown[] } };
}

const infoOf = async (id: string) =>
  (await readInstance(server, id))['instantiatedVnfInfo'] as Record<string, unknown> & {
    readonly vnfcResourceInfo: readonly Vnfc[];
  };

const runningDomains = async () => {
  const domains = await Promise.all(server.fleet.all().map((engine) => engine.listDomains()));
  return domains.flat().filter((domain) => domain.state === 'running');
};

describe('the life of a router, told by its client', () => {
  let vnfdId: unknown;
  let packageId = '';
  let id = '';

  test('its package goes in and is described', async () => {
    const info = await onboardRouter(server);
    packageId = String(info['id']);
    vnfdId = info['vnfdId'];
    expect(info).toMatchObject({
      vnfProvider: 'Berth',
      operationalState: 'ENABLED',
      usageState: 'NOT_IN_USE',
      packageSecurityOption: 'OPTION_1',
      softwareImages: expect.arrayContaining([
        expect.objectContaining({ diskFormat: 'QCOW2', containerFormat: 'BARE' }),
      ]),
    });
  });

  test('it is created, and offers instantiate only', async () => {
    id = await createInstance(server, vnfdId);
    const body = await readInstance(server, id);
    expect(body).toMatchObject({ instantiationState: 'NOT_INSTANTIATED', vnfInstanceName: 'edge', vnfdId });
    expect(Object.keys(body['_links'] as object)).toEqual(['self', 'instantiate']);
    expect(await bodyOf(await server.ask(`${packages}/${packageId}`))).toMatchObject({ usageState: 'IN_USE' });
  });

  test('it is instantiated, placed and connected', async () => {
    const occ = await operate(server, id, 'instantiate', instantiation);
    expect(occ).toMatchObject({ operation: 'INSTANTIATE', operationState: 'COMPLETED', vnfInstanceId: id });
    const info = await infoOf(id);
    const [domain] = await runningDomains();
    expect(info).toMatchObject({
      vnfState: 'STARTED',
      scaleStatus: [{ aspectId: 'capacity', scaleLevel: 0 }],
      maxScaleLevels: [{ aspectId: 'capacity', scaleLevel: 3 }],
      vnfcResourceInfo: [
        {
          vduId: 'router',
          computeResource: { vimConnectionId: 'sim-1', resourceId: domain?.uuid },
          metadata: {
            domainName: domain?.name,
            placement: { pageSizeKiB: 2048, cells: [{ hostCell: 0, pages: 128 }] },
          },
        },
      ],
    });
    expect(info['extCpInfo']).toEqual([
      expect.objectContaining({ cpdId: 'west', cpProtocolInfo: [expect.objectContaining(addresses('10.1.0.10'))] }),
      expect.objectContaining({ cpdId: 'east', cpProtocolInfo: [expect.objectContaining(addresses('10.2.0.10'))] }),
    ]);
    const changes = occ['resourceChanges'] as { readonly affectedVnfcs: readonly unknown[] };
    expect(changes.affectedVnfcs).toMatchObject([{ changeType: 'ADDED', vduId: 'router' }]);
  });

  test('its host shows what it holds', async () => {
    const host = await bodyOf(await server.ask('/nfvi/v1/hosts/sim-1'));
    expect(host).toMatchObject({
      reachable: true,
      acceleration: { kind: 'simulated' },
      cells: [{ id: 0, cpus: { claimed: [expect.any(Number)] }, pages: [{ pageSizeKiB: 2048, claimed: 128 }] }],
      holders: [{ vnfInstanceId: id }],
    });
  });

  test('its counters are in the metrics', async () => {
    const [vnfc] = (await infoOf(id)).vnfcResourceInfo;
    const page = await until(
      async () => (await server.ask('/metrics')).text(),
      (text) => text.includes(`berth_vnfc_cpu_seconds_total{host="sim-1",vnf_instance_id="${id}"`),
      'the counters do not appear',
    );
    expect(page).toContain(`vnfc_id="${vnfc?.id}"`);
    expect(page).toMatch(/berth_operations_total\{operation="INSTANTIATE",state="COMPLETED"\} 1/);
    expect(page).toMatch(/berth_step_seconds_count\{kind="start-domain",result="done"\} 1/);
  });

  test('it is scaled out and in again', async () => {
    const body = { aspectId: 'capacity', numberOfSteps: 1 };
    expect(await operate(server, id, 'scale', { type: 'SCALE_OUT', ...body })).toMatchObject({
      operationState: 'COMPLETED',
      resourceChanges: { affectedVnfcs: [{ changeType: 'ADDED' }] },
    });
    const out = await infoOf(id);
    expect(out.vnfcResourceInfo).toHaveLength(2);
    expect(await runningDomains()).toHaveLength(2);
    expect(await operate(server, id, 'scale', { type: 'SCALE_IN', ...body })).toMatchObject({
      operationState: 'COMPLETED',
      resourceChanges: { affectedVnfcs: [{ changeType: 'REMOVED' }] },
    });
    expect(await runningDomains()).toHaveLength(1);
  });

  test('it is stopped and started', async () => {
    await operate(server, id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' });
    expect(await infoOf(id)).toMatchObject({ vnfState: 'STOPPED', vnfcInfo: [{ vnfcState: 'STOPPED' }] });
    expect(await runningDomains()).toHaveLength(0);
    await operate(server, id, 'operate', { changeStateTo: 'STARTED' });
    expect(await infoOf(id)).toMatchObject({ vnfState: 'STARTED' });
    expect(await runningDomains()).toHaveLength(1);
  });

  test('its attributes are changed by an operation of their own', async () => {
    const change = { vnfInstanceDescription: 'at the edge', metadata: { owner: 'lab' } };
    const response = await server.send('PATCH', `${instances}/${id}`, change);
    expect([response.status, await response.text()]).toEqual([202, '']);
    const occ = await until(
      async () => bodyOf(await server.ask(response.headers.get('location') ?? '')),
      (each) => each['operationState'] === 'COMPLETED',
      'modification does not end',
    );
    expect(occ).toMatchObject({ operation: 'MODIFY_INFO', changedInfo: change });
    expect(await readInstance(server, id)).toMatchObject(change);
  });

  test('it is terminated and nothing of it is left', async () => {
    const occ = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect(occ).toMatchObject({ operationState: 'COMPLETED' });
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'NOT_INSTANTIATED' });
    const [engine] = server.fleet.all();
    expect(await engine?.listDomains()).toEqual([]);
    const volumes = await engine?.listVolumes('berth');
    expect(volumes?.filter((volume) => !volume.name.startsWith('berth-base-'))).toEqual([]);
    const [host] = await listOf(await server.ask('/nfvi/v1/hosts'));
    expect(host).toMatchObject({ holders: [], cells: [{ cpus: { claimed: [] } }] });
  });

  test('it is deleted, and then its package can be', async () => {
    const inUse = await server.ask(`${packages}/${packageId}`, { method: 'DELETE' });
    expect(inUse.status).toBe(409);
    expect((await server.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await server.ask(`${instances}/${id}`)).status).toBe(404);
    const enabled = await server.ask(`${packages}/${packageId}`, { method: 'DELETE' });
    expect(enabled.status).toBe(409);
    const disabling = await server.send('PATCH', `${packages}/${packageId}`, { operationalState: 'DISABLED' });
    expect([disabling.status, await disabling.json()]).toEqual([200, { operationalState: 'DISABLED' }]);
    expect((await server.ask(`${packages}/${packageId}`, { method: 'DELETE' })).status).toBe(204);
    expect(await listOf(await server.ask(packages))).toEqual([]);
  });
});

const addresses = (address: string) => ({
  ipOverEthernet: expect.objectContaining({
    ipAddresses: [
      { type: 'IPV4', addresses: [address], isDynamic: false, subnetId: `${address.replace(/\d+$/, '0')}/24` },
    ],
  }),
});
