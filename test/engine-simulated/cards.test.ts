/** What a simulated host refuses of cards, and how a guest keeps one. */
import { describe, expect, it } from '@jest/globals';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import { domain, started, uuidOf } from './bench.js';

const card = (mac: string, network = 'default') =>
  `<interface type="network"><mac address="${mac}"/><source network="${network}"/><model type="virtio"/></interface>`;
const mac = '52:54:00:00:0c:01';
const vf = (address: string) => {
  const [, bus = '', slot = '', fn = ''] = address.split(/[:.]/);
  return `<interface type="hostdev"><mac address="${mac}"/>
    <source><address type="pci" domain="0x0000" bus="0x${bus}" slot="0x${slot}" function="0x${fn}"/></source></interface>`;
};

async function running(...numbers: number[]) {
  const bench = await started();
  await bench.engine.ensureNetwork({ name: 'default-2', bridge: 'bvl2' });
  for (const n of numbers) {
    await bench.engine.ensureDomain(domainXml(domain(n)));
    await bench.engine.ensureStarted(uuidOf(n));
  }
  return bench;
}

describe('a card for a running domain', () => {
  it('is refused on a network that is not there', async () => {
    const { engine } = await running(1);
    await expect(engine.ensureCard(uuidOf(1), card(mac, 'nowhere'))).rejects.toMatchObject({ kind: 'NotFound' });
  });

  it('is refused with a MAC address of another running domain', async () => {
    const { engine } = await running(1, 2);
    await engine.ensureCard(uuidOf(1), card(mac, 'default-2'));
    await expect(engine.ensureCard(uuidOf(2), card(mac, 'default-2'))).rejects.toMatchObject({ kind: 'Rejected' });
  });

  it('is refused when the host has no such function', async () => {
    const { engine } = await running(1);
    await expect(engine.ensureCard(uuidOf(1), vf('0000:77:10.0'))).rejects.toMatchObject({ kind: 'Rejected' });
  });

  it('brings a device of the host of its own, and leaves those of the others', async () => {
    const { engine } = await running(1);
    await engine.ensureCard(uuidOf(1), card(mac, 'default-2'));
    await engine.ensureCard(uuidOf(1), card('52:54:00:00:0c:02', 'default-2'));
    const before = (await engine.stats())[0]?.interfaces ?? [];
    await engine.removeCard(uuidOf(1), card(mac, 'default-2'), 0);
    expect((await engine.stats())[0]?.interfaces.map(({ device }) => device)).toEqual([before[1]?.device]);
  });

  it('stays with a guest that answers nothing, until the time is over and after', async () => {
    const { engine, clock } = await running(1);
    await engine.ensureCard(uuidOf(1), card(mac, 'default-2'));
    engine.control.changeGuest(uuidOf(1), { hung: true });
    const fromMs = clock.elapsedMs();
    await expect(engine.removeCard(uuidOf(1), card(mac, 'default-2'), 30_000)).rejects.toMatchObject({
      kind: 'Timeout',
      message: expect.stringContaining(`did not give up its card ${mac} on default-2 in 30 s`) as unknown as string,
    });
    expect(clock.elapsedMs() - fromMs).toBe(30_000);
    expect(await engine.domainXml(uuidOf(1))).toContain(mac);
    engine.control.changeGuest(uuidOf(1), { hung: false });
    await engine.removeCard(uuidOf(1), card(mac, 'default-2'), 30_000);
    expect(await engine.domainXml(uuidOf(1))).not.toContain(mac);
  });
});
