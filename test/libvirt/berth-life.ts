/**
 * The life of a router instance as a client of SOL003 leads it, and what of it stands on the host.
 */
import { expect } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { bodyOf, listOf, type Client } from '../api/door.js';
import { createInstance, instances, instantiation, readInstance } from '../flow/router.js';
import type { World } from './berth-world.js';
import { soon } from './soon.js';
import type { Pings } from './test-hosts.js';

type Json = Record<string, unknown>;

/** Of a world, what a client of it needs. */
interface Door {
  readonly berth: () => Client;
  readonly vnfdId: string;
}

export type Flavour = 'simple' | 'shared' | 'full';

export const scaleBy = (type: 'SCALE_OUT' | 'SCALE_IN') => ({ type, aspectId: 'capacity', numberOfSteps: 1 });
export const stopped = { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' };
export const started = { changeStateTo: 'STARTED' };
export const forceful = { terminationType: 'FORCEFUL' };

/** Begins an operation; answers the path of its occurrence, which is the same after a restart. */
export async function begin(client: Client, id: string, task: string, body: unknown): Promise<string> {
  return accepted(await client.send('POST', `${instances}/${id}/${task}`, body));
}

/** The path of the occurrence that an answer points at. */
export async function accepted(response: Response): Promise<string> {
  expect([response.status, await response.text()]).toEqual([202, '']);
  return new URL(response.headers.get('location') ?? '').pathname;
}

const moving = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];

/** The occurrence once it rests. */
export const rested = (client: Client, path: string, limitMs?: number): Promise<Json> =>
  soon(
    async () => {
      const occ = await bodyOf(await client.ask(path));
      return moving.includes(String(occ['operationState'])) ? undefined : occ;
    },
    `${path} does not rest`,
    limitMs,
  );

export const operate = async (
  client: Client,
  id: string,
  task: string,
  body: unknown,
  limitMs?: number,
): Promise<Json> => rested(client, await begin(client, id, task, body), limitMs);

/** `retry`, `rollback` or `fail` of an occurrence that has failed. */
export async function settle(client: Client, occ: Json, task: string): Promise<Json> {
  const path = `/vnflcm/v2/vnf_lcm_op_occs/${String(occ['id'])}`;
  expect((await client.ask(`${path}/${task}`, { method: 'POST' })).status).toBe(task === 'fail' ? 200 : 202);
  return rested(client, path);
}

export const bodyFor = (flavourId: Flavour) => ({ ...instantiation, flavourId });

/** A new instance, not instantiated. */
export const newInstance = ({ berth, vnfdId }: Door): Promise<string> => createInstance(berth(), vnfdId);

/** An instantiated router; answers its id. */
export async function runningRouter(world: Door, flavour: Flavour): Promise<string> {
  const id = await newInstance(world);
  expectCompleted(await operate(world.berth(), id, 'instantiate', bodyFor(flavour)));
  return id;
}

/** Otherwise says why not. */
export function expectCompleted({ operationState, error }: Json): void {
  expect({ operationState, error }).toEqual({ operationState: 'COMPLETED' });
}

export async function terminate(world: Door, id: string): Promise<void> {
  expectCompleted(await operate(world.berth(), id, 'terminate', forceful));
  expect((await world.berth().ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
}

export interface Vnfc {
  readonly id: string;
  readonly metadata: {
    readonly domainName: string;
    readonly hostId: string;
    readonly placement: {
      readonly pageSizeKiB?: number;
      readonly emulatorCpus: readonly number[];
      readonly sharedCpus: readonly number[];
      readonly cells: readonly {
        readonly hostCell: number;
        readonly pinnedCpus: readonly number[];
        readonly pages: number;
        readonly memoryMiB: number;
      }[];
    };
    readonly live?: { readonly state: string; readonly reason: string };
  };
}

export async function vnfcsOf(client: Client, id: string): Promise<readonly Vnfc[]> {
  const info = (await readInstance(client, id))['instantiatedVnfInfo'] as { readonly vnfcResourceInfo: Vnfc[] };
  return info.vnfcResourceInfo;
}

export async function onlyVnfc(client: Client, id: string): Promise<Vnfc> {
  const [vnfc, ...others] = await vnfcsOf(client, id);
  if (vnfc === undefined || others.length > 0) throw new Error(`instance ${id} has not one VNFC`);
  return vnfc;
}

export interface HostView {
  readonly reachable: boolean;
  readonly holders: readonly { readonly vnfInstanceId: string }[];
  readonly cells: readonly {
    readonly id: number;
    readonly cpus: { readonly shared: readonly number[]; readonly claimed: readonly number[] };
    readonly pages: readonly {
      readonly pageSizeKiB: number;
      readonly total: number;
      readonly claimed: number;
      readonly freeOnHost: number;
    }[];
  }[];
}

export async function hostView(client: Client): Promise<HostView> {
  const [host] = await listOf(await client.ask('/nfvi/v1/hosts'));
  return host as unknown as HostView;
}

/** Domains by name, files of the pool less the package's base image, and whoever holds claims. */
export async function heldOn({ daemon, berth }: Pick<World, 'daemon'> & Pick<Door, 'berth'>) {
  const domains = (await daemon.virsh('list', '--all', '--name')).split('\n').filter((name) => name !== '');
  const volumes = readdirSync(`${daemon.folder}/pool`).filter((name) => !name.startsWith('berth-base-'));
  const holders = (await hostView(berth())).holders.map((holder) => holder.vnfInstanceId);
  return { domains, volumes, holders };
}

export const nothing = { domains: [], volumes: [], holders: [] };

/** An emulated guest on a busy machine loses a packet now and then; more than one in ten is a fault. */
export function expectForwarded({ sent, received, ttls }: Pings): void {
  expect(received).toBeGreaterThanOrEqual(Math.floor(sent * 0.9));
  expect(ttls).toEqual([63]);
}
