import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EngineError, type EngineEvent } from '../../src/engine/engine.js';
import { createSimulatedEngine } from '../../src/engine/simulated/simulated-engine.js';
import { createSimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { serverTemplate, simulatedHosts } from '../builders/simulated-hosts.js';
import { hostId } from '../../src/shared/ids.js';
import { card, domain, pool, run, spec, started, TestClock, uuidOf } from './bench.js';

describe('a simulated host with a state directory', () => {
  let stateDir = '';
  beforeEach(() => {
    stateDir = mkdtempSync(join(tmpdir(), 'berth-state-'));
  });
  afterEach(() => {
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('is as it was when the next process finds it, without having been stopped', async () => {
    const first = await started({}, stateDir);
    await first.engine.ensureBlank({ pool, name: 'data' }, 4096);
    await first.engine.ensureNetwork({ name: 'link', bridge: 'link0' });
    await first.engine.removeNetwork('mgmt');
    await run(first, domain(1, { interfaces: [card(1, 'link')] }));
    first.engine.control.addTraffic(uuidOf(1), { rxPackets: 5 });

    const next = await started({}, stateDir);
    expect(await next.engine.listDomains()).toEqual(await first.engine.listDomains());
    expect(await next.engine.listVolumes(pool)).toEqual(await first.engine.listVolumes(pool));
    expect(await next.engine.listNetworks()).toEqual(await first.engine.listNetworks());
    expect(await next.engine.stats()).toEqual(await first.engine.stats());
    expect((await next.engine.listDomains())[0]?.state).toBe('running');
    expect(readdirSync(stateDir)).toEqual(['sim-1.json']);
  });

  it('boots, counts and ages by a clock that nobody sets, also when the next process finds the wall clock set back', async () => {
    const first = await started({}, stateDir);
    await run(first, domain(1, { interfaces: [card(1, 'mgmt')] }));
    first.clock.advance(10_000);
    const [counted] = await first.engine.stats();
    first.clock.jump(-3_600_000);
    expect(await first.engine.stats()).toEqual([counted]);
    expect(await first.engine.guestExec(uuidOf(1), ['true'])).toMatchObject({ exitCode: 0 });

    const clock = new TestClock();
    clock.jump(-3_600_000);
    const next = createSimulatedEngine(spec, { clock, stateDir, guestBootMs: 100 });
    await next.start();
    clock.advance(100);
    expect(await next.guestExec(uuidOf(1), ['true'])).toMatchObject({ exitCode: 0 });
  });

  it('that never changed leaves no file, and asking a guest how it is changes nothing', async () => {
    const { engine } = await started({}, stateDir);
    await engine.facts();
    await engine.listDomains();
    expect(readdirSync(stateDir)).toEqual([]);
    await run({ engine, clock: new TestClock() }, domain(1));
    rmSync(join(stateDir, 'sim-1.json'));
    await engine.guestExec(uuidOf(1), ['vnf', 'status']);
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it('refuses a file of another form instead of guessing', async () => {
    writeFileSync(join(stateDir, 'sim-1.json'), '{"form":99}');
    await expect(started({}, stateDir)).rejects.toThrow(/form 99.*delete it/);
  });
});

describe('a simulated fleet', () => {
  const fleetOf = (count: number, template = serverTemplate) =>
    createSimulatedFleet({ hosts: simulatedHosts(count, template), clock: new TestClock() });

  it('has its hosts by id, and says which is not configured', () => {
    const fleet = fleetOf(3);
    expect(fleet.all().map((engine) => engine.hostId)).toEqual(['sim-1', 'sim-2', 'sim-3']);
    expect(fleet.of(hostId('sim-2')).hostId).toBe('sim-2');
    expect(() => fleet.of(hostId('sim-4'))).toThrow(EngineError);
  });

  it('hears all of its hosts, until it no longer listens', async () => {
    const fleet = fleetOf(2);
    const events: EngineEvent[] = [];
    const leave = fleet.onEvent((event) => events.push(event));
    await Promise.all(fleet.all().map((engine) => engine.start()));
    fleet.control(hostId('sim-2')).disconnect();
    leave();
    fleet.control(hostId('sim-1')).disconnect();
    expect(events.map((event) => [event.type, event.hostId])).toEqual([
      ['connected', 'sim-1'],
      ['connected', 'sim-2'],
      ['disconnected', 'sim-2'],
    ]);
  });

  it('of 10,000 hosts shares what is alike, and each is of its own', async () => {
    const fleet = fleetOf(10_000);
    await Promise.all(fleet.all().map((engine) => engine.start()));
    const facts = await Promise.all(fleet.all().map((engine) => engine.facts()));
    expect(new Set(facts.map((one) => one.cells)).size).toBe(1);
    expect(new Set(facts.map((one) => one.uuid)).size).toBe(10_000);
    await run({ engine: fleet.of(hostId('sim-7000')), clock: new TestClock() }, domain(1));
    const running = await Promise.all(fleet.all().map((engine) => engine.listDomains()));
    expect(running.flat()).toHaveLength(1);
  });

  it('is labelled as simulated wherever a kind is told', async () => {
    const [engine] = fleetOf(1).all();
    await engine!.start();
    const facts = await engine!.facts();
    expect(facts.hypervisor).toMatchObject({ name: 'simulated', type: 'simulated' });
    expect(facts.acceleration).toMatchObject({ kind: 'simulated', technology: 'none' });
  });

  it('of servers has two cells of 32 cores with siblings, both page sizes and 16 functions per card', () => {
    const { cells, pciFunctions } = serverTemplate;
    expect(cells.map((cell) => cell.cpus.length)).toEqual([64, 64]);
    expect(cells[1]?.cpus[0]).toEqual({ id: 32, socket: 1, core: 32, siblings: [32, 96], l3: 4 });
    expect(cells[0]?.cpus.at(-1)).toEqual({ id: 95, socket: 0, core: 31, siblings: [31, 95], l3: 3 });
    expect(new Set(cells.flatMap((cell) => cell.cpus.map((cpu) => cpu.id))).size).toBe(128);
    const card = (parent: string) => pciFunctions.filter((one) => one.parent === parent);
    expect(
      card('0000:3b:00.0')
        .map((one) => one.address)
        .slice(6, 10),
    ).toEqual(['0000:3b:01.6', '0000:3b:01.7', '0000:3b:02.0', '0000:3b:02.1']);
    expect(card('0000:3c:00.0')).toHaveLength(16);
    expect(new Set(pciFunctions.map((one) => one.address)).size).toBe(34);
  });
});
