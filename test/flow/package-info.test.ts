/**
 * VnfPkgInfo of an onboarded package (SOL005 clause 9.5.2.5): complete, and every attribute can be asked by.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { digest, type Files } from '../artifacts/edge-package.js';
import { minimalPackage, oddName, onboard, signedEdge } from './other-packages.js';
import { packages } from './router.js';
import { startServer, type Server } from './server.js';

let server: Server;
let files: Files;
let info: Record<string, unknown>;

beforeAll(async () => {
  server = await startServer();
  files = signedEdge();
  info = await onboard(server, files);
  await onboard(server, minimalPackage());
});
afterAll(async () => {
  await server.stop();
});

const patch = (body: unknown) => server.send('PATCH', `${packages}/${String(info['id'])}`, body);

describe('an onboarded package', () => {
  test('says what it is, and what VNFMs it fits', () => {
    expect(info).toMatchObject({
      vnfProvider: 'Example',
      vnfProductName: 'Edge',
      vnfdVersion: '1.1',
      compatibleSpecificationVersions: ['2.7.1', '3.3.1'],
      checksum: { algorithm: 'SHA-256', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      packageSecurityOption: 'OPTION_1',
      onboardingState: 'ONBOARDED',
      operationalState: 'ENABLED',
      usageState: 'NOT_IN_USE',
      vnfmInfo: ['etsivnfm:v3.3.1'],
    });
  });

  test('lists its artifacts with what is known of each, and no paper of its own', () => {
    const artifact = (path: string, contentType: string) => ({
      artifactPath: path,
      checksum: { algorithm: 'SHA-256', hash: digest('sha256', files.get(path)!) },
      isEncrypted: false,
      metadata: { contentType, size: files.get(path)!.length },
    });
    expect(info['additionalArtifacts']).toEqual([
      { ...artifact('ChangeLog.txt', 'text/plain'), artifactClassification: 'HISTORY' },
      { ...artifact('Licenses/LICENSE', 'application/octet-stream'), artifactClassification: 'LICENSE' },
      { ...artifact('Scripts/dashboard.json', 'application/json'), nonManoArtifactSetId: 'example_dashboards' },
      { ...artifact('Tests/README', 'application/octet-stream'), artifactClassification: 'TESTING' },
    ]);
  });

  test('names its artifacts as a client appends them to the URI', async () => {
    const found = await listOf(await server.ask(`${packages}?filter=(eq,vnfProductName,Minimal)&all_fields`));
    const [{ id, additionalArtifacts } = {}] = found;
    const [artifact] = additionalArtifacts as readonly { artifactPath: string }[];
    expect(artifact?.artifactPath).toBe('Scripts/gr%C3%B6%C3%9Fe%20100%25/m%40ster%20%26%20x%3F.sh');
    const response = await server.ask(`${packages}/${String(id)}/artifacts/${artifact?.artifactPath}`);
    expect([response.status, await response.text()]).toEqual([200, String(minimalPackage().get(oddName))]);
  });

  test('describes its software images', () => {
    const images = info['softwareImages'] as readonly Record<string, unknown>[];
    expect(images.map(({ id }) => id)).toEqual(['small.worker', 'system', 'pinned.worker']);
    for (const image of images) {
      expect(image).toMatchObject({
        // One of them names no provider: that of the VNF stands for it.
        provider: expect.stringMatching(/./),
        version: expect.any(String),
        checksum: { algorithm: expect.stringMatching(/^SHA-/), hash: expect.stringMatching(/^[0-9a-f]{64,}$/) },
        isEncrypted: false,
        containerFormat: 'BARE',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        minDisk: expect.any(Number),
        minRam: expect.any(Number),
        size: files.get(String(image['imagePath']))?.length,
      });
    }
  });

  test('leads to itself, its VNFD and its content', async () => {
    const links = info['_links'] as Record<string, { href: string }>;
    expect(Object.keys(links)).toEqual(['self', 'vnfd', 'packageContent']);
    for (const { href } of Object.values(links)) expect((await server.ask(href)).status).toBe(200);
  });

  test('fits other VNFMs when a client says so', async () => {
    const named = await patch({ vnfmInfo: ['another', 'third'] });
    expect([named.status, await named.json()]).toEqual([200, { vnfmInfo: ['another', 'third'] }]);
    expect(await bodyOf(await server.ask(`${packages}/${String(info['id'])}`))).toMatchObject({
      vnfmInfo: ['another', 'third'],
    });
    const fitting = await listOf(await server.ask(`${packages}?filter=(eq,vnfmInfo,third)`));
    expect(fitting.map(({ id }) => id)).toEqual([info['id']]);
    expect((await patch({ vnfmInfo: 'another' })).status).toBe(400);
    await patch({ vnfmInfo: info['vnfmInfo'] });
  });
});

describe('a list of packages', () => {
  const listed = async (query: string) => (await listOf(await server.ask(`${packages}?${query}`)))[0] ?? {};

  test('shows what is simple and mandatory beside the fields that are named', async () => {
    const shown = await listed('fields=userDefinedData');
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(['vnfProductName', 'packageSecurityOption', '_links']));
    expect(Object.keys(shown)).toEqual(expect.arrayContaining(['userDefinedData', 'vnfmInfo', 'checksum']));
    for (const left of ['softwareImages', 'additionalArtifacts', 'onboardingFailureDetails'])
      expect(shown).not.toHaveProperty(left);
  });

  test('leaves the checksum out, and nothing else, when asked to', async () => {
    const whole = await listed('all_fields');
    const { checksum, ...rest } = whole;
    expect(checksum).toBeDefined();
    expect(await listed('exclude_fields=checksum')).toEqual(rest);
  });
});

test('a package that the client has as it is now is not sent again', async () => {
  const paths = [`${packages}/${String(info['id'])}`, `/vnfpkgm/v2/onboarded_vnf_packages/${String(info['vnfdId'])}`];
  for (const path of paths) {
    const first = await server.ask(path);
    const etag = first.headers.get('etag') ?? '';
    const again = await server.ask(path, { headers: { 'if-none-match': `"x", W/${etag}` } });
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, '']);
    expect(again.headers.get('content-type')).toBeNull();
    const head = await server.ask(path, { method: 'HEAD', headers: { 'if-none-match': etag } });
    expect([head.status, head.headers.get('etag')]).toEqual([304, etag]);
    await patch({ userDefinedData: { changed: path } });
    const changed = await server.ask(path, { headers: { 'if-none-match': etag } });
    expect([changed.status, await changed.json()]).toMatchObject([200, { userDefinedData: { changed: path } }]);
  }
  await patch({ userDefinedData: { changed: null } });
});

describe('packages are found by', () => {
  test.each([
    '(eq,softwareImages/id,pinned.worker)',
    '(eq,softwareImages/checksum/algorithm,SHA-512)',
    '(eq,softwareImages/diskFormat,RAW)',
    '(gt,softwareImages/size,1000000)',
    '(lt,softwareImages/createdAt,2999-01-01T00:00:00Z);(cont,softwareImages/imagePath,edge-fast)',
    '(eq,additionalArtifacts/artifactPath,ChangeLog.txt)',
    '(eq,additionalArtifacts/artifactClassification,LICENSE)',
    '(eq,additionalArtifacts/nonManoArtifactSetId,example_dashboards)',
    '(eq,additionalArtifacts/metadata/contentType,application/json)',
    '(eq,additionalArtifacts/checksum/algorithm,SHA-256);(eq,vnfProductName,Edge)',
    '(in,compatibleSpecificationVersions,2.7.1,9.9.9)',
    '(cont,_links/self/href,ID)',
  ])('%s', async (filter) => {
    const query = encodeURIComponent(filter.replace('ID', String(info['id'])));
    const found = await listOf(await server.ask(`${packages}?filter=${query}`));
    expect(found.map(({ id }) => id)).toEqual([info['id']]);
  });
});
