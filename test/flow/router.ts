/**
 * The router package around an image that holds nothing, and what a client does with it.
 */
import { expect } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage, type BuildOptions } from '../../src/author/build.js';
import { assemble, imagesOf, readSource, writeFiles, type BuiltImage } from '../../vnf-catalog/builder/package.mjs';
import { qcow2Image } from '../artifacts/edge-package.js';
import { bodyOf, type Client } from '../api/door.js';
import { until } from './server.js';

type Json = Record<string, unknown>;

const virtualSizeBytes = 64 * 1024 * 1024;

export function emptyImage(): BuiltImage {
  const qcow2 = qcow2Image(virtualSizeBytes);
  const sha256 = createHash('sha256').update(qcow2).digest('hex');
  const manifest = { sha256, virtualSizeBytes, image: { virtualSizeBytes } };
  return { qcow2, manifest, copyright: Buffer.from('Nothing inside.\n') };
}

let archive: Promise<Buffer> | undefined;

/** Bytes of the CSAR; made once. */
export const routerPackage = (): Promise<Buffer> => (archive ??= buildRouter());

const simple = 'Definitions/router_df_simple.yaml';

/** `bend` changes the simple flavour, or another file. */
export function buildRouter(options: BuildOptions = {}, bend = (text: string) => text, file = simple): Promise<Buffer> {
  const source = readSource('vnf-catalog/router/package');
  source.set(file, Buffer.from(bend(String(source.get(file)))));
  return build('router', source, options);
}

/** The package of a VNF of the catalogue, likewise. */
export const buildVnf = (name: string): Promise<Buffer> => build(name, readSource(`vnf-catalog/${name}/package`), {});

async function build(name: string, source: Map<string, Buffer>, options: BuildOptions): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'berth-package-'));
  const file = join(folder, `${name}.csar`);
  const images = new Map(imagesOf(source).map((name) => [name, emptyImage()]));
  writeFiles(assemble(name, source, images), join(folder, name));
  const { report, written } = await buildPackage(join(folder, name), file, options);
  if (written === undefined) throw new Error(JSON.stringify(report.findings, null, 1));
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true });
  return bytes;
}

export const packages = '/vnfpkgm/v2/vnf_packages';
export const instances = '/vnflcm/v2/vnf_instances';
export const opOccs = '/vnflcm/v2/vnf_lcm_op_occs';

export async function createPackage({ send }: Client): Promise<string> {
  const response = await send('POST', packages, {});
  expect(response.status).toBe(201);
  return String((await bodyOf(response))['id']);
}

export const upload = ({ ask }: Client, id: string, content: Uint8Array): Promise<Response> =>
  ask(`${packages}/${id}/package_content`, {
    method: 'PUT',
    body: new Blob([Uint8Array.from(content)]),
    headers: { 'content-type': 'application/zip' },
  });

/** The package once its onboarding has ended, well or not. */
export async function onboarded(client: Client, id: string): Promise<Json> {
  const read = async () => bodyOf(await client.ask(`${packages}/${id}`));
  const ended = (info: Json) => ['ONBOARDED', 'ERROR'].includes(String(info['onboardingState']));
  return until(read, ended, 'onboarding does not end');
}

/** An onboarded router package; answers its VnfPkgInfo. */
export async function onboardRouter(client: Client): Promise<Json> {
  const id = await createPackage(client);
  const taken = await upload(client, id, await routerPackage());
  expect([taken.status, await taken.text()]).toEqual([202, '']);
  const info = await onboarded(client, id);
  expect(info).toMatchObject({ onboardingState: 'ONBOARDED' });
  return info;
}

export async function createInstance(client: Client, vnfdId: unknown, vnfInstanceName = 'edge'): Promise<string> {
  const response = await client.send('POST', instances, { vnfdId, vnfInstanceName });
  expect(response.status).toBe(201);
  return String((await bodyOf(response))['id']);
}

const link = (side: string, resourceId: string, addressRange: object, subnetId: string) => ({
  id: side,
  resourceId,
  extCps: [{ cpdId: side, cpConfig: { [side]: { cpProtocolData: [protocolData(addressRange, subnetId)] } } }],
});

const protocolData = (addressRange: object, subnetId: string) => ({
  layerProtocol: 'IP_OVER_ETHERNET',
  ipOverEthernet: { ipAddresses: [{ type: 'IPV4', addressRange, subnetId }] },
});

/** With ten addresses on each side. */
const instantiationFrom = (first: number) => {
  const range = (subnet: string) => ({
    minAddress: `${subnet}.${String(first)}`,
    maxAddress: `${subnet}.${String(first + 9)}`,
  });
  return {
    flavourId: 'simple',
    extVirtualLinks: [
      link('west', 'berth-west', range('10.1.0'), '10.1.0.0/24'),
      link('east', 'berth-east', range('10.2.0'), '10.2.0.0/24'),
    ],
  };
};

export const instantiation = instantiationFrom(10);

/** For a second instance on the same networks. */
export const elsewhere = instantiationFrom(30);

/** Starts an operation and reads its occurrence until it rests. */
export async function operate(client: Client, id: string, task: string, body: unknown): Promise<Json> {
  const response = await client.send('POST', `${instances}/${id}/${task}`, body);
  expect([response.status, await response.text()]).toEqual([202, '']);
  return rested(client, response.headers.get('location') ?? '');
}

const moving = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];

export async function rested(client: Client, location: string): Promise<Json> {
  const read = async () => bodyOf(await client.ask(location));
  return until(read, (occ) => !moving.includes(String(occ['operationState'])), 'the operation does not rest');
}

export async function readInstance(client: Client, id: string): Promise<Json> {
  return bodyOf(await client.ask(`${instances}/${id}`));
}

/** An instantiated router; answers the id. */
export async function runningRouter(client: Client): Promise<string> {
  const info = await onboardRouter(client);
  const id = await createInstance(client, info['vnfdId']);
  expect(await operate(client, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  return id;
}
