import { describe, expect, it } from '@jest/globals';
import { EngineError, type EngineEvent } from '../../src/engine/engine.js';
import { createSimulatedEngine } from '../../src/engine/simulated/simulated-engine.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import { card, domain, macOf, pool, run, spec, started, TestClock, uuidOf } from './bench.js';

const one = uuidOf(1);

describe('the hand on a simulated host', () => {
  it('cuts the connection: calls are Unavailable with the reason, domains run on, nobody hears of them', async () => {
    const bench = await started();
    const { engine } = bench;
    await run(bench, domain(1));
    const events: EngineEvent[] = [];
    engine.onEvent((event) => events.push(event));
    engine.control.disconnect('libvirtd was killed');
    expect(engine.isConnected()).toBe(false);
    await expect(engine.listDomains()).rejects.toMatchObject({
      kind: 'Unavailable',
      native: { source: 'simulated', text: 'libvirtd was killed' },
    });
    engine.control.crashDomain(one);
    engine.control.connect();
    expect(events.map((event) => event.type)).toEqual(['disconnected', 'connected']);
    expect(await engine.domain(one)).toMatchObject({ state: 'shutoff', reason: 'crashed' });
  });

  it('cut before the start leaves the engine started and waiting', async () => {
    const engine = createSimulatedEngine(spec, { clock: new TestClock() });
    engine.control.disconnect();
    await engine.start();
    expect(engine.isConnected()).toBe(false);
    engine.control.connect();
    expect(engine.isConnected()).toBe(true);
  });

  it('makes the next calls of a verb fail, in order, without their effect', async () => {
    const { engine } = await started();
    engine.control.failNext('ensureBlank', 'Busy', 'locked');
    engine.control.failNext('ensureBlank', 'Timeout', 'no answer');
    const blank = () => engine.ensureBlank({ pool, name: 'a' }, 1024);
    await expect(blank()).rejects.toMatchObject({ kind: 'Busy', native: { text: 'locked' } });
    await expect(blank()).rejects.toBeInstanceOf(EngineError);
    expect(await engine.listVolumes(pool)).toEqual([]);
    await expect(blank()).resolves.toMatchObject({ name: 'a' });
  });

  it('can lose an answer: the effect is there, the caller does not know', async () => {
    const { engine } = await started();
    engine.control.failNext('ensureBlank', 'Timeout', 'no answer', { afterEffect: true });
    await expect(engine.ensureBlank({ pool, name: 'a' }, 1024)).rejects.toMatchObject({ kind: 'Timeout' });
    expect(await engine.listVolumes(pool)).toHaveLength(1);
  });

  it('crashes a domain, and gives back what it held', async () => {
    const bench = await started();
    await run(bench, domain(1));
    const events: EngineEvent[] = [];
    bench.engine.onEvent((event) => events.push(event));
    bench.engine.control.crashDomain(one);
    expect(await bench.engine.domain(one)).toMatchObject({ state: 'shutoff', reason: 'crashed' });
    expect(events).toEqual([
      { type: 'agent', hostId: 'sim-1', uuid: one, connected: false },
      { type: 'domain', hostId: 'sim-1', uuid: one, state: 'shutoff', event: 'stopped', detail: 'failed' },
    ]);
  });

  it('powers a guest off from within', async () => {
    const bench = await started();
    await run(bench, domain(1));
    bench.engine.control.powerOffGuest(one);
    expect(await bench.engine.domain(one)).toMatchObject({ state: 'shutoff', reason: 'shutdown' });
  });

  it('hangs a guest: its agent is silent, and stopping it takes all the time given and then force', async () => {
    const bench = await started();
    await run(bench, domain(1));
    bench.engine.control.changeGuest(one, { hung: true });
    await expect(bench.engine.guestExec(one, ['true'])).rejects.toMatchObject({ kind: 'Unavailable' });
    const before = bench.clock.now();
    expect(await bench.engine.ensureStopped(one, 5000)).toMatchObject({ state: 'shutoff', reason: 'destroyed' });
    expect(bench.clock.now() - before).toBe(5000);
  });

  it('slows every call', async () => {
    const { engine, clock } = await started();
    engine.control.latency(70);
    const before = clock.now();
    await engine.listDomains();
    expect(clock.now() - before).toBe(70);
  });

  it('cuts calls that are on their way', async () => {
    const { engine } = await started();
    engine.control.latency(70);
    const call = engine.ensureBlank({ pool, name: 'a' }, 1024);
    engine.control.disconnect();
    await expect(call).rejects.toMatchObject({ kind: 'Unavailable' });
    engine.control.connect();
    expect(await engine.listVolumes(pool)).toEqual([]);
  });
});

