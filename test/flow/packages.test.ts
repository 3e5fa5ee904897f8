import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { bodyOf, listOf } from '../api/door.js';
import { createPackage, onboarded, onboardRouter, packages, routerPackage, upload } from './router.js';
import { startServer, type Server } from './server.js';

let server: Server;
beforeAll(async () => {
  server = await startServer({ pageSize: 2 });
});
afterAll(async () => {
  await server.stop();
});

const remove = async (id: string) => {
  await server.send('PATCH', `${packages}/${id}`, { operationalState: 'DISABLED' });
  expect((await server.ask(`${packages}/${id}`, { method: 'DELETE' })).status).toBe(204);
};

describe('an upload', () => {
  test('may come as multipart/form-data', async () => {
    const id = await createPackage(server);
    const body = new FormData();
    body.set('file', new Blob([Uint8Array.from(await routerPackage())]), 'router.csar');
    const response = await server.ask(`${packages}/${id}/package_content`, { method: 'PUT', body });
    expect(response.status).toBe(202);
    expect(await onboarded(server, id)).toMatchObject({ onboardingState: 'ONBOARDED' });
    await remove(id);
  });

  test('is taken once', async () => {
    const id = String((await onboardRouter(server))['id']);
    const again = await upload(server, id, await routerPackage());
    expect(await bodyOf(again)).toMatchObject({ status: 409, type: 'urn:berth:problem:wrong-state' });
    await remove(id);
  });

  test('to a package that does not exist is 404', async () => {
    expect((await upload(server, 'none', Buffer.from('x'))).status).toBe(404);
  });

  test('that is no package ends in ERROR with findings, and can only be deleted', async () => {
    const id = await createPackage(server);
    expect((await upload(server, id, Buffer.from('this is no zip'))).status).toBe(202);
    const info = await onboarded(server, id);
    expect(info).toMatchObject({
      onboardingState: 'ERROR',
      onboardingFailureDetails: { status: 422, findings: [expect.objectContaining({ severity: 'error' })] },
    });
    expect((await upload(server, id, await routerPackage())).status).toBe(409);
    expect((await server.ask(`${packages}/${id}/vnfd`, { headers: { accept: 'application/zip' } })).status).toBe(409);
    expect((await server.ask(`${packages}/${id}`, { method: 'DELETE' })).status).toBe(204);
  });

  test('of a VNFD that is onboarded already ends in ERROR that names the other', async () => {
    const first = String((await onboardRouter(server))['id']);
    const second = await createPackage(server);
    await upload(server, second, await routerPackage());
    const info = await onboarded(server, second);
    expect(info).toMatchObject({ onboardingState: 'ERROR' });
    expect(JSON.stringify(info['onboardingFailureDetails'])).toContain(first);
    expect((await server.ask(`${packages}/${second}`, { method: 'DELETE' })).status).toBe(204);
    await remove(first);
  });
});

