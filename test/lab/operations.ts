/** Operations on hosts of the lab, where a call to libvirt takes seconds. */
import { expect } from '@jest/globals';
import { bodyOf, type Client } from '../api/door.js';
import { createInstance, instances } from '../flow/router.js';
import { begin, expectCompleted } from '../libvirt/berth-life.js';
import { soon } from '../libvirt/soon.js';
import { tinyInstantiation, type TinyWish } from './tiny-vnf.js';

type Json = Record<string, unknown>;

/** Beyond the patience of Berth with a host that does not answer. */
const operationLimitMs = 600_000;

const moving = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];

/** The occurrence once it rests. */
export const rested = (client: Client, path: string): Promise<Json> =>
  soon(
    async () => {
      const occ = await bodyOf(await client.ask(path));
      return moving.includes(String(occ['operationState'])) ? undefined : occ;
    },
    `${path} does not rest`,
    operationLimitMs,
    500,
  );

/** Ends in COMPLETED, by `retry` where a step failed meanwhile: that is what an operator would do, and nothing else. */
export async function completed(client: Client, path: string): Promise<Json> {
  const occ = await rested(client, path);
  if (occ['operationState'] !== 'FAILED_TEMP') {
    expectCompleted(occ);
    return occ;
  }
  expect((await client.ask(`${path}/retry`, { method: 'POST' })).status).toBe(202);
  const again = await rested(client, path);
  expectCompleted(again);
  return again;
}

const usual: TinyWish = { network: 'physnet0', vlans: [100, 101] };

export interface Begun {
  readonly id: string;
  readonly path: string;
}

export async function beginTiny(client: Client, vnfdId: string, wish = usual): Promise<Begun> {
  const id = await createInstance(client, vnfdId, 'tiny');
  return { id, path: await begin(client, id, 'instantiate', tinyInstantiation(wish)) };
}

export const beginTerminate = (client: Client, id: string): Promise<string> =>
  begin(client, id, 'terminate', { terminationType: 'FORCEFUL' });

export async function deleted(client: Client, id: string): Promise<void> {
  expect((await client.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
}

export async function runningUsualTiny(client: Client, vnfdId: string): Promise<string> {
  const { id, path } = await beginTiny(client, vnfdId);
  await completed(client, path);
  return id;
}

export async function terminated(client: Client, id: string): Promise<void> {
  await completed(client, await beginTerminate(client, id));
  await deleted(client, id);
}
