/** The probe that decides between KVM and TCG: it passes where guests run, and leaves nothing behind. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { probe } from '../../src/engine/libvirt/acceleration/probe.js';
import { HostLink } from '../../src/engine/libvirt/host-link.js';
import { createProcessPools } from '../../src/engine/libvirt/processes/process-pools.js';
import { hostId } from '../../src/shared/ids.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { privateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { qemu } from '../../src/libvirt-xml/hypervisors/qemu.js';
import { systemClock } from '../../src/system.js';

describeUnless(missingHypervisor(), 'The acceleration probe', () => {
  let daemon: PrivateLibvirtd;
  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
  });
  afterAll(() => daemon.stop());

  it('powers off by itself under TCG, which runs every instruction as it should be', async () => {
    const { engine } = privateEngine(daemon);
    const pool = { name: 'berth', path: `${daemon.folder}/pool` };
    const host = new HostLink(
      {
        hostId: hostId('probe'),
        uri: daemon.uri,
        pool,
        lanes: { calls: 1, guest: 1, stats: 1, looks: 1 },
        connectTimeoutMs: 15_000,
        aloneMs: 60_000,
        keepAliveSeconds: 3,
        deadlineMs: () => 45_000,
        pools: createProcessPools({ clock: systemClock }),
        clock: systemClock,
      },
      { connected: () => undefined, disconnected: () => undefined, notice: () => undefined },
    );
    await engine.start();
    await host.start();
    expect(await probe(engine, host, pool.name, qemu, systemClock)).toMatchObject({ passed: true });
    expect(await engine.listDomains()).toEqual([]);
    expect(await engine.listVolumes(pool.name)).toEqual([]);
    await host.stop();
    await engine.stop();
  });

  it('gives a verdict with its reason, once, for as long as its key holds', async () => {
    const { engine } = privateEngine(daemon, { acceleration: 'probe' });
    await engine.start();
    const first = (await engine.facts()).acceleration;
    expect(['kvm', 'tcg']).toContain(first.kind);
    expect(first.reason).toMatch(/probe guest|no usable \/dev\/kvm/);
    expect(first.technology).toMatch(first.kind === 'kvm' ? /^(AMD-V\/RVI|VT-x\/EPT)$/ : /^none$/);
    expect((await engine.facts(first)).acceleration).toEqual(first);
    expect((await engine.facts({ ...first, probeKey: 'another kernel' })).acceleration.probeKey).toBe(first.probeKey);
    expect(await engine.listVolumes('berth')).toEqual([]);
    await engine.stop();
  });

  it('is not run when the configuration decides', async () => {
    const { engine, events } = privateEngine(daemon, { acceleration: 'kvm' });
    await engine.start();
    const { acceleration, hypervisor } = await engine.facts();
    expect(acceleration).toMatchObject({ kind: 'kvm', overridden: true, probedAtMs: 0 });
    expect(acceleration.technology).toMatch(/^(AMD-V\/RVI|VT-x\/EPT)$/);
    expect(hypervisor.type).toBe('1');
    expect(events.filter(({ type }) => type === 'domain')).toEqual([]);
    await engine.stop();
  });
});
