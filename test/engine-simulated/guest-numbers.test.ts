/** What simulated guests report in the role of their VDU, with the lists of the catalogue's VNFs. */
import { describe, expect, it } from '@jest/globals';
import { shippedRoles } from '../../src/config/guest-roles.js';
import { guestNumbers } from '../../src/engine/simulated/guest-numbers.js';
import { createSimulatedEngine } from '../../src/engine/simulated/simulated-engine.js';
import { readGuestStatus } from '../../src/workflow/guest-status.js';
import { domain, run, spec, TestClock, uuidOf } from './bench.js';

const roles = shippedRoles();

async function statusOf(vduId: string, afterMs: number): Promise<string> {
  const clock = new TestClock();
  const engine = createSimulatedEngine(spec, { clock, roles });
  await engine.start();
  await run({ engine, clock }, domain(1, { owner: { ...domain(1).owner, vduId } }));
  clock.advance(afterMs);
  return (await engine.guestExec(uuidOf(1), ['/usr/lib/berth/vnf', 'status'])).stdout;
}

describe.each([...roles.keys()])('a simulated guest in the role of the %s', (role) => {
  it('reports every number of its list that depends on no document, and marks them as made up', async () => {
    const status = readGuestStatus(await statusOf(role, 60_000), 0);
    expect(status).toMatchObject({ role, healthy: true, refused: 0 });
    expect(status.gauges).toMatchObject({ simulated: 1, uptime_seconds: 60 });
    for (const { kind, name, label, when } of roles.get(role) ?? []) {
      if (name === 'uptimeSeconds') continue;
      if (kind === 'counter') expect(name in status.counters).toBe(when === undefined);
      else if (kind === 'gauge') expect(name in status.gauges).toBe(when === undefined);
      else expect(status.labelled).toContainEqual(expect.objectContaining({ label, name }));
    }
  });
});

describe('the numbers of simulated guests', () => {
  it('grow with the clock, and what came in went on or was dropped', () => {
    const list = roles.get('upf') ?? [];
    const [early, late] = [guestNumbers(list, 10.3).counters, guestNumbers(list, 77.7).counters];
    for (const [name, value] of Object.entries(early)) expect(late[name]).toBeGreaterThanOrEqual(value);
    for (const way of ['up', 'down'])
      expect(late[`${way}_in_packets`]).toBe(
        Number(late[`${way}_forwarded_packets`]) + Number(late[`${way}_dropped_packets`]),
      );
    expect(late['up_in_packets']).toBeGreaterThan(7000);
  });

  it('are those that all guests report where the role is not known', async () => {
    const status = JSON.parse(await statusOf('something', 1_000)) as Record<string, unknown>;
    expect(status).toMatchObject({ role: 'simulated', counters: { packetsForwarded: 0 } });
    expect(status).not.toHaveProperty('gauges');
  });
});
