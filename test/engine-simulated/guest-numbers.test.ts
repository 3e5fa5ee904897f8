/** What simulated guests report in the role of their VDU, with the lists of the catalogue's VNFs. */
import { describe, expect, it } from '@jest/globals';
import { shippedRoles } from '../../src/config/guest-roles.js';
import { guestNumbers } from '../../src/engine/simulated/guest-numbers.js';
import { createSimulatedEngine } from '../../src/engine/simulated/simulated-engine.js';
import { readGuestStatus } from '../../src/workflow/guests/guest-status.js';
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

  const of = (role: string, seconds: number) => guestNumbers(roles.get(role) ?? [], seconds);
  const sumOf = (things: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined, name: string) =>
    Object.values(things ?? {}).reduce((sum, numbers) => sum + Number(numbers[name]), 0);
  const moments = [0, 0.9, 3.7, 60.2, 77.7, 600, 86_400.5];

  it.each(moments)('of a UPF add up after %d s', (seconds) => {
    const { counters, gauges, labelled } = of('upf', seconds);
    for (const way of ['up', 'down'])
      expect(sumOf(labelled[`${way}dropreason`], 'packets')).toBe(counters[`${way}_dropped_packets`]);
    const { networkinstance } = labelled;
    const total = (name: string) => Number(counters[`up_${name}`]) + Number(counters[`down_${name}`]);
    expect(sumOf(networkinstance, 'received_bytes')).toBe(total('in_bytes'));
    expect(sumOf(networkinstance, 'sent_bytes')).toBe(total('forwarded_bytes'));
    const { sessions_established: began = 0, sessions_deleted: ended = 0 } = counters;
    expect(began - ended - Number(counters['sessions_ended_with_their_smf'])).toBe(gauges['sessions']);
    const { buffer_drained_packets: later = 0, buffer_given_up_packets: never = 0 } = counters;
    expect(counters['buffer_packets']).toBe(later + never + Number(gauges['buffer_held_packets']));
    expect(counters['gtpu_path_failures']).toBe(counters['gtpu_path_recoveries']);
    expect(counters['session_files_set_aside']).toBe(0);
  });

  it.each(moments)('of a firewall add up after %d s', (seconds) => {
    const { counters, labelled } = of('firewall', seconds);
    for (const verdict of ['accepted', 'denied'])
      for (const unit of ['packets', 'bytes'])
        expect(sumOf(labelled['zones'], `${verdict}_${unit}`)).toBe(counters[`${verdict}_${unit}`]);
    const { accepted_packets: accepted = 0, denied_packets: denied = 0, default_denied_packets: none = 0 } = counters;
    expect(sumOf(labelled['rule'], 'packets')).toBe(accepted + denied - none);
  });

  it.each(moments)('of a router add up after %d s', (seconds) => {
    const { gauges, labelledGauges } = of('router', seconds);
    const { bgpneighbor, ospfinterface, ospf6interface } = labelledGauges;
    expect(sumOf(bgpneighbor, 'established')).toBe(gauges['bgp_peers_established']);
    for (const family of ['ipv4', 'ipv6'])
      expect(sumOf(bgpneighbor, `${family}_prefixes_received`)).toBe(gauges[`bgp_${family}_prefixes_received`]);
    expect(sumOf(ospfinterface, 'neighbors_full')).toBe(gauges['ospf_neighbors_full']);
    expect(sumOf(ospf6interface, 'neighbors_full')).toBe(gauges['ospf6_neighbors_full']);
  });

  it.each([...roles.keys()])('of a %s never shrink where they count', (role) => {
    /** By the path of its names. */
    const countersAt = (seconds: number): ReadonlyMap<string, number> => {
      const { counters, labelled } = of(role, seconds);
      const ofThings = Object.entries(labelled).flatMap(([label, things]) =>
        Object.entries(things).flatMap(([thing, numbers]) =>
          Object.entries(numbers).map(([name, value]) => [`${label} ${thing} ${name}`, value] as const),
        ),
      );
      return new Map([...Object.entries(counters), ...ofThings]);
    };
    const pages = Array.from({ length: 1200 }, (_, half) => countersAt(half / 2));
    const shrunk = pages.flatMap((page, at) =>
      [...page]
        .filter(([name, value]) => value < (pages[at - 1]?.get(name) ?? 0))
        .map(([name]) => `${name} at ${String(at)}`),
    );
    expect(shrunk).toEqual([]);
    expect(pages[0]?.size).toBeGreaterThan(3);
  });

  it('are those that all guests report where the role is not known', async () => {
    const status = JSON.parse(await statusOf('something', 1_000)) as Record<string, unknown>;
    expect(status).toMatchObject({ role: 'simulated', counters: { packetsForwarded: 0 } });
    expect(status).not.toHaveProperty('gauges');
  });
});
