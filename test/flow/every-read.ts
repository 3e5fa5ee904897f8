/**
 * Every GET of the API, asked of a server that has something to show.
 */
import { expect } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { instances, opOccs, packages } from './router.js';
import type { Server } from './server.js';

/** Narrowed as docs/collections.md says. */
const filtered: readonly string[] = [
  `${opOccs}?filter=(eq,operationState,COMPLETED);(gt,startTime,2026-01-01T00:00:00Z)`,
  `${opOccs}?filter=(neq,operation,SCALE)`,
  `${opOccs}?filter=(eq,vnfInstanceId,none)&all_fields`,
  `${instances}?filter=(eq,vnfInstanceName,none)`,
  `${instances}?filter=(in,vnfdId,a,b)&all_fields`,
  `${instances}?filter=(cont,vnfProvider,Berth)`,
  `${packages}?filter=(eq,vnfdId,none)&all_fields`,
  '/nfvi/v1/placements?filter=(eq,operation,SCALE)',
  '/nfvi/v1/placements?filter=(eq,vnfInstanceId,none)',
  '/nfvi/v1/sbom?component=openssl',
];

/** Every GET of the API, on what is there. */
async function routes(server: Server): Promise<readonly string[]> {
  const first = async (path: string) => String((await listOf(await server.ask(path)))[0]?.['id']);
  const [pkg, instance, operation] = [await first(packages), await first(instances), await first(opOccs)];
  const vnfdId = String((await listOf(await server.ask(packages)))[0]?.['vnfdId']);
  const ids: Readonly<Record<string, string>> = {
    ...{ vnfPkgId: pkg, vnfInstanceId: instance, vnfLcmOpOccId: operation, opOccId: operation },
    ...{ vnfdId, hostId: 'sim-1' },
  };
  const { paths } = (await bodyOf(await server.ask('/docs-json'))) as { paths: Readonly<Record<string, object>> };
  return Object.entries(paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'none'));
}

/** Each of them answers, most of them with what is there. */
export async function askEverything(server: Server): Promise<void> {
  const all = await routes(server);
  expect(all.length).toBeGreaterThan(30);
  const answers = [];
  for (const path of [...all, ...filtered]) answers.push((await server.ask(path)).status);
  expect(answers.filter((status) => status >= 500)).toEqual([]);
  expect(answers.filter((status) => status === 200).length).toBeGreaterThan(25);
}