describe('what is in a package', () => {
  let id = '';
  beforeAll(async () => {
    id = String((await onboardRouter(server))['id']);
  });
  afterAll(() => remove(id));

  const read = (path: string, accept: string) => server.ask(`${packages}/${id}/${path}`, { headers: { accept } });

  test('comes back byte for byte, as bare application/zip', async () => {
    const response = await read('package_content', 'application/zip');
    expect(response.headers.get('content-type')).toBe('application/zip');
    const bytes = Buffer.from(await response.arrayBuffer());
    const info = await bodyOf(await server.ask(`${packages}/${id}`));
    expect(info['checksum']).toEqual({
      algorithm: 'SHA-256',
      hash: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(bytes.equals(await routerPackage())).toBe(true);
  });

  test('has a VNFD of several files, which is a zip or nothing', async () => {
    const response = await read('vnfd', 'text/plain, application/zip');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/zip']);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.includes('Definitions/router_df_simple.yaml')).toBe(true);
    expect(bytes.includes('tosca_definitions_version')).toBe(true);
    expect((await read('vnfd', 'text/plain')).status).toBe(406);
  });

  test('has a manifest as bare text', async () => {
    const response = await read('manifest', 'text/plain');
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.text()).toMatch(/^metadata:/m);
  });

  test('has artifacts by path, and nothing outside them', async () => {
    const info = await bodyOf(await server.ask(`${packages}/${id}`));
    const [artifact] = info['additionalArtifacts'] as { artifactPath: string; checksum: { hash: string } }[];
    const response = await read(`artifacts/${artifact?.artifactPath}`, '*/*');
    const hash = createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex');
    expect(hash).toBe(artifact?.checksum.hash);
    for (const path of ['none', '..%2f..%2ftoken', '%2e%2e/%2e%2e/berth.sqlite', '/etc/passwd']) {
      expect([path, (await read(`artifacts/${path}`, '*/*')).status]).toEqual([path, 404]);
    }
  });

  test('has an image by path', async () => {
    const info = await bodyOf(await server.ask(`${packages}/${id}`));
    const [image] = info['softwareImages'] as { imagePath: string; size: number }[];
    const response = await read(`artifacts/${image?.imagePath}`, '*/*');
    expect((await response.arrayBuffer()).byteLength).toBe(image?.size);
  });
});

describe('a package resource', () => {
  test('keeps what its user adds, merged key by key', async () => {
    const id = await createPackage(server);
    const change = { userDefinedData: { owner: 'lab', note: 'x' } };
    const response = await server.send('PATCH', `${packages}/${id}`, change);
    expect([response.status, await response.json()]).toEqual([200, change]);
    await server.send('PATCH', `${packages}/${id}`, { userDefinedData: { note: null, more: 1 } });
    const { userDefinedData } = await bodyOf(await server.ask(`${packages}/${id}`));
    expect(userDefinedData).toEqual({ owner: 'lab', more: 1 });
    await server.ask(`${packages}/${id}`, { method: 'DELETE' });
  });

  test('takes no change of what is Berth’s to say', async () => {
    const id = await createPackage(server);
    for (const attribute of ['id', 'onboardingState', 'usageState', 'instances', 'revision', 'contents']) {
      const body = { userDefinedData: {}, [attribute]: 'ONBOARDED' };
      const response = await server.send('PATCH', `${packages}/${id}`, body);
      expect(await bodyOf(response)).toMatchObject({ status: 400, detail: expect.stringContaining(attribute) });
    }
    await server.ask(`${packages}/${id}`, { method: 'DELETE' });
  });

  test('is changed only as long as it is what If-Match says', async () => {
    const id = await createPackage(server);
    const etag = (await server.ask(`${packages}/${id}`)).headers.get('etag') ?? '';
    const body = { userDefinedData: { a: 1 } };
    expect((await server.send('PATCH', `${packages}/${id}`, body, { 'if-match': etag })).status).toBe(200);
    const late = await server.send('PATCH', `${packages}/${id}`, body, { 'if-match': etag });
    expect(await bodyOf(late)).toMatchObject({ status: 412, type: 'urn:berth:problem:precondition-failed' });
    const gone = await server.ask(`${packages}/${id}`, { method: 'DELETE', headers: { 'if-match': etag } });
    expect(gone.status).toBe(412);
    expect((await server.ask(`${packages}/${id}`, { method: 'DELETE', headers: { 'if-match': '*' } })).status).toBe(
      204,
    );
  });

  test('cannot be enabled before it is onboarded, nor changed by an empty patch', async () => {
    const id = await createPackage(server);
    expect((await server.send('PATCH', `${packages}/${id}`, { operationalState: 'ENABLED' })).status).toBe(409);
    expect((await server.send('PATCH', `${packages}/${id}`, {})).status).toBe(400);
    await server.ask(`${packages}/${id}`, { method: 'DELETE' });
  });

  test('is listed in pages, filtered, and under the alias with links of the alias', async () => {
    const ids = [await createPackage(server), await createPackage(server), await createPackage(server)];
    const first = await server.ask(packages);
    const next = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const second = await server.ask(next);
    expect(second.headers.get('link')).toBeNull();
    const listed = [...(await listOf(first)), ...(await listOf(second))];
    expect(listed.map((each) => each['id'])).toEqual(ids.toSorted());
    expect(listed[0]).not.toHaveProperty('userDefinedData');
    const one = await server.ask(`${packages}?filter=(eq,id,${ids[1]})&all_fields`);
    expect(await listOf(one)).toMatchObject([{ id: ids[1], userDefinedData: {} }]);
    const alias = await listOf(await server.ask(`/vnfpkgm/v1/vnf_packages?filter=(eq,id,${ids[1]})`));
    expect(JSON.stringify(alias[0]?.['_links'])).toContain(`/vnfpkgm/v1/vnf_packages/${ids[1]}`);
    for (const id of ids) await server.ask(`${packages}/${id}`, { method: 'DELETE' });
  });

  test.each([
    ['filter=(eq,nothing,1)', 'there is no attribute nothing'],
    ['filter=eq,id,1', 'is expected'],
    ['fields=id&all_fields', 'go together'],
    ['nextpage_opaque_marker=x', 'is not a marker'],
    ['filter=(eq,id,1)&filter=(eq,id,2)', 'more than once'],
  ])('cannot be queried by %s', async (query, complaint) => {
    const response = await server.ask(`${packages}?${query}`);
    expect(await bodyOf(response)).toMatchObject({ status: 400, detail: expect.stringContaining(complaint) });
  });
});
