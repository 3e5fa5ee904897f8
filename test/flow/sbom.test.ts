/** What runs where, as the SBOMs of two packages say: openssl in one of them, busybox in both. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { buildPackage } from '../../src/author/build.js';
import { createProgram } from '../../src/cli/program.js';
import { assemble, imagesOf, readSource, writeFiles, type DebianPackage } from '../../vnf-catalog/builder/package.mjs';
import { bodyOf, token } from '../api/door.js';
import { qcow2Image } from '../artifacts/edge-package.js';
import { createInstance, createPackage, instantiation, onboarded, operate, readInstance, upload } from './router.js';
import { startServer, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

const virtualSizeBytes = 64 * 1024 * 1024;
const busybox = debian('1:1.35.0-4', 'busybox');
const libssl3 = debian('3.0.22-1', 'openssl');

function debian(version: string, source: string): DebianPackage {
  return { version, architecture: 'amd64', source, sourceVersion: version, inImage: true };
}

/** Each image has bytes of its own. */
const imageOf = (name: string, packages: Readonly<Record<string, DebianPackage>>) => ({
  qcow2: qcow2Image(virtualSizeBytes, (head) => head.write(name, 2048)),
  manifest: {
    ...{ image: { virtualSizeBytes }, distro: 'debian-12', packages, guestProgram: { sha256: 'c'.repeat(64) } },
    buildHost: { distro: 'debian-12', packages: {} },
  },
  copyright: Buffer.from('Nothing inside.\n'),
});

async function onboard(name: string, packages: Readonly<Record<string, DebianPackage>>) {
  const folder = mkdtempSync(join(tmpdir(), 'berth-sbom-'));
  const source = readSource(`vnf-catalog/${name}/package`);
  const images = new Map(imagesOf(source).map((image) => [image, imageOf(image, packages)]));
  writeFiles(assemble(name, source, images), join(folder, name));
  await buildPackage(join(folder, name), join(folder, 'csar'), {});
  const id = await createPackage(server);
  await upload(server, id, readFileSync(join(folder, 'csar')));
  rmSync(folder, { recursive: true });
  const info = await onboarded(server, id);
  expect(info).toMatchObject({ onboardingState: 'ONBOARDED' });
  return info;
}

let server: Server;
let router: Record<string, unknown>;
let firewall: Record<string, unknown>;
let vnf: string;

