/**
 * What happens on simulated hosts, as a subscriber beside the picture hears it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hostId } from '../../../src/shared/ids.js';
import type { HeardEvent } from '../../../src/workflow/hosts/events.js';
import { newFleet, startBerth, type RunningBerth } from '../../builders/berth.js';

const first = hostId('sim-1');
let dir: string;
let berth: RunningBerth;
let heard: HeardEvent[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-events-'));
  berth = await startBerth({ dir, fleet: newFleet(1) });
  await berth.workflow.fleet.firstLook();
  heard = [];
  berth.workflow.hostEvents.subscribe('test', (event) => void heard.push(event));
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true });
});

const types = () => heard.map(({ type }) => type);

test('a host that goes and comes back is lost, connected, read and reached, and the picture is right by then', async () => {
  const { fleet } = berth.workflow;
  const seen: unknown[] = [];
  berth.workflow.hostEvents.subscribe('picture', ({ type, hostId: id }) => void seen.push([type, fleet.isSeen(id)]));
  berth.fleet.control(first).disconnect();
  berth.fleet.control(first).connect();
  await fleet.refresh(first);
  await Promise.resolve();
  expect(types()).toEqual(['disconnected', 'lost', 'connected', 'read', 'reached']);
  expect(seen).toEqual([
    ['disconnected', false],
    ['lost', false],
    ['connected', false],
    ['read', true],
    ['reached', true],
  ]);
});

test('a host that is removed is lost and removed, and its events are over', async () => {
  const { control } = berth.fleet.of(first);
  berth.workflow.fleet.remove(first);
  await berth.fleet.remove(first);
  control.disconnect();
  expect(types()).toEqual(['lost', 'removed']);
});

test('a look that finds nothing new is told as a look', async () => {
  await berth.workflow.fleet.refresh(first);
  expect(heard).toEqual([{ type: 'read', hostId: first, isFirst: false }]);
});
