/** QEMUs that hang, as when they are stopped or wait for a disk that is gone: each costs only its own domain. */
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { type VnfcId, vnfcId } from '../../src/shared/ids.js';
import { deadlineMs } from '../../src/engine/libvirt/deadlines.js';
import type { DomainStats } from '../../src/engine/engine.js';
import { eventually } from '../contract/engine-contract.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { type PrivateEngine, privateEngine } from './private-engine.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { smallDomain } from './small-domain.js';

jest.setTimeout(300_000);

const readStatsMs = 4_000;
/** How long a guest is waited for. */
const saidMs = 10_000;
const numbers = [0, 1, 2, 3, 4];
const nameOf = (number: number) => `berth-hung-${String(number)}`;
const uuidOf = (number: number): VnfcId => vnfcId(`11111111-2222-4333-8444-0000000000f${String(number)}`);

describeUnless(missingHypervisor(), 'A QEMU that hangs', () => {
  let daemon: PrivateLibvirtd;
  let host: PrivateEngine;
  const stopped = new Set<number>();

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    host = privateEngine(daemon, { deadlineMs: (name) => (name === 'readStats' ? readStatsMs : deadlineMs(name)) });
    await host.engine.start();
    await host.engine.facts();
    for (const number of numbers) {
      const disk = await host.engine.ensureBlank({ pool: 'berth', name: `${nameOf(number)}.qcow2` }, 1024 * 1024);
      await host.engine.ensureDomain(smallDomain({ uuid: uuidOf(number), name: nameOf(number), disks: [disk.path] }));
      await host.engine.ensureStarted(uuidOf(number));
    }
  });
  afterEach(() => {
    goOn();
  });
  afterAll(async () => {
    for (const number of numbers) await host.engine.removeDomain(uuidOf(number));
    await host.engine.stop();
    await daemon.stop();
  });

  const hang = (...which: readonly number[]): void => {
    for (const pid of which.map((number) => daemon.qemuPid(nameOf(number)))) {
      process.kill(pid, 'SIGSTOP');
      stopped.add(pid);
    }
  };
  const goOn = (): void => {
    for (const pid of stopped) process.kill(pid, 'SIGCONT');
    stopped.clear();
  };
  const stats = async (): Promise<ReadonlyMap<VnfcId, DomainStats>> =>
    new Map((await host.engine.stats()).map((one) => [one.uuid, one]));
  const isWhole = (one: DomainStats | undefined) =>
    one?.memoryRssBytes !== undefined && one.blocks[0]?.readBytes !== undefined && one.unansweredMs === undefined;
  const whole = async () => {
    const read = await stats();
    return numbers.filter((number) => isWhole(read.get(uuidOf(number))));
  };

  it('costs the others no counter, and is named until it answers again', async () => {
    expect(await eventually(async () => ((await whole()).length === numbers.length ? true : undefined))).toBe(true);
    hang(1, 3);
    expect(await whole()).toEqual([0, 2, 4]);
    const sick = await eventually(async () => {
      const read = await stats();
      const named = numbers.filter((number) => read.get(uuidOf(number))?.unansweredMs !== undefined);
      return named.length === 2 ? named : undefined;
    });
    expect(sick).toEqual([1, 3]);
    const read = await stats();
    expect(read.get(uuidOf(1))?.cpuTimeSeconds).toBeGreaterThan(0);
    expect(read.get(uuidOf(1))?.blocks[0]).toEqual({ target: 'vda' });
    expect((await host.engine.facts()).pools).not.toEqual([]);
    goOn();
    expect(await eventually(async () => ((await whole()).length === 5 ? true : undefined))).toBe(true);
  });

  it('leaves what needs no QEMU, when more hang than calls can wait for', async () => {
    hang(0, 1, 2, 3);
    const read = await stats();
    expect([...read.values()].filter(({ cpuTimeSeconds }) => cpuTimeSeconds !== undefined)).toHaveLength(5);
    goOn();
    expect(await eventually(async () => ((await whole()).length === 5 ? true : undefined))).toBe(true);
    expect(host.connections()).toEqual(['connected']);
  });

  it('holds up no call about another, is not waited for longer than said, and ends by force', async () => {
    // Workers start with their first call.
    await Promise.all(numbers.flatMap((number) => [host.engine.domain(uuidOf(number)), host.engine.listDomains()]));
    hang(0, 1, 2);
    const begun = performance.now();
    let ended = 0;
    const stops = [0, 1, 2].map((number) => host.engine.ensureStopped(uuidOf(number), saidMs).finally(() => ended++));
    await host.engine.ensureStopped(uuidOf(3), 0);
    expect(ended).toBe(0);
    for (const info of await Promise.all(stops)) expect(info.state).toBe('shutoff');
    // libvirt itself waits 10 s for a process to end in order before it kills it; a call about it may take a minute.
    expect(performance.now() - begun).toBeLessThan(saidMs + 40_000);
    stopped.clear();
    for (const number of [0, 1, 2, 3]) await host.engine.ensureStarted(uuidOf(number));
    expect(await eventually(async () => ((await whole()).length === 5 ? true : undefined))).toBe(true);
    expect(host.connections()).toEqual(['connected']);
  });
});
