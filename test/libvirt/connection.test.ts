/** What happens when the daemon, a guest or the child process dies, hangs or lies: bounded, told, and mended. */
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { vnfcId } from '../../src/shared/ids.js';
import { eventually, failureOf } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { engineChildren, privateEngine, type PrivateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { smallDomain } from './small-domain.js';

const uuid = vnfcId('11111111-2222-4333-8444-0000000c01e0');
const name = 'berth-connection';

describeUnless(missingHypervisor(), 'A connection to libvirt', () => {
  let daemon: PrivateLibvirtd;
  let host: PrivateEngine;
  const connected = () => eventually(() => host.engine.isConnected() || undefined);
  /** Once in each test; libvirtd may be back already. */
  const lost = () => eventually(() => host.connections().includes('disconnected') || undefined);

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
  });
  afterAll(() => daemon.stop());
  beforeEach(async () => {
    host = privateEngine(daemon, { deadlineMs: (call) => (call === 'readStats' ? 1_500 : 45_000) });
    await host.engine.start();
    await host.engine.ensureDomain(smallDomain({ uuid, name }));
    await host.engine.ensureStarted(uuid);
  });
  afterEach(async () => {
    await connected();
    await host.engine.removeDomain(uuid);
    await host.engine.stop();
  });

  it('outlives kill -9 of libvirtd: told, reconnected, and the guest never noticed', async () => {
    const qemu = daemon.qemuPid(name);
    daemon.hold();
    process.kill(daemon.pid(), 'SIGKILL');
    await lost();
    expect(await failureOf(host.engine.listDomains())).toBe('Unavailable');
    await daemon.release();
    await connected();
    expect(host.connections()).toEqual(['connected', 'disconnected', 'connected']);
    expect(await host.engine.domain(uuid)).toMatchObject({ state: 'running' });
    expect(daemon.qemuPid(name)).toBe(qemu);
  });

  it('reads the truth after libvirtd was away while the guest died', async () => {
    daemon.hold();
    const qemu = daemon.qemuPid(name);
    process.kill(daemon.pid(), 'SIGKILL');
    await lost();
    process.kill(qemu, 'SIGKILL');
    await daemon.release();
    await connected();
    await eventually(async () => (await host.engine.domain(uuid)).state === 'shutoff' || undefined);
  });

  it('fails calls that are under way when libvirtd dies, and takes new ones afterwards', async () => {
    const calls = Array.from({ length: 30 }, () => failureOf(host.engine.listDomains()));
    process.kill(daemon.pid(), 'SIGKILL');
    const outcomes = new Set(await Promise.all(calls));
    outcomes.delete('no failure');
    expect([...outcomes].filter((kind) => kind !== 'Unavailable')).toEqual([]);
    await lost();
    await connected();
    expect(await host.engine.listDomains()).toHaveLength(1);
  });

  it('notices a frozen libvirtd, fails what waits for it, and comes back when it thaws', async () => {
    const pid = daemon.pid();
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await failureOf(host.engine.listDomains())).toBe('Unavailable');
      await lost();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await connected();
    expect(await host.engine.domain(uuid)).toMatchObject({ state: 'running' });
  });

  it('kills and replaces its child when a call never returns', async () => {
    let limitMs = 45_000;
    const impatient = privateEngine(daemon, { deadlineMs: () => limitMs, keepAliveSeconds: 60 });
    await impatient.engine.start();
    const pid = daemon.pid();
    process.kill(pid, 'SIGSTOP');
    limitMs = 1_500;
    try {
      expect(await failureOf(impatient.engine.listDomains())).toBe('Timeout');
      expect(impatient.engine.isConnected()).toBe(false);
    } finally {
      limitMs = 45_000;
      process.kill(pid, 'SIGCONT');
    }
    await eventually(() => impatient.engine.isConnected() || undefined);
    expect(await impatient.engine.listDomains()).toHaveLength(1);
    await impatient.engine.stop();
  });

  it('survives a crash in native code of the process that listens', async () => {
    const [child] = engineChildren('events');
    process.kill(child ?? 0, 'SIGSEGV');
    await lost();
    await connected();
    expect(host.connections()).toEqual(['connected', 'disconnected', 'connected']);
    expect(await host.engine.domain(uuid)).toMatchObject({ state: 'running' });
    expect(engineChildren()).not.toContain(child);
  });

  it('survives a crash in native code during a call, which fails', async () => {
    const pid = daemon.pid();
    process.kill(pid, 'SIGSTOP');
    const call = failureOf(host.engine.listDomains());
    try {
      const [child] = await eventually(() =>
        engineChildren('calls').length > 0 ? engineChildren('calls') : undefined,
      );
      process.kill(child ?? 0, 'SIGSEGV');
      expect(await call).toBe('Unavailable');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await connected();
    expect(host.connections()).toEqual(['connected', 'disconnected', 'connected']);
    expect(await host.engine.domain(uuid)).toMatchObject({ state: 'running' });
  });

  it('tells of a guest that was killed', async () => {
    process.kill(daemon.qemuPid(name), 'SIGKILL');
    const told = () => host.events.find((event) => event.type === 'domain' && event.event === 'stopped');
    expect(await eventually(told)).toMatchObject({ uuid, state: 'shutoff', detail: 'failed' });
    expect(await host.engine.domain(uuid)).toMatchObject({ state: 'shutoff', reason: 'crashed' });
  });

  it('leaves no process behind when stopped', async () => {
    const before = engineChildren();
    const other = privateEngine(daemon);
    await other.engine.start();
    expect(engineChildren().length).toBeGreaterThan(before.length);
    await other.engine.stop();
    expect(engineChildren()).toEqual(before);
  });
});

describeUnless(missingHypervisor(), 'A libvirt that cannot be reached', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  it('is said to be so at the start, and used once it is there', async () => {
    const host = privateEngine({ uri: 'qemu:///system?socket=/nonexistent/libvirt-sock', folder: '/nonexistent' });
    await host.engine.start();
    expect(host.engine.isConnected()).toBe(false);
    expect(await failureOf(host.engine.facts())).toBe('Unavailable');
    await host.engine.stop();
  });

  describe('because it accepts and says nothing', () => {
    it('is given up within the limit', async () => {
      const path = `/tmp/berth-silent-${String(process.pid)}.sock`;
      server = createServer(() => undefined).listen(path);
      const uri = `qemu:///system?socket=${path}`;
      const host = privateEngine({ uri, folder: '/nonexistent' }, { connectTimeoutMs: 500 });
      await host.engine.start();
      expect(host.engine.isConnected()).toBe(false);
      await host.engine.stop();
    });
  });
});
