/** The file of a simulated host: what is appended, what a killed Berth leaves, what earlier builds wrote. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { StateFile } from '../../src/engine/simulated/state-file.js';
import { emptyState, type HostState, type SimulatedVolume } from '../../src/engine/simulated/host-state.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';

const id = hostId('sim-1');
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-state-file-'));
  path = join(folder, 'sim-1.json');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const volume = (name: string, capacityBytes = 1): SimulatedVolume => ({
  ...{ pool: 'vms', name, path: `/vms/${name}`, kind: 'blank', capacityBytes, allocationBytes: 0 },
});

function addVolume(state: HostState, name: string, capacityBytes?: number): void {
  state.volumes.set(`/vms/${name}`, volume(name, capacityBytes));
}

const noDemand = {
  ...{ name: 'a', vcpus: 1, hostCpus: [], cells: [], disks: [], cards: [], functions: [], agent: false },
};
const started = {
  startedAtMs: 0,
  guest: { ready: true, reason: '', hung: false, configGeneration: 0, configDigest: '', files: {} },
};

const loaded = (): HostState | undefined => new StateFile(folder, id).load(0);
const lines = (): readonly string[] => readFileSync(path, 'utf8').split('\n');

it('appends what changed and leaves what was written alone', () => {
  const file = new StateFile(folder, id);
  const state = emptyState();
  for (let at = 0; at < 50; at += 1) addVolume(state, `v${String(at)}`);
  file.save(state);
  const [whole] = lines();
  addVolume(state, 'new');
  state.volumes.delete('/vms/v0');
  addVolume(state, 'v1', 2);
  state.removedNetworks.add('mgmt');
  state.nextTap = 3;
  file.save(state);
  expect(lines()[0]).toBe(whole);
  expect(lines()).toHaveLength(2);
  expect(lines()[1]?.length).toBeLessThan(600);
  expect(loaded()).toEqual(state);
  state.removedNetworks.delete('mgmt');
  file.save(state);
  expect(loaded()).toEqual(state);
});

it('goes on from what it found, in the same file', () => {
  const state = emptyState();
  addVolume(state, 'a');
  new StateFile(folder, id).save(state);
  const next = new StateFile(folder, id);
  const again = next.load(0);
  if (again === undefined) throw new Error('nothing was loaded');
  addVolume(again, 'b');
  next.save(again);
  expect(lines()).toHaveLength(2);
  expect([...(loaded()?.volumes.keys() ?? [])]).toEqual(['/vms/a', '/vms/b']);
});

it('passes over a last line that a killed Berth left unfinished, and the next change mends the file', () => {
  const first = new StateFile(folder, id);
  const state = emptyState();
  first.save(state);
  addVolume(state, 'a');
  first.save(state);
  appendFileSync(path, '\n{"changes":[["volumes","/vms/b",{"na');
  const next = new StateFile(folder, id);
  const found = next.load(0);
  expect([...(found?.volumes.keys() ?? [])]).toEqual(['/vms/a']);
  if (found === undefined) throw new Error('nothing was loaded');
  addVolume(found, 'c');
  next.save(found);
  expect([...(loaded()?.volumes.keys() ?? [])]).toEqual(['/vms/a', '/vms/c']);
});

it('refuses a file with a damaged line in its middle', () => {
  new StateFile(folder, id).save(emptyState());
  appendFileSync(path, '\n{"chan\n{"changes":[],"nextTap":1}');
  expect(loaded).toThrow(/sim-1\.json has a line that cannot be read; delete the file/);
});

it('reads what the builds before it wrote', () => {
  const old = {
    form: 1,
    domains: [],
    volumes: [['/vms/a', volume('a')]],
    networks: [['link', { name: 'link', bridge: 'link0' }]],
    removedNetworks: ['mgmt'],
    foreignPages: [['0/2048', 7]],
    nextTap: 4,
  };
  writeFileSync(path, JSON.stringify(old));
  const expected = emptyState();
  addVolume(expected, 'a');
  expected.networks.set('link', { name: 'link', bridge: 'link0' });
  expected.removedNetworks.add('mgmt');
  expected.foreignPages.set('0/2048', 7);
  expected.nextTap = 4;
  expect(loaded()).toEqual(expected);
});

it('says once what a domain is and runs as, and reads both', () => {
  const file = new StateFile(folder, id);
  const state = emptyState();
  const [xml, changed] = ['<domain>as it runs</domain>', '<domain>as it is defined since</domain>'];
  const demand = { ...noDemand, uuid: vnfcId('a') };
  const running = { ...{ xml, demand, taken: { pages: [], plain: [] }, taps: [], traffic: {} }, ...started };
  state.domains.set('a', { demand, xml, reason: 'unknown', running });
  file.save(state);
  expect(readFileSync(path, 'utf8').split('as it runs')).toHaveLength(2);
  expect(loaded()).toEqual(state);
  state.domains.set('a', { demand: { ...demand, vcpus: 2 }, xml: changed, reason: 'unknown', running });
  file.save(state);
  expect(loaded()).toEqual(state);
});

it('goes on from a file in which an earlier build says both, in a form that this build says is its own', () => {
  const xml = '<domain/>';
  const demand = { ...noDemand, uuid: vnfcId('a') };
  const running = { ...{ xml, demand, taken: { pages: [], plain: [] }, taps: [], traffic: {} }, ...started };
  const domain = { demand, xml, reason: 'unknown', running };
  const old = { form: 1, domains: [['a', domain]], removedNetworks: [], nextTap: 1 };
  writeFileSync(path, JSON.stringify(old));
  const file = new StateFile(folder, id);
  const state = file.load(0);
  if (state === undefined) throw new Error('nothing was loaded');
  expect([...state.domains]).toEqual([['a', domain]]);
  addVolume(state, 'b');
  file.save(state);
  expect(lines()[0]).toContain('"form":2');
  expect(loaded()).toEqual(state);
});

it('writes nothing when nothing has changed', () => {
  const file = new StateFile(folder, id);
  const state = emptyState();
  const one = volume('a');
  state.volumes.set(one.path, one);
  file.save(state);
  state.volumes.set(one.path, one);
  state.volumes.delete('/vms/never');
  file.save(state);
  expect(lines()).toHaveLength(1);
});

it('refuses a file of a form that it does not know', () => {
  writeFileSync(path, JSON.stringify({ form: 3, removedNetworks: [], nextTap: 0 }));
  expect(loaded).toThrow(/of form 3, not 2; delete it/);
});

it('stays small however often something changes', () => {
  const file = new StateFile(folder, id);
  const state = emptyState();
  for (let round = 0; round < 3000; round += 1) {
    addVolume(state, 'a'.repeat(200), round);
    file.save(state);
  }
  expect(statSync(path).size).toBeLessThan(300 * 1024);
  expect(loaded()).toEqual(state);
});

it('writes the whole again when somebody took the file away', () => {
  const file = new StateFile(folder, id);
  const state = emptyState();
  addVolume(state, 'a');
  file.save(state);
  rmSync(path);
  addVolume(state, 'b');
  file.save(state);
  expect(loaded()).toEqual(state);
});
