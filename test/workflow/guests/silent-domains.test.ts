import { expect, it } from '@jest/globals';
import type { DomainStats } from '../../../src/engine/engine.js';
import { vnfcId } from '../../../src/shared/ids.js';
import type { DomainView } from '../../../src/workflow/hosts/fleet-view.js';
import { hearDomains, inState, listed } from '../../../src/workflow/guests/silent-domains.js';

const [sick, well] = [vnfcId('sick'), vnfcId('well')];
const running: DomainView = { state: 'running', reason: 'booted', agentConnected: true };
const status = { atMs: 0, healthy: true, detail: 'ready', counters: {}, gauges: {}, refused: 0 };
const stats = (uuid: typeof sick, unansweredMs?: number): DomainStats => ({
  ...{ uuid, name: uuid, state: 'running', vcpus: [], interfaces: [], blocks: [] },
  ...(unansweredMs === undefined ? {} : { unansweredMs }),
});
const views = new Map([
  [sick, { ...running, guestStatus: status }],
  [well, running],
]);

it('makes the state of a domain that does not answer unknown, and no other', () => {
  const heard = hearDomains(views, [stats(sick, 5_000), stats(well)]);
  expect(heard.fellSilent).toEqual([sick]);
  expect(heard.domains.get(sick)).toEqual({ state: 'unknown', reason: 'not-answering', agentConnected: true });
  expect(heard.domains.get(well)).toBe(running);
});

it('says it once, and takes it back when the domain answers again', () => {
  const first = hearDomains(views, [stats(sick, 5_000)]).domains;
  const again = hearDomains(first, [stats(sick, 9_000)]);
  expect([again.fellSilent, again.domains]).toEqual([[], first]);
  const back = hearDomains(first, [stats(sick)]);
  expect(back.spokeAgain).toEqual([sick]);
  expect(back.domains.get(sick)).toMatchObject({ state: 'running' });
});

it('does not believe a list that calls it running, but one that calls it off', () => {
  const silent = hearDomains(views, [stats(sick, 5_000)]).domains.get(sick);
  const info = { uuid: sick, name: 'sick', reason: 'booted' };
  expect(listed(silent, { ...info, state: 'running' })).toBe(silent);
  expect(listed(silent, { ...info, state: 'shutoff', reason: 'destroyed' })).toMatchObject({ state: 'shutoff' });
  expect(listed(undefined, { ...info, state: 'running' })).toEqual({ ...running, agentConnected: false });
});

it.each(['shutoff', 'crashed'] as const)('forgets what the guest of one that is %s said, and its agent', (state) => {
  const view = { ...running, guestStatus: status };
  const off = { state, reason: 'failed', agentConnected: false };
  expect(inState(view, { state, reason: 'failed' })).toEqual(off);
  expect(listed(view, { uuid: sick, name: 'sick', state, reason: 'failed' })).toEqual(off);
  expect(inState(view, { state: 'paused', reason: 'user' })).toMatchObject({ guestStatus: status });
});
