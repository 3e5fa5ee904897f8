/**
 * What the roster answers of hosts that it cannot change.
 */
import { beforeEach, expect, test } from '@jest/globals';
import { hostId } from '../../../src/shared/ids.js';
import { ok, refuse } from '../../../src/shared/outcome.js';
import { problem } from '../../../src/shared/problem.js';
import type { AddedHost, HostEntry } from '../../../src/store/host-directory.js';
import type { HostRecord } from '../../../src/store/hosts.js';
import { HostRoster, type RosterPorts } from '../../../src/workflow/hosts/roster.js';

const one = { zone: 'z', sharedCpuRatio: 4, hypervisor: 'qemu://one/system' };
const record: HostRecord = { id: hostId('h1'), zone: 'z', adminState: 'active', generation: 0, revision: 1 };
let rows: readonly AddedHost[];
let roster: HostRoster;
let errors: object[];
let configured: RosterPorts['configured'];

const made = (): HostRoster => {
  const store = {
    hostChanges: async () => 1,
    addedHosts: async () => rows,
    host: async (id: string) => (id.startsWith('h1') ? record : undefined),
    hostPage: async ({ after }: { after?: string }) =>
      after === undefined ? configured.map(({ id }) => ({ ...record, id })) : [],
    removeHost: async () => ok(undefined),
  };
  const read = ({ id, warp }: HostEntry) =>
    warp === undefined
      ? ok({ settings: { ...one, id }, hypervisor: one.hypervisor })
      : refuse(problem('malformed-request', 'The host is not valid: the host has no setting "warp".'));
  const log = { error: (about: object) => errors.push(about), info: () => undefined, warn: () => undefined };
  const ports: Partial<Record<keyof RosterPorts, unknown>> = {
    ...{ store, log, configured, admission: { read, admit: () => undefined, dismiss: async () => undefined } },
    background: { add: () => ({ wake: () => undefined }) },
    fleet: { recordMoments: () => undefined, add: () => undefined, remove: () => undefined },
    removed: () => undefined,
  };
  return new HostRoster(ports as unknown as RosterPorts);
};

beforeEach(() => {
  rows = [];
  errors = [];
  configured = [];
  roster = made();
});

const changed = async (id: string) => {
  const outcome = await roster.change(hostId(id), { zone: 'q' });
  if (outcome.ok) throw new Error('it was changed');
  return outcome.problem;
};

test('a host that no configuration names any more is there, and says how it can be changed', async () => {
  expect(await changed('h1')).toMatchObject({ status: 409, detail: expect.stringContaining('Host h1 is missing') });
});

test('a host whose settings cannot be used here says why, and does not claim to be missing', async () => {
  rows = [{ id: hostId('h1'), entry: { warp: 9 }, revision: 1 }];
  await roster.start();
  const { status, detail } = await changed('h1');
  expect([status, detail]).toEqual([409, expect.stringContaining('no setting "warp"')]);
});

test('a host that nobody knows is not found', async () => {
  expect(await changed('h2')).toMatchObject({ status: 404 });
});

test('hosts that a start finds to be one hypervisor are named, each once', async () => {
  configured = [
    { ...one, id: hostId('a') },
    { ...one, id: hostId('b') },
    { ...one, id: hostId('c'), hypervisor: 'x' },
  ];
  rows = [{ id: hostId('h1'), entry: { id: 'h1' }, revision: 1 }];
  roster = made();
  await roster.start();
  expect(errors).toEqual([
    { hostId: 'b', sameAs: 'a', hypervisor: one.hypervisor },
    { hostId: 'h1', sameAs: 'a', hypervisor: one.hypervisor },
  ]);
});
