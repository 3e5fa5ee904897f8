/** Hosts that share processes: what one of them does to the others, and for how long. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { LibvirtEngineOptions } from '../../src/engine/libvirt/libvirt-engine.js';
import { createProcessPools, type ProcessPools } from '../../src/engine/libvirt/processes/process-pools.js';
import { hostId } from '../../src/shared/ids.js';
import { eventually, failureOf } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { engineChildren, privateEngine, type PrivateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { systemClock } from '../../src/system.js';

describeUnless(missingHypervisor(), 'Hosts of one pool', () => {
  let daemon: PrivateLibvirtd;
  let other: PrivateLibvirtd;
  let started: PrivateEngine[] = [];
  const before = new Set<number>();

  beforeAll(async () => {
    [daemon, other] = await Promise.all([startPrivateLibvirtd(), startPrivateLibvirtd()]);
    engineChildren().forEach((pid) => before.add(pid));
  });
  afterEach(async () => {
    await Promise.all(started.map(({ engine }) => engine.stop()));
    started = [];
    expect(engineChildren().filter((pid) => !before.has(pid))).toEqual([]);
  });
  afterAll(() => Promise.all([daemon.stop(), other.stop()]));

  const start = async (
    name: string,
    pools: ProcessPools,
    options: Partial<Omit<LibvirtEngineOptions, 'acceleration'>> = {},
  ): Promise<PrivateEngine> => {
    const host = privateEngine(other, { hostId: hostId(name), pools, ...options });
    started.push(host);
    await host.engine.start();
    return host;
  };
  const connected = (...hosts: readonly PrivateEngine[]) =>
    eventually(() => hosts.every(({ engine }) => engine.isConnected()) || undefined);
  /** So often in all; they may be connected again already. */
  const lost = (times: number, ...hosts: readonly PrivateEngine[]) => {
    const losses = (host: PrivateEngine) => host.connections().filter((type) => type === 'disconnected').length;
    return eventually(() => hosts.every((host) => losses(host) === times) || undefined);
  };

  it('have one process for events and few for calls, and one more for events beyond the size of a pool', async () => {
    const pools = createProcessPools({ clock: systemClock, hostsPerPool: 4 });
    for (const name of ['a', 'b', 'c', 'd']) await start(name, pools);
    expect(engineChildren('events')).toHaveLength(1);
    expect(engineChildren('calls').length).toBeLessThanOrEqual(2);
    const fifth = await start('e', pools);
    expect(engineChildren('events')).toHaveLength(2);
    await fifth.engine.stop();
    expect(engineChildren('events')).toHaveLength(1);
    await start('f', pools);
    expect(engineChildren('events')).toHaveLength(2);
  });

  it('are answered while a call of another is stuck, which is alone once it was killed', async () => {
    const pools = createProcessPools({ clock: systemClock });
    let limitMs = 45_000;
    const stuck = await start('stuck', pools, { uri: daemon.uri, keepAliveSeconds: 60, deadlineMs: () => limitMs });
    const mate = await start('mate', pools);
    const pid = daemon.pid();
    process.kill(pid, 'SIGSTOP');
    limitMs = 6_000;
    const call = failureOf(stuck.engine.listDomains());
    let answered = 0;
    let isOver = false;
    void call.then(() => (isOver = true));
    while (!isOver) {
      expect(await mate.engine.listDomains()).toEqual([]);
      answered += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    limitMs = 45_000;
    process.kill(pid, 'SIGCONT');
    expect(await call).toBe('Timeout');
    expect(answered).toBeGreaterThan(10);
    await connected(stuck);
    expect(engineChildren('events')).toHaveLength(2);
    expect(stuck.engine.process()).toEqual({ isUp: true, restarts: 1 });
    expect(stuck.connections()).toEqual(['connected', 'disconnected', 'connected']);
    expect(mate.connections()).toEqual(['connected']);
    expect(mate.engine.process()).toEqual({ isUp: true, restarts: 0 });
  });

  it('share again once a host that was alone has behaved, which nobody notices', async () => {
    const pools = createProcessPools({ clock: systemClock });
    const mate = await start('mate', pools);
    let limitMs = 45_000;
    const host = await start('host', pools, {
      uri: daemon.uri,
      keepAliveSeconds: 60,
      deadlineMs: () => limitMs,
      aloneMs: 3_000,
    });
    const pid = daemon.pid();
    process.kill(pid, 'SIGSTOP');
    limitMs = 2_000;
    expect(await failureOf(host.engine.listDomains())).toBe('Timeout');
    limitMs = 45_000;
    process.kill(pid, 'SIGCONT');
    await connected(host);
    expect(engineChildren('events')).toHaveLength(2);
    await eventually(() => engineChildren('events').length === 1 || undefined);
    expect(host.engine.isConnected()).toBe(true);
    expect(await host.engine.listDomains()).toEqual([]);
    expect(host.connections()).toEqual(['connected', 'disconnected', 'connected']);
    expect(mate.connections()).toEqual(['connected']);
  });

  it('connect again when the process that listens crashes', async () => {
    const pools = createProcessPools({ clock: systemClock });
    const [first, second] = [await start('a', pools), await start('b', pools)];
    process.kill(engineChildren('events')[0] ?? 0, 'SIGSEGV');
    await lost(1, first, second);
    await connected(first, second);
    expect(engineChildren('events')).toHaveLength(1);
    expect(await first.engine.listDomains()).toEqual([]);
    expect(await second.engine.listDomains()).toEqual([]);
  });

  it('are kept from each other when it crashes again and again', async () => {
    const pools = createProcessPools({ clock: systemClock });
    const hosts = [await start('a', pools), await start('b', pools)];
    for (let times = 0; times < 3; times += 1) {
      process.kill(engineChildren('events')[0] ?? 0, 'SIGSEGV');
      await lost(times + 1, ...hosts);
      await connected(...hosts);
    }
    expect(engineChildren('events')).toHaveLength(2);
  });

  it('connect again when a host is stuck as its events are to be listened to, and that host is alone', async () => {
    const pools = createProcessPools({ clock: systemClock });
    const mate = await start('mate', pools);
    const proxy = await startProxy(`${other.folder}/run/libvirt/libvirt-sock`);
    try {
      // Its first connection is for calls, the second one for events.
      proxy.answerOnly(1);
      const uri = `qemu:///system?socket=${proxy.path}`;
      const late = await start('late', pools, { uri, connectTimeoutMs: 1_500 });
      expect(late.engine.isConnected()).toBe(false);
      await connected(mate);
      expect(mate.connections()).toEqual(['connected', 'disconnected', 'connected']);
      proxy.answerOnly(Infinity);
      await connected(late);
      expect(engineChildren('events')).toHaveLength(2);
      expect(mate.connections()).toEqual(['connected', 'disconnected', 'connected']);
    } finally {
      proxy.stop();
    }
  });
});

/** In front of a daemon: takes every connection, and passes on what comes over the first so many. */
async function startProxy(target: string): Promise<{
  readonly path: string;
  answerOnly(count: number): void;
  stop(): void;
}> {
  const path = `/tmp/berth-proxy-${String(process.pid)}.sock`;
  const sockets = new Set<Socket>();
  let left = Infinity;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server: Server = createServer((client) => {
    keep(client);
    left -= 1;
    if (left < 0) return;
    const upstream = keep(connect(target));
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    answerOnly: (count) => {
      left = count;
    },
    stop: () => {
      sockets.forEach((socket) => socket.destroy());
      server.close();
    },
  };
}