beforeAll(async () => {
  server = await startServer({ pageSize: 3 });
  router = await onboard('router', { busybox, libssl3 });
  firewall = await onboard('firewall', { busybox });
  vnf = await createInstance(server, router['vnfdId']);
  expect(await operate(server, vnf, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
});
afterAll(async () => {
  await server.stop();
});

interface Found {
  readonly component: { readonly name: string };
  readonly package: { readonly vnfPkgId: string };
  readonly image: { readonly path: string };
  readonly vnfInstances?: readonly { readonly id: string }[];
}

const ask = (query: string) => server.ask(`/nfvi/v1/sbom?${query}`);

/** All pages of it. */
async function list(query: string): Promise<readonly Found[]> {
  const all: Found[] = [];
  for (let next: string | undefined = `/nfvi/v1/sbom?${query}`; next !== undefined;) {
    const response: Response = await server.ask(next);
    expect(response.status).toBe(200);
    all.push(...((await response.json()) as Found[]));
    const uri = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    next = uri?.replace(/^https?:\/\/[^/]+/, '');
  }
  return all;
}

const briefly = (all: readonly Found[]) =>
  all.map(({ component, image, vnfInstances = [] }) =>
    [component.name, image.path.replace(/^.*\//, ''), ...vnfInstances.map(({ id }) => id)].join(' '),
  );

it('a component is found by the package it was built from, with the VNFCs that run it', async () => {
  const all = await list('component=OpenSSL');
  expect(briefly(all)).toEqual([`libssl3 router-cloud.qcow2 ${vnf}`, 'libssl3 router-full.qcow2']);
  const info = (await readInstance(server, vnf))['instantiatedVnfInfo'] as {
    readonly vnfcResourceInfo: readonly { readonly id: string; readonly metadata: { readonly hostId: string } }[];
  };
  const [vnfc] = info.vnfcResourceInfo;
  expect(all[0]).toEqual({
    component: {
      ...{ name: 'libssl3', version: '3.0.22-1' },
      purl: 'pkg:deb/debian/libssl3@3.0.22-1?arch=amd64&distro=debian-12&upstream=openssl',
    },
    package: {
      ...{ vnfPkgId: router['id'], vnfdId: router['vnfdId'], vnfProvider: router['vnfProvider'] },
      ...{ vnfProductName: router['vnfProductName'], vnfSoftwareVersion: router['vnfSoftwareVersion'] },
      sbom: 'Files/images/router-cloud.cdx.json',
    },
    image: { path: 'Files/images/router-cloud.qcow2', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    vnfInstances: [
      { id: vnf, vnfInstanceName: 'edge', vnfcs: [{ id: vnfc?.id, vduId: 'router', hostId: vnfc?.metadata.hostId }] },
    ],
  });
});

it('a component of several packages is listed with each, page by page, and narrowed by version and package', async () => {
  const all = await list('component=busybox');
  expect(all.map((one) => one.package.vnfPkgId).toSorted()).toEqual(
    [router['id'], router['id'], firewall['id'], firewall['id']].toSorted(),
  );
  expect((await list('component=busybox&version=1:1.35.0-4')).length).toBe(4);
  expect(await list('component=busybox&version=1.35.0-4')).toEqual([]);
  const ofFirewall = await list(`component=busybox&vnfPkgId=${String(firewall['id'])}`);
  expect(briefly(ofFirewall)).toEqual(['busybox firewall-cloud.qcow2', 'busybox firewall-full.qcow2']);
  expect(await list(`component=libssl3&vnfPkgId=${String(firewall['id'])}`)).toEqual([]);
});

it('what runs in an instance is that of the image that its flavour boots', async () => {
  const all = await list(`vnfInstanceId=${vnf}&exclude_fields=vnfInstances`);
  expect(briefly(all)).toEqual(['berth-vnf', 'busybox', 'libssl3'].map((name) => `${name} router-cloud.qcow2`));
  const other = await createInstance(server, firewall['vnfdId'], 'wall');
  expect(await list(`vnfInstanceId=${other}`)).toEqual([]);
});

it('a question that cannot be answered is refused', async () => {
  const refused = async (query: string) => bodyOf(await ask(query));
  expect(await refused('')).toMatchObject({ status: 400, detail: expect.stringContaining('component=<name>') });
  expect(await refused('version=1')).toMatchObject({ status: 400 });
  expect(await refused('componet=x')).toMatchObject({ status: 400, detail: expect.stringContaining('componet') });
  expect(await refused('component=a&component=b')).toMatchObject({ status: 400 });
  expect(await refused('component=')).toMatchObject({ status: 400 });
  expect(await refused('vnfInstanceId=none')).toMatchObject({ status: 404 });
  expect(await refused('vnfPkgId=none')).toMatchObject({ status: 404 });
  for (const key of ['x', 'a/b', 'a/1234567890']) {
    const marker = Buffer.from(`after:${key}`).toString('base64url');
    expect(await refused(`component=a&nextpage_opaque_marker=${marker}`)).toMatchObject({ status: 400 });
  }
});

it('the command line tells the components of an instance', async () => {
  const said: string[] = [];
  const environment = { BERTH_URL: server.origin, BERTH_TOKEN: token };
  const berth = (...args: string[]) =>
    createProgram({ clock: systemClock, environment, out: (text) => said.push(text) }).parseAsync([
      'node',
      'berth',
      ...args,
    ]);
  await berth('vnf', 'sbom', vnf);
  expect(said.join('\n')).toMatch(/libssl3 +3\.0\.22-1 +pkg:deb\S+ +Files\/images\/router-cloud\.qcow2/);
  const idle = await createInstance(server, router['vnfdId'], 'idle');
  await berth('vnf', 'sbom', idle);
  expect(said.at(-1)).toContain('it is not instantiated, or its package brings no SBOM');
  await berth('--json', 'vnf', 'sbom', vnf);
  expect(JSON.parse(said.at(-1) ?? '')).toHaveLength(3);
});
