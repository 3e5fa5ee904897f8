import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Client } from '../api/door.js';
import {
  createInstance,
  createPackage,
  instances,
  instantiation,
  onboarded,
  onboardRouter,
  operate,
  opOccs,
  packages,
  readInstance,
  rested,
  upload,
} from '../flow/router.js';
import { startServer, type Server } from '../flow/server.js';
import { judged } from './judged.js';
import { judgeOf, whenHere } from './openapi.js';

whenHere('bodies and status codes', () => {
  const seen = new Set<string>();
  const complaints: string[] = [];
  let server: Server;
  let client: Client;

  beforeAll(async () => {
    server = await startServer();
    const judges = [
      judgeOf('sol003_lifecycle_openapi.json', '/vnflcm/v2'),
      judgeOf('sol005_vnfpkgm_openapi.json', '/vnfpkgm/v2'),
    ];
    client = judged(server, judges, seen, complaints);
  });
  afterAll(async () => {
    await server.stop();
  });

  test('of packages are those of SOL005', async () => {
    await client.ask('/vnfpkgm/v2/api_versions');
    const broken = await createPackage(client);
    await upload(client, broken, Buffer.from('no zip'));
    await onboarded(client, broken);
    await client.ask(`${packages}/${broken}`, { method: 'DELETE' });
    const id = String((await onboardRouter(client))['id']);
    await client.ask(`${packages}?all_fields`);
    await client.send('PATCH', `${packages}/${id}`, { userDefinedData: { a: 1 } });
    await client.send('PATCH', `${packages}/${id}`, { operationalState: 'ENABLED' });
    await client.ask(`${packages}/${id}/vnfd`, { headers: { accept: 'application/zip' } });
    await client.ask(`${packages}/${id}/manifest`, { headers: { accept: 'text/plain' } });
    await client.ask(`${packages}/none`);
    await client.ask(`${packages}/${id}`, { method: 'DELETE' });
    expect(complaints).toEqual([]);
  });

  test('of lifecycle management are those of SOL003', async () => {
    const [info] = (await (await client.ask(packages)).json()) as { vnfdId: string }[];
    await client.ask('/vnflcm/v2/api_versions');
    const id = await createInstance(client, info?.vnfdId);
    await readInstance(client, id);
    await client.send('POST', `${instances}/${id}/scale`, { type: 'SCALE_OUT', aspectId: 'capacity' });
    await client.send('POST', `${instances}/${id}/instantiate`, { flavourId: 'none' });
    server.fleet.all()[0]?.control.failNext('ensureStarted', 'Rejected', 'no');
    const failed = await operate(client, id, 'instantiate', instantiation);
    await client.ask(`${opOccs}/${String(failed['id'])}/rollback`, { method: 'POST' });
    await rested(client, `${opOccs}/${String(failed['id'])}`);
    await client.ask(`${opOccs}/${String(failed['id'])}/retry`, { method: 'POST' });
    await operate(client, id, 'instantiate', instantiation);
    await readInstance(client, id);
    await operate(client, id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity', numberOfSteps: 1 });
    await operate(client, id, 'change_ext_conn', { extVirtualLinks: [westOnEast] });
    await readInstance(client, id);
    await client.send('POST', `${instances}/${id}/change_ext_conn`, { extVirtualLinks: [westOnEast] });
    await operate(client, id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' });
    const response = await client.send('PATCH', `${instances}/${id}`, { metadata: { a: 1 } });
    await rested(client, response.headers.get('location') ?? '');
    await client.ask(`${instances}?all_fields`);
    await client.ask(`${opOccs}?all_fields`);
    server.fleet.all()[0]?.control.failNext('removeDomain', 'Rejected', 'no');
    const stuck = await operate(client, id, 'terminate', { terminationType: 'FORCEFUL' });
    await client.ask(`${opOccs}/${String(stuck['id'])}/fail`, { method: 'POST' });
    await operate(client, id, 'terminate', { terminationType: 'FORCEFUL' });
    await client.ask(`${instances}/${id}`, { method: 'DELETE' });
    await client.ask(`${instances}/${id}`);
    await client.ask(`${instances}?filter=nonsense`);
    expect(complaints).toEqual([]);
  });

  test('were judged for every operation that Berth offers', () => {
    expect([...seen].toSorted()).toEqual(exchanges);
  });

  test('would be complained about', () => {
    const judge = judgeOf('sol003_lifecycle_openapi.json', '/vnflcm/v2');
    const exchange = { method: 'GET', path: `${instances}/1`, request: undefined, status: 200 };
    const body = { id: 1, _links: {} };
    expect(judge({ ...exchange, contentType: 'text/plain', body })).toEqual(
      expect.arrayContaining([
        'Content-Type is text/plain, not application/json',
        'response/id must be string',
        "response must have required property 'vnfdId'",
      ]),
    );
    expect(judge({ ...exchange, path: '/nfvi/v1/hosts', contentType: undefined, body })).toBeUndefined();
  });
});

const westOnEast = { id: 'other', resourceId: 'berth-east', extCps: [{ cpdId: 'west' }] };

const exchanges = [
  'DELETE /vnflcm/v2/vnf_instances/* 204',
  'DELETE /vnfpkgm/v2/vnf_packages/* 204',
  'DELETE /vnfpkgm/v2/vnf_packages/* 409',
  'GET /vnflcm/v2/api_versions 200',
  'GET /vnflcm/v2/vnf_instances 200',
  'GET /vnflcm/v2/vnf_instances 400',
  'GET /vnflcm/v2/vnf_instances/* 200',
  'GET /vnflcm/v2/vnf_instances/* 404',
  'GET /vnflcm/v2/vnf_lcm_op_occs 200',
  'GET /vnflcm/v2/vnf_lcm_op_occs/* 200',
  'GET /vnfpkgm/v2/api_versions 200',
  'GET /vnfpkgm/v2/vnf_packages 200',
  'GET /vnfpkgm/v2/vnf_packages/* 200',
  'GET /vnfpkgm/v2/vnf_packages/*/manifest 200',
  'GET /vnfpkgm/v2/vnf_packages/*/vnfd 200',
  'GET /vnfpkgm/v2/vnf_packages/none 404',
  'PATCH /vnflcm/v2/vnf_instances/* 202',
  'PATCH /vnfpkgm/v2/vnf_packages/* 200',
  'PATCH /vnfpkgm/v2/vnf_packages/* 409',
  'POST /vnflcm/v2/vnf_instances 201',
  'POST /vnflcm/v2/vnf_instances/*/change_ext_conn 202',
  'POST /vnflcm/v2/vnf_instances/*/change_ext_conn 409',
  'POST /vnflcm/v2/vnf_instances/*/instantiate 202',
  'POST /vnflcm/v2/vnf_instances/*/instantiate 400',
  'POST /vnflcm/v2/vnf_instances/*/operate 202',
  'POST /vnflcm/v2/vnf_instances/*/scale 202',
  'POST /vnflcm/v2/vnf_instances/*/scale 409',
  'POST /vnflcm/v2/vnf_instances/*/terminate 202',
  'POST /vnflcm/v2/vnf_lcm_op_occs/*/fail 200',
  'POST /vnflcm/v2/vnf_lcm_op_occs/*/retry 409',
  'POST /vnflcm/v2/vnf_lcm_op_occs/*/rollback 202',
  'POST /vnfpkgm/v2/vnf_packages 201',
  'PUT /vnfpkgm/v2/vnf_packages/*/package_content 202',
];
