/**
 * What the roster answers of hosts that it cannot change.
 */
import { beforeEach, expect, test } from '@jest/globals';
import { hostId } from '../../../src/shared/ids.js';
import { ok, refuse } from '../../../src/shared/outcome.js';
import { problem } from '../../../src/shared/problem.js';
import type { AddedHost } from '../../../src/store/host-directory.js';
import type { HostRecord } from '../../../src/store/hosts.js';
import { HostRoster, type RosterPorts } from '../../../src/workflow/hosts/roster.js';

const record: HostRecord = { id: hostId('h1'), zone: 'z', adminState: 'active', generation: 0, revision: 1 };
let rows: readonly AddedHost[];
let roster: HostRoster;

beforeEach(() => {
  rows = [];
  const store = {
    hostChanges: async () => 1,
    addedHosts: async () => rows,
    host: async (id: string) => (id === 'h1' ? record : undefined),
    hostPage: async () => [],
    removeHost: async () => ok(undefined),
  };
  const read = () => refuse(problem('malformed-request', 'The host is not valid: the host has no setting "warp".'));
  const log = { error: () => undefined, info: () => undefined, warn: () => undefined };
  const ports: Partial<Record<keyof RosterPorts, unknown>> = {
    ...{ store, log, configured: [], admission: { read, dismiss: async () => undefined } },
    background: { add: () => ({ wake: () => undefined }) },
    fleet: { recordMoments: () => undefined, remove: () => undefined },
    removed: () => undefined,
  };
  roster = new HostRoster(ports as unknown as RosterPorts);
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
