import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from './door.js';

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: object }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>
  >;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

let door: Door;
let paths: Paths;
beforeAll(async () => {
  door = await openDoor({});
  paths = (await bodyOf(await door.ask('/docs-json')))['paths'] as Paths;
});
afterAll(async () => {
  await door.close();
});

const operations = () =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, method, path, operation })),
  );

describe('the OpenAPI page', () => {
  test('lists every route of the SOL interfaces and of Berth', () => {
    const names = operations().map(({ name }) => name);
    expect(names.filter((name) => !/ \/(vnfpkgm|vnflcm)\/v1\//.test(name)).toSorted()).toEqual(routes.toSorted());
  });

  test('names every parameter of every path, and no other', () => {
    for (const { name, path, operation } of operations()) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const named = (operation.parameters ?? []).filter((each) => each.in === 'path').map((each) => each.name);
      expect([name, named.toSorted()]).toEqual([name, inPath.toSorted()]);
    }
  });

  test('says what each does', () => {
    for (const { name, operation } of operations())
      expect([name, operation.summary]).toEqual([name, expect.any(String)]);
  });

  test('has a schema for every body that is sent and every JSON that comes back', () => {
    for (const { name, method, path, operation } of operations()) {
      const sends =
        ['patch', 'put'].includes(method) ||
        (method === 'post' && !/\/(retry|rollback|fail|lost|found|accept)$/.test(path));
      const schemas = Object.values(operation.requestBody?.content ?? {}).map((content) => content.schema);
      expect([name, schemas.length > 0 && schemas.every((schema) => schema !== undefined)]).toEqual([name, sends]);
      const success = operation.responses['200'] ?? operation.responses['201'];
      const binary = /backup|package_content|vnfd$|manifest|artifacts|metrics/.test(path);
      const answer = Object.values(success?.content ?? {}).some((content) => content.schema !== undefined);
      expect([name, success === undefined || binary || answer]).toEqual([name, true]);
    }
  });

  test('shows itself without the network', async () => {
    const page = await (await door.ask('/docs')).text();
    const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part).toMatch(/^docs\//);
      expect([part, (await door.ask(`/${part}`, { headers: { authorization: '' } })).status]).toEqual([part, 200]);
    }
    expect((await door.ask('/docs/package.json')).status).toBe(404);
  });
});

const routes = [
  'get /{apiName}/api_versions',
  'get /{apiName}/{apiMajorVersion}/api_versions',
  'get /healthz',
  'get /metrics',
  'get /nfvi/v1/backup',
  'get /nfvi/v1/differences',
  'get /nfvi/v1/background-tasks',
  'get /nfvi/v1/audit',
  'delete /nfvi/v1/audit/{auditId}',
  'get /nfvi/v1/hosts',
  'get /nfvi/v1/hosts/{hostId}',
  'patch /nfvi/v1/hosts/{hostId}',
  'post /nfvi/v1/hosts',
  'delete /nfvi/v1/hosts/{hostId}',
  'post /nfvi/v1/hosts/{hostId}/lost',
  'post /nfvi/v1/hosts/{hostId}/found',
  'delete /nfvi/v1/hosts/{hostId}/leftovers/{vnfcId}',
  'post /nfvi/v1/hosts/{hostId}/pci-functions/{address}/accept',
  'get /nfvi/v1/hosts/{hostId}/audit',
  'get /nfvi/v1/vnfcs/{vnfcId}/placement',
  'get /nfvi/v1/vnfcs/{vnfcId}/stack',
  'get /nfvi/v1/networks',
  'get /nfvi/v1/capacity',
  'get /nfvi/v1/placements',
  'get /nfvi/v1/sbom',
  'get /nfvi/v1/placements/{opOccId}',
  'post /nfvi/v1/placements/dry-run',
  'post /nfvi/v1/defragment',
  'get /readyz',
  'get /vnflcm/v2/subscriptions',
  'post /vnflcm/v2/subscriptions',
  'get /vnflcm/v2/subscriptions/{subscriptionId}',
  'delete /vnflcm/v2/subscriptions/{subscriptionId}',
  'get /vnflcm/v2/vnf_instances',
  'post /vnflcm/v2/vnf_instances',
  'get /vnflcm/v2/vnf_instances/{vnfInstanceId}',
  'patch /vnflcm/v2/vnf_instances/{vnfInstanceId}',
  'delete /vnflcm/v2/vnf_instances/{vnfInstanceId}',
  'post /vnflcm/v2/vnf_instances/{vnfInstanceId}/change_ext_conn',
  'post /vnflcm/v2/vnf_instances/{vnfInstanceId}/instantiate',
  'post /vnflcm/v2/vnf_instances/{vnfInstanceId}/operate',
  'post /vnflcm/v2/vnf_instances/{vnfInstanceId}/scale',
  'post /vnflcm/v2/vnf_instances/{vnfInstanceId}/terminate',
  'get /vnflcm/v2/vnf_lcm_op_occs',
  'get /vnflcm/v2/vnf_lcm_op_occs/{vnfLcmOpOccId}',
  'post /vnflcm/v2/vnf_lcm_op_occs/{vnfLcmOpOccId}/cancel',
  'post /vnflcm/v2/vnf_lcm_op_occs/{vnfLcmOpOccId}/fail',
  'post /vnflcm/v2/vnf_lcm_op_occs/{vnfLcmOpOccId}/retry',
  'post /vnflcm/v2/vnf_lcm_op_occs/{vnfLcmOpOccId}/rollback',
  'get /vnfpkgm/v2/subscriptions',
  'post /vnfpkgm/v2/subscriptions',
  'get /vnfpkgm/v2/subscriptions/{subscriptionId}',
  'delete /vnfpkgm/v2/subscriptions/{subscriptionId}',
  ...['onboarded_vnf_packages/{vnfdId}', 'vnf_packages/{vnfPkgId}'].flatMap((one) =>
    ['artifacts', 'artifacts/{path}', 'manifest', 'package_content', 'vnfd'].map(
      (resource) => `get /vnfpkgm/v2/${one}/${resource}`,
    ),
  ),
  'get /vnfpkgm/v2/onboarded_vnf_packages',
  'get /vnfpkgm/v2/onboarded_vnf_packages/{vnfdId}',
  'get /vnfpkgm/v2/vnf_packages',
  'post /vnfpkgm/v2/vnf_packages',
  'get /vnfpkgm/v2/vnf_packages/{vnfPkgId}',
  'patch /vnfpkgm/v2/vnf_packages/{vnfPkgId}',
  'delete /vnfpkgm/v2/vnf_packages/{vnfPkgId}',
  'post /vnfpkgm/v2/vnf_packages/{vnfPkgId}/package_content/upload_from_uri',
  'put /vnfpkgm/v2/vnf_packages/{vnfPkgId}/package_content',
];
