/**
 * Cards that come and go on QEMU: a guest with an operating system, the catalogue's router, takes part; one without does not.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Engine, EngineEvent } from '../../src/engine/engine.js';
import { createLibvirtEngine } from '../../src/engine/libvirt/libvirt-engine.js';
import { cardXml } from '../../src/libvirt-xml/cards.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import type { InterfaceSpec } from '../../src/libvirt-xml/domain-spec.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { hostId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';
import { eventually, failureOf } from '../contract/engine-contract.js';
import { domain } from '../engine-simulated/bench.js';
import { describeUnless, missingHypervisor } from './environment.js';
import { type PrivateLibvirtd, startPrivateLibvirtd } from './private-libvirtd.js';
import { type RouterImage, routerImage } from './router-image.js';

jest.setTimeout(240_000);

const missing = missingHypervisor();
const image: RouterImage = missing === undefined ? routerImage() : { missing, folder: '' };
const network = 'berth-hot-plug';

const card = (cpdId: string, order: number, source: InterfaceSpec['source']): InterfaceSpec => ({
  ...{ cpdId, order, source, model: 'virtio', queues: 1 },
  mac: `52:54:00:0c:00:0${String(order)}`,
});
const joined: InterfaceSpec['source'] = { kind: 'network', network };
const cut: InterfaceSpec['source'] = { kind: 'none', place: 'tap' };

/** As Berth writes it: a port for each connection point, whether it is connected or not. */
const spec = (n: number, west: InterfaceSpec['source'], east: InterfaceSpec['source']) =>
  domain(n, {
    acceleration: 'tcg',
    interfaces: [card('west', 0, west), card('east', 1, east)],
    disks:
      n === 1 && image.missing === undefined
        ? [{ id: 'root', path: image.file, format: 'qcow2', device: 'disk', readOnly: false, bootOrder: 1 }]
        : [],
  });

describeUnless(image.missing, 'A card of a domain on QEMU', () => {
  let daemon: PrivateLibvirtd;
  let engine: Engine;
  const events: EngineEvent[] = [];
  const west = cardXml(spec(1, joined, joined), 'west') ?? '';
  const { uuid } = spec(1, joined, joined);
  const cardsOf = async (which?: 'defined') =>
    readDomain(await engine.domainXml(uuid, which)).interfaces.map(
      ({ mac, guestAddress }) => `${mac} ${guestAddress ?? ''}`,
    );
  /** MAC addresses of the guest's own PCI cards, by their place. */
  const inGuest = async () => {
    const script =
      'for i in /sys/class/net/*; do [ -e $i/device ] && echo $(cat $i/address) $(readlink -f $i/device); done';
    const { stdout } = await engine.guestExec(uuid, ['sh', '-c', script], 20_000);
    return Object.fromEntries(
      stdout
        .trim()
        .split('\n')
        .map((line) => [line.slice(0, 17), /0000:(0\d):00\.0/.exec(line)?.[1]]),
    );
  };

  beforeAll(async () => {
    daemon = await startPrivateLibvirtd();
    engine = createLibvirtEngine({
      clock: systemClock,
      hostId: hostId('qemu'),
      uri: daemon.uri,
      pool: { name: 'berth', path: `${daemon.folder}/pool` },
      acceleration: 'tcg',
    });
    engine.onEvent((event) => events.push(event));
    await engine.start();
    await engine.ensureNetwork({ name: network, bridge: 'bvlhotplug' });
  });
  afterAll(async () => {
    await engine.removeDomain(uuid);
    await engine.removeDomain(spec(2, cut, cut).uuid);
    await engine.removeNetwork(network);
    await engine.stop();
    await daemon.stop();
    rmSync(image.folder, { recursive: true, force: true });
  });

  describe('with a system that takes part in hot plug', () => {
    beforeAll(async () => {
      await engine.ensureDomain(domainXml(spec(1, joined, joined)));
      await engine.ensureStarted(uuid);
      await eventually(() => events.find((event) => event.type === 'agent' && event.uuid === uuid && event.connected));
      await eventually(async () =>
        (await failureOf(engine.guestExec(uuid, ['true'], 10_000))) === 'no failure' ? true : undefined,
      );
    });

    it('is given up by the guest, and gone from how it runs and how it is defined', async () => {
      expect(await inGuest()).toEqual({ '52:54:00:0c:00:00': '01', '52:54:00:0c:00:01': '02' });
      await engine.removeCard(uuid, west, 60_000);
      expect(await inGuest()).toEqual({ '52:54:00:0c:00:01': '02' });
      expect(await cardsOf()).toEqual(['52:54:00:0c:00:01 0000:02:00.0']);
      expect(await cardsOf('defined')).toEqual(['52:54:00:0c:00:01 0000:02:00.0']);
      await engine.removeCard(uuid, west, 60_000);
    });

    it('comes back in the place that it had', async () => {
      await engine.ensureCard(uuid, west);
      await engine.ensureCard(uuid, west);
      expect((await cardsOf()).sort()).toEqual(['52:54:00:0c:00:00 0000:01:00.0', '52:54:00:0c:00:01 0000:02:00.0']);
      expect((await cardsOf('defined')).sort()).toEqual((await cardsOf()).sort());
      const plugged = await eventually(async () => {
        const found = await inGuest();
        return '52:54:00:0c:00:00' in found ? found : undefined;
      });
      expect(plugged).toEqual({ '52:54:00:0c:00:00': '01', '52:54:00:0c:00:01': '02' });
    });

    it('is changed in the definition alone once the domain is off', async () => {
      await engine.ensureStopped(uuid, 0);
      await engine.removeCard(uuid, west, 0);
      expect(await cardsOf('defined')).toEqual(['52:54:00:0c:00:01 0000:02:00.0']);
      await engine.ensureCard(uuid, west);
      expect(await cardsOf('defined')).toHaveLength(2);
    });
  });

  it('stays with a guest that has no system, and can be told of when it has ended', async () => {
    const bare = spec(2, joined, cut);
    const only = cardXml(bare, 'west') ?? '';
    await engine.ensureDomain(domainXml(bare));
    await engine.ensureStarted(bare.uuid);
    await expect(engine.removeCard(bare.uuid, only, 3_000)).rejects.toMatchObject({
      kind: 'Timeout',
      message: expect.stringContaining('did not give up its card 52:54:00:0c:00:00') as unknown,
    });
    expect(readDomain(await engine.domainXml(bare.uuid, 'defined')).interfaces).toHaveLength(1);
    await engine.ensureStopped(bare.uuid, 0);
    await engine.removeCard(bare.uuid, only, 0);
    expect(readDomain(await engine.domainXml(bare.uuid)).interfaces).toEqual([]);
  });
});
