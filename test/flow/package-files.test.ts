/**
 * What is inside a package, as clients read it: below both kinds of package resource, in parts, together, with signatures.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import type { Files } from '../artifacts/edge-package.js';
import { entriesOf } from '../artifacts/zips.js';
import { minimalPackage, oddName, onboard, packed, signaturesOf, signedEdge } from './other-packages.js';
import { createPackage, packages } from './router.js';
import { startServer, type Server } from './server.js';

const onboardedPackages = '/vnfpkgm/v2/onboarded_vnf_packages';
const changeLog = 'ChangeLog.txt';
const dashboard = 'Scripts/dashboard.json';
const image = 'Files/images/edge-fast.img';
const vnfdFiles = ['Definitions/edge.yaml', 'Definitions/edge_types.yaml', 'Definitions/edge_df_small.yaml'];

let server: Server;
let files: Files;
let id: string;
let vnfdId: string;
let minimalId: string;

beforeAll(async () => {
  server = await startServer();
  files = signedEdge();
  const edge = await onboard(server, files);
  const minimal = await onboard(server, minimalPackage());
  expect([edge['onboardingState'], minimal['onboardingState']]).toEqual(['ONBOARDED', 'ONBOARDED']);
  [id, vnfdId, minimalId] = [String(edge['id']), String(edge['vnfdId']), String(minimal['id'])];
});
afterAll(async () => {
  await server.stop();
});

const read = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  server.ask(`${packages}/${id}/${path}`, { method, headers });
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());
const entries = async (path: string) => entriesOf(await bytes(await read(path, { accept: 'application/zip' })));

describe('a range', () => {
  const resources: readonly (readonly [string, () => Buffer | Promise<Buffer>])[] = [
    ['package_content', async () => bytes(await read('package_content'))],
    [`artifacts/${changeLog}`, () => files.get(changeLog)!],
    [`artifacts/${image}`, () => files.get(image)!],
  ];

  test.each(resources)('of %s is answered as that part', async (path, content) => {
    const whole = await content();
    const size = whole.length;
    const cases = { '0-0': [0, 1], '2-5': [2, 6], '5-': [5, size], '-3': [size - 3, size], '4-999999999': [4, size] };
    for (const [range, [from = 0, to = 0]] of Object.entries(cases)) {
      const response = await read(path, { range: `bytes=${range}` });
      expect([range, response.status]).toEqual([range, 206]);
      expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${size}`);
      expect(response.headers.get('content-length')).toBe(String(to - from));
      expect((await bytes(response)).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  test.each(resources)('outside of %s is 416, and the problem tells the size', async (path, content) => {
    const size = (await content()).length;
    for (const range of [`${size}-`, `${size}-${size + 5}`, '-0', '99999999999999999999-']) {
      const response = await read(path, { range: `bytes=${range}` });
      expect([range, response.headers.get('content-range')]).toEqual([range, `bytes */${size}`]);
      expect(await bodyOf(response)).toMatchObject({ status: 416, type: 'urn:berth:problem:range-not-satisfiable' });
    }
  });

  test.each(['bytes=0-1,3-4', 'bytes=5-2', 'bytes=a-b', 'bytes=-', 'bytes', 'items=0-1', 'bytes=0x1-2', 'bytes=1 -2'])(
    'that says %s is no single range: the answer is the whole',
    async (range) => {
      const response = await read(`artifacts/${changeLog}`, { range });
      expect([response.status, response.headers.get('accept-ranges')]).toEqual([200, 'bytes']);
      expect((await bytes(response)).equals(files.get(changeLog)!)).toBe(true);
    },
  );

  test('counts only as long as If-Range names the bytes that there are', async () => {
    const etag = (await read('package_content', {}, 'HEAD')).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    const status = async (ifRange: string) =>
      (await read('package_content', { range: 'bytes=0-3', 'if-range': ifRange })).status;
    expect(await status(etag)).toBe(206);
    expect(await status('"another"')).toBe(200);
    expect(await status(`W/${etag}`)).toBe(200);
    expect(await status('Sun, 22 Nov 2026 00:00:00 GMT')).toBe(200);
  });

  test('of a new archive is one of its bytes', async () => {
    const whole = await bytes(await read('artifacts'));
    const part = await read('artifacts', { range: 'bytes=30-200' });
    expect([part.status, (await bytes(part)).equals(whole.subarray(30, 201))]).toEqual([206, true]);
  });
});

describe('a client that asks for the head, or has the file already,', () => {
  test.each(['package_content', 'vnfd', 'manifest', 'artifacts', `artifacts/${image}`])(
    'is sent no bytes of %s',
    async (path) => {
      const whole = await read(path);
      const size = (await bytes(whole)).length;
      const head = await read(path, { range: 'bytes=0-1' }, 'HEAD');
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);
      const etag = whole.headers.get('etag') ?? '';
      expect(head.headers.get('etag')).toBe(etag);
      const again = await read(path, { 'if-none-match': `"x", W/${etag}` });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect((await read(path, { 'if-none-match': '"x"' })).status).toBe(200);
    },
  );
});

describe('the archive of all artifacts', () => {
  const mano = [changeLog, 'Licenses/LICENSE', 'Tests/README'];
  const namesOf = async (query: string) => Object.keys(await entries(`artifacts${query}`)).toSorted();

  test.each([
    ['', [...mano, dashboard]],
    ['?exclude_all_mano_artifacts', [dashboard]],
    ['?exclude_all_non_mano_artifacts', mano],
    ['?select_non_mano_artifact_sets=example_dashboards', [...mano, dashboard]],
    ['?select_non_mano_artifact_sets=others,example_dashboards', [...mano, dashboard]],
    ['?select_non_mano_artifact_sets=others', mano],
    ['?select_non_mano_artifacts=others&exclude_all_mano_artifacts', []],
    ['?include_signatures', [...mano, dashboard, ...signaturesOf(changeLog)]],
    ['?include_signatures&exclude_all_mano_artifacts', [dashboard]],
  ])('asked for with "%s" holds neither images nor VNFD, and %j', async (query, wanted) => {
    expect(await namesOf(query)).toEqual([...wanted].toSorted());
  });

  test('holds their bytes', async () => {
    expect((await entries('artifacts'))[changeLog]).toBe(files.get(changeLog)?.toString());
  });

  test.each([
    ['exclude_all_mano_artifacts&exclude_all_non_mano_artifacts', 'do not go together'],
    ['select_non_mano_artifact_sets=a&exclude_all_non_mano_artifacts', 'do not go together'],
    ['select_non_mano_artifact_sets=', 'between commas'],
    ['select_non_mano_artifact_sets=a&select_non_mano_artifact_sets=b', 'given once'],
    ['exclude_all_mano_artifacts=true', 'is a flag'],
    ['include_signatures=false', 'is a flag'],
  ])('cannot be asked for with %s', async (query, complaint) => {
    const response = await read(`artifacts?${query}`);
    expect(await bodyOf(response)).toMatchObject({ status: 400, detail: expect.stringContaining(complaint) });
  });
});

test.each(['application/json', 'application/zip', 'image/png', 'text/plain;q=0'])(
  'an artifact is sent as what it is to those who accept %s',
  async (accept) => {
    const response = await read(`artifacts/${changeLog}`, { accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/plain']);
    expect(await response.text()).toBe(files.get(changeLog)?.toString());
  },
);

describe('signatures come with', () => {
  const paperOf = (path: string) => files.get(path)?.toString();

  test('an artifact, in an archive', async () => {
    const plain = await read(`artifacts/${changeLog}`);
    expect(plain.headers.get('content-type')).toBe('text/plain');
    const octets = await read(`artifacts/${changeLog}`, { accept: 'application/octet-stream' });
    expect(octets.headers.get('content-type')).toBe('application/octet-stream');
    const all = [changeLog, ...signaturesOf(changeLog)];
    expect(await entries(`artifacts/${changeLog}?include_signatures`)).toEqual(
      Object.fromEntries(all.map((path) => [path, paperOf(path)])),
    );
    expect((await read(`artifacts/${changeLog}?include_signatures`, { accept: 'text/plain' })).status).toBe(406);
  });

  test('the manifest, when the certificate stands in a file of its own', async () => {
    expect(Object.keys(await entries('manifest?include_signatures'))).toEqual(['Definitions/edge.mf', 'edge.cert']);
    expect((await read('manifest')).headers.get('content-type')).toBe('text/plain');
  });

  test('the VNFD, beside the manifest and the certificate', async () => {
    const names = Object.keys(await entries('vnfd?include_signatures'));
    const papers = ['Definitions/edge.mf', 'edge.cert', ...signaturesOf('Definitions/edge.yaml')];
    expect(names).toEqual(expect.arrayContaining(['TOSCA-Metadata/TOSCA.meta', ...vnfdFiles, ...papers]));
    expect(names).not.toContain(`${changeLog}.cms`);
  });
});

describe('a VNFD', () => {
  test('of several files is a zip that leads to its entry, and no text', async () => {
    const names = Object.keys(await entries('vnfd'));
    expect(names).toEqual(['TOSCA-Metadata/TOSCA.meta', ...vnfdFiles, 'Definitions/edge_df_pinned.yaml']);
    expect((await read('vnfd', { accept: 'text/plain' })).status).toBe(406);
  });

  test('of one file is text or a zip, as the client likes', async () => {
    const ask = (accept: string) => server.ask(`${packages}/${minimalId}/vnfd`, { headers: { accept } });
    const asText = await ask('text/plain');
    const vnfd = minimalPackage().get('minimal.yaml');
    expect([asText.headers.get('content-type'), await asText.text()]).toEqual(['text/plain', String(vnfd)]);
    expect(await entriesOf(await bytes(await ask('application/zip')))).toEqual({ 'minimal.yaml': String(vnfd) });
    expect((await ask('application/json')).status).toBe(406);
  });

  test('may come without a manifest: then there is none to read', async () => {
    const response = await server.ask(`${packages}/${minimalId}/manifest`, { headers: { accept: 'text/plain' } });
    expect(await bodyOf(response)).toMatchObject({ status: 404, detail: expect.stringContaining('no manifest') });
  });
});

test('a package inside a signed archive is downloaded with that archive, and read without', async () => {
  const inner = await packed(minimalPackage('another'));
  const outer: Files = new Map([
    ['inner.csar', inner],
    ['inner.cms', Buffer.from('nobody’s signature')],
  ]);
  const info = await onboard(server, outer);
  expect(info).toMatchObject({ onboardingState: 'ONBOARDED', packageSecurityOption: 'OPTION_2' });
  const get = (path: string) => server.ask(`${packages}/${String(info['id'])}/${path}`, { headers: { accept: '*/*' } });
  const content = await entriesOf(await bytes(await get('package_content')));
  expect(Object.keys(content)).toEqual([...outer.keys()]);
  expect(await (await get('vnfd')).text()).toContain('descriptor_id: another');
  expect(Object.keys(await entriesOf(await bytes(await get('artifacts'))))).toEqual([oddName]);
  await server.send('PATCH', `${packages}/${String(info['id'])}`, { operationalState: 'DISABLED' });
  expect((await server.ask(`${packages}/${String(info['id'])}`, { method: 'DELETE' })).status).toBe(204);
});

describe('packages by the id of their VNFD', () => {
  test('are those that are onboarded, in v2 and in v1, filtered and paged like others', async () => {
    const created = await createPackage(server);
    const ids = async (path: string) => (await listOf(await server.ask(path))).map((each) => each['id']).toSorted();
    expect(await ids(packages)).toContain(created);
    expect(await ids(onboardedPackages)).toEqual([id, minimalId].toSorted());
    expect(await ids('/vnfpkgm/v1/onboarded_vnf_packages')).toEqual([id, minimalId].toSorted());
    expect(await ids(`${onboardedPackages}?filter=(eq,vnfdId,${vnfdId})`)).toEqual([id]);
  });

  test('are the same resources, and so are their files', async () => {
    expect(await bodyOf(await server.ask(`${onboardedPackages}/${vnfdId}`))).toEqual(
      await bodyOf(await server.ask(`${packages}/${id}`)),
    );
    for (const path of ['package_content', 'vnfd', 'manifest', 'artifacts', `artifacts/${dashboard}`]) {
      const here = await server.ask(`${onboardedPackages}/${vnfdId}/${path}`);
      const there = await read(path);
      expect([path, here.status, here.headers.get('etag')]).toEqual([path, 200, there.headers.get('etag')]);
      expect((await bytes(here)).equals(await bytes(there))).toBe(true);
    }
  });

  test.each(['', '/vnfd', '/manifest', '/package_content', '/artifacts', '/artifacts/a'])(
    'are 404 with%s when no VNFD of that id is onboarded',
    async (path) => {
      const response = await server.ask(`${onboardedPackages}/none${path}`);
      expect(await bodyOf(response)).toMatchObject({ status: 404, detail: expect.stringContaining('vnfdId none') });
    },
  );
});