describe('the counters of a simulated domain', () => {
  it('grow with the clock alone, from its start', async () => {
    const bench = await started();
    await bench.engine.ensureDomain(domainXml(domain(1, { interfaces: [card(1, 'mgmt')] })));
    const [off] = await bench.engine.stats();
    expect(off).toEqual({ uuid: one, name: off?.name, state: 'shutoff', vcpus: [], interfaces: [], blocks: [] });
    await bench.engine.ensureStarted(one);
    const [first] = await bench.engine.stats();
    bench.clock.advance(10_000);
    const [second] = await bench.engine.stats();
    expect(await bench.engine.stats()).toEqual([second]);
    expect(first?.interfaces[0]).toMatchObject({ device: 'vnet0', mac: macOf(1), rxPackets: 0 });
    expect(second?.interfaces[0]?.rxPackets).toBeGreaterThan(0);
    expect(second?.cpuTimeSeconds).toBeGreaterThan(0);
  });

  it('are left out, not 0, where a job that holds the domain keeps QEMU from being asked', async () => {
    const bench = await started();
    await run(bench, domain(1, { interfaces: [card(1, 'mgmt')] }));
    bench.engine.control.holdDomain(one, true);
    const [held] = await bench.engine.stats();
    expect(held).not.toHaveProperty('memoryRssBytes');
    expect(held?.interfaces[0]).toHaveProperty('rxBytes');
    bench.engine.control.holdDomain(one, false);
    expect((await bench.engine.stats())[0]).toHaveProperty('memoryRssBytes');
  });

  it('count traffic by hand on the card named', async () => {
    const bench = await started();
    await run(bench, domain(1, { interfaces: [card(1, 'mgmt'), card(2, 'berth-west')] }));
    bench.engine.control.addTraffic(one, { rxPackets: 3, rxBytes: 300 }, macOf(2));
    bench.engine.control.addTraffic(one, { rxPackets: 4 }, macOf(2));
    const [stats] = await bench.engine.stats();
    expect(stats?.interfaces.map((each) => each.rxPackets)).toEqual([0, 7]);
    expect(() => bench.engine.control.addTraffic(one, {}, macOf(9))).toThrow(macOf(9));
  });
});

describe('the guest of a simulated domain', () => {
  const status = async (engine: Awaited<ReturnType<typeof started>>['engine']) =>
    JSON.parse((await engine.guestExec(one, ['/usr/lib/berth/vnf', 'status'])).stdout) as Record<string, unknown>;

  it('is ready with the status that the guest contract asks for', async () => {
    const bench = await started();
    await run(bench, domain(1, { interfaces: [card(1, 'mgmt')] }));
    bench.clock.advance(2500);
    expect(await status(bench.engine)).toMatchObject({
      ready: true,
      reason: '',
      uptimeSeconds: 2,
      configGeneration: 0,
      interfaces: { eth0: { state: 'up', mac: macOf(1) } },
      counters: { packetsForwarded: 250 },
    });
    bench.engine.control.changeGuest(one, { ready: false, reason: 'zebra died' });
    expect(await status(bench.engine)).toMatchObject({ ready: false, reason: 'zebra died' });
  });

  it('takes any JSON object as configuration and nothing else', async () => {
    const bench = await started();
    await run(bench, domain(1));
    const configure = async (text: string | undefined, path = '/run/c') => {
      if (text !== undefined) await bench.engine.guestWriteFile(one, path, Buffer.from(text));
      return bench.engine.guestExec(one, ['/usr/lib/berth/vnf', 'configure', path]);
    };
    expect(await configure('{"routes":[]}')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await status(bench.engine)).toMatchObject({ configGeneration: 1 });
    expect(await configure('{broken')).toMatchObject({ exitCode: 1, stderr: '/run/c holds no JSON object\n' });
    expect(await configure('[]')).toMatchObject({ exitCode: 1 });
    expect(await configure(undefined, '/run/none')).toMatchObject({ exitCode: 1 });
    expect(await status(bench.engine)).toMatchObject({ configGeneration: 1 });
    expect(await bench.engine.guestExec(one, ['reboot'])).toMatchObject({ exitCode: 127 });
  });

  it('forgets all that was said to it when it is restarted', async () => {
    const bench = await started();
    await run(bench, domain(1));
    bench.engine.control.changeGuest(one, { ready: false, reason: 'broken' });
    await bench.engine.ensureStopped(one, 0);
    await bench.engine.ensureStarted(one);
    expect(await status(bench.engine)).toMatchObject({ ready: true });
  });

  it('cannot be reached without a channel for its agent', async () => {
    const bench = await started();
    await run(bench, domain(1, { guestAgent: false }));
    await expect(bench.engine.guestExec(one, ['true'])).rejects.toMatchObject({
      kind: 'Unavailable',
      native: { text: 'QEMU guest agent is not configured' },
    });
  });

  it('has its serial log among the volumes, for whoever must clean up', async () => {
    const bench = await started();
    await run(bench, domain(1, { serialLog: '/simulated/berth/serial.log' }));
    expect((await bench.engine.listVolumes(pool)).map((volume) => volume.name)).toEqual(['serial.log']);
  });
});
