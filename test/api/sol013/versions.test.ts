import { expect, test } from '@jest/globals';
import { apiOf, servedApis, versionInformation, versionProblem } from '../../../src/api/sol013/versions.js';

const lcm = apiOf('/vnflcm/v2/vnf_instances')!;

test.each(['2.0.0', '2.0.0-impl:example.com:berth:1', ' 2.0.0 '])('Version %p is served', (header) => {
  expect(versionProblem(lcm, header)).toBeUndefined();
});

test.each(['2', '2.0', '2.0.1', '1.0.0', '2.0.0.0', 'two', ''])('Version %p is not acceptable', (header) => {
  expect(versionProblem(lcm, header)).toMatchObject({ status: 406 });
});

test('only the older majors and the API of Berth itself do without the header', () => {
  const without = servedApis.filter((api) => versionProblem(api, undefined) === undefined);
  expect(without.map((api) => `${api.name}/${api.major}`)).toEqual(['vnfpkgm/v1', 'vnflcm/v1', 'nfvi/v1']);
});

test('paths outside every API have no version', () => {
  expect(apiOf('/healthz')).toBeUndefined();
  expect(apiOf('/vnflcm/v9/vnf_instances')).toBeUndefined();
  expect(versionInformation('vnfsnapshotpkgm')).toBeUndefined();
});
