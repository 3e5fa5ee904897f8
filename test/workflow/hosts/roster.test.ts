/**
 * What the roster answers of hosts that it cannot change.
 */
import { beforeEach, expect, test } from '@jest/globals';
import type { HostUse } from '../../../src/inventory/host-change.js';
import type { Claim } from '../../../src/inventory/model.js';
import { hostId, vnfcId } from '../../../src/shared/ids.js';
import { ok, refuse } from '../../../src/shared/outcome.js';
import { problem } from '../../../src/shared/problem.js';
import type { AddedHost, HostChange, HostEntry } from '../../../src/store/host-directory.js';
import type { HostRecord } from '../../../src/store/hosts.js';
import type { ReadHost } from '../../../src/workflow/hosts/admission.js';
import { HostRoster, type RosterPorts } from '../../../src/workflow/hosts/roster.js';

const one = { zone: 'z', sharedCpuRatio: 4, hypervisor: 'qemu://one/system' };
const record: HostRecord = { id: hostId('h1'), zone: 'z', adminState: 'active', generation: 0, revision: 1 };
let rows: readonly AddedHost[];
let roster: HostRoster;
let changes = 1;
let errors: object[];
let configured: RosterPorts['configured'];
let admit: (host: ReadHost) => void;
let claims: readonly Claim[];
let held: Partial<HostUse>;
let joined: string[];
let removed: string[];
const use: HostUse = { hypervisor: one.hypervisor, pools: ['fast'], cards: new Map(), withheld: [] };

const made = (): HostRoster => {
  const store = {
    hostChanges: async () => changes,
    addedHosts: async () => rows,
    host: async (id: string) => (id.startsWith('h1') ? record : undefined),
    hostPage: async ({ after }: { after?: string }) =>
      after === undefined ? configured.map(({ id }) => ({ ...record, id })) : [],
    removeHost: async () => ok(undefined),
    changeHost: async ({ obstacle }: HostChange) => {
      const found = obstacle(claims);
      return found ? refuse(problem('host-in-use', found.what)) : ok(record);
    },
  };
  const read = ({ id, warp, at = one.hypervisor }: HostEntry) =>
    warp === undefined
      ? ok({ settings: { ...one, id }, entry: { id }, shown: { id }, hypervisor: at, use, engineKey: at })
      : refuse(problem('malformed-request', 'The host is not valid: the host has no setting "warp".'));
  const log = { error: (about: object) => errors.push(about), info: () => undefined, warn: () => undefined };
  const admission = {
    read,
    receive: read,
    held: () => held,
    admit: (host: ReadHost) => admit(host),
    dismiss: async () => undefined,
    readmit: () => Promise.resolve(),
  };
  const ports: Partial<Record<keyof RosterPorts, unknown>> = {
    ...{ store, log, configured, admission },
    background: { add: () => ({ wake: () => undefined }) },
    fleet: {
      recordMoments: () => undefined,
      reconnect: () => undefined,
      add: ({ id }: { id: string }) => joined.push(id),
      remove: (id: string) => removed.push(id),
      host: () => undefined,
    },
    removed: () => undefined,
  };
  return new HostRoster(ports as unknown as RosterPorts);
};

beforeEach(() => {
  rows = [];
  errors = [];
  configured = [];
  admit = () => undefined;
  [claims, held, joined, removed] = [[], {}, [], []];
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
  expect([status, detail]).toEqual([400, expect.stringContaining('no setting "warp"')]);
});

test('a host whose settings cannot be used is told of with them, without their password, and with the cause', async () => {
  rows = [{ id: hostId('h1'), entry: { warp: 9, uri: 'qemu+tls://a:b@n1/system' }, revision: 1 }];
  await roster.start();
  expect(roster.told(hostId('h1'))).toEqual({
    origin: 'api',
    settings: { warp: 9, uri: 'qemu+tls://a:***@n1/system' },
    unusableBecause: expect.stringContaining('no setting "warp"'),
  });
});

test('correcting such a host keeps what VNFCs hold of it', async () => {
  rows = [{ id: hostId('h1'), entry: { warp: 9 }, revision: 1 }];
  await roster.start();
  claims = [{ kind: 'disk', key: 'slow', vnfcId: vnfcId('v1') } as unknown as Claim];
  const correct = () => roster.change(hostId('h1'), { warp: null });
  expect(await correct()).toMatchObject({ ok: true });
  held = { pools: ['slow'] };
  expect(await correct()).toMatchObject({ ok: false, problem: { detail: expect.stringContaining('The pool slow') } });
  held = { hypervisor: 'qemu://other/system' };
  expect(await correct()).toMatchObject({ ok: false, problem: { detail: expect.stringContaining('The hypervisor') } });
});

test('a host whose engine cannot be made does not hold up the others, is told of once and tried again', async () => {
  let isShort = true;
  rows = ['h1', 'h1-b'].map((id) => ({ id: hostId(id), entry: { id }, revision: 1 }));
  admit = ({ settings: { id } }) => {
    if (isShort && id === 'h1') throw new Error('no process can be made');
  };
  await roster.start();
  expect([joined, errors.filter((each) => 'cause' in each)]).toEqual([
    ['h1-b'],
    [{ hostId: 'h1', cause: 'no process can be made.' }],
  ]);
  expect(roster.told(hostId('h1'))).toMatchObject({ unusableBecause: 'no process can be made.' });
  expect(await roster.change(hostId('h1-b'), { zone: 'q' })).toMatchObject({ ok: true });
  expect(await roster.change(hostId('h1'), { zone: 'q' })).toMatchObject({ ok: true });
  expect(errors.filter((each) => 'cause' in each)).toHaveLength(1);
  isShort = false;
  await roster.change(hostId('h1-b'), { zone: 'q' });
  expect(joined).toEqual(['h1-b', 'h1']);
  expect(roster.told(hostId('h1'))).toEqual({ origin: 'api', settings: { id: 'h1' } });
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

test('hosts that were added and turn out to be one hypervisor are named, too', async () => {
  rows = ['h1-a', 'h1-b'].map((id) => ({ id: hostId(id), entry: { id }, revision: 1 }));
  await roster.start();
  expect(errors).toEqual([{ hostId: 'h1-b', sameAs: 'h1-a', hypervisor: one.hypervisor }]);
});

test('a host that went to another hypervisor is no twin of those at its former one', async () => {
  const row = (id: string, revision: number, at?: string) => ({
    ...{ id: hostId(id), revision },
    entry: { id, ...(at !== undefined && { at }) },
  });
  rows = [row('h1-a', 1)];
  await roster.start();
  changes += 1;
  rows = [row('h1-a', 2, 'elsewhere'), row('h1-b', 1)];
  await roster.start();
  expect(errors).toEqual([]);
  changes += 1;
  rows = [row('h1-a', 3), row('h1-b', 1), row('h1-c', 1, 'elsewhere')];
  await roster.start();
  expect(errors).toEqual([{ hostId: 'h1-a', sameAs: 'h1-b', hypervisor: one.hypervisor }]);
});
