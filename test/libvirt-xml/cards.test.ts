import { describe, expect, it } from '@jest/globals';
import { cardXml, nameOfCard, presenceOf, withCard, withoutCard } from '../../src/libvirt-xml/cards.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import type { InterfaceSpec } from '../../src/libvirt-xml/domain-spec.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { domain } from '../engine-simulated/bench.js';

const card = (cpdId: string, order: number, source: InterfaceSpec['source']): InterfaceSpec => ({
  ...{ cpdId, order, source, model: 'virtio', queues: 1 },
  mac: `52:54:00:00:00:0${String(order)}`,
});
const vf = (vlan?: number): InterfaceSpec['source'] => ({
  ...{ kind: 'hostdev', function: 'vf', address: '0000:06:10.1' },
  ...(vlan !== undefined && { vlan }),
});
const on = (network: string): InterfaceSpec['source'] => ({ kind: 'network', network });
const device = (name: string): InterfaceSpec['source'] => ({ kind: 'direct', device: name });
const socket: InterfaceSpec['source'] = { kind: 'vhostuser', path: '/run/vhu' };
const cut: InterfaceSpec['source'] = { kind: 'none', place: 'hostdev' };
const spec = (...interfaces: InterfaceSpec[]) => domain(1, { interfaces });

/** Where cards stand in the guest. */
const placesIn = (xml: string) =>
  Object.fromEntries(readDomain(xml).interfaces.map(({ mac, guestAddress }) => [mac, guestAddress]));

describe('a card of a domain', () => {
  it('is written alone as it stands in the domain', () => {
    const whole = spec(card('west', 0, on('lan')), card('east', 1, vf(100)));
    const bare = withoutCard(domainXml(whole), cardXml(whole, 'east') ?? '');
    expect(readDomain(bare).interfaces).toHaveLength(1);
    expect(readDomain(withCard(bare, cardXml(whole, 'east') ?? ''))).toEqual(readDomain(domainXml(whole)));
  });

  it.each<[string, InterfaceSpec['source'], InterfaceSpec['source'], string]>([
    ['of the same network', on('lan'), on('lan'), 'there'],
    ['of another network', on('lan'), on('wan'), 'other'],
    ['of the same function and VLAN', vf(100), vf(100), 'there'],
    ['of another VLAN', vf(100), vf(200), 'other'],
    ['of no VLAN any more', vf(100), vf(), 'other'],
    ['on a function in place of a network', on('lan'), vf(), 'other'],
    ['on a network in place of a function', vf(), on('lan'), 'other'],
    ['on the same device of the host', device('eth0'), device('eth0'), 'there'],
    ['on another device of the host', device('eth0'), device('eth0.5'), 'other'],
    ['on a network in place of a userspace switch', on('lan'), socket, 'other'],
  ])('is found by its MAC address: %s', (_which, has, wanted, answer) => {
    const wish = cardXml(spec(card('west', 0, wanted)), 'west') ?? '';
    expect(presenceOf(domainXml(spec(card('west', 0, has))), wish)).toBe(answer);
    expect(presenceOf(domainXml(spec(card('east', 1, has))), wish)).toBe('absent');
  });

  it.each(['bridge', 'direct'])('is known by its network where libvirt tells it as a %s once it runs', (type) => {
    const wish = cardXml(spec(card('west', 0, on('lan'))), 'west') ?? '';
    const runs = `<domain><devices><interface type="${type}"><mac address="52:54:00:00:00:00"/>
      <source network="lan" portid="1" bridge="br0" dev="eth0" mode="bridge"/></interface></devices></domain>`;
    expect(presenceOf(runs, wish)).toBe('there');
  });

  it('is a whole physical function, known by its place on the host', () => {
    const pf = (address: string) => spec(card('west', 0, { kind: 'hostdev', function: 'pf', address }));
    const wish = cardXml(pf('0000:06:00.0'), 'west') ?? '';
    expect(presenceOf(domainXml(pf('0000:06:00.0')), wish)).toBe('there');
    expect(presenceOf(domainXml(pf('0000:06:00.1')), wish)).toBe('absent');
    expect(readDomain(withoutCard(domainXml(pf('0000:06:00.0')), wish)).hostFunctions).toEqual([]);
  });

  it('leaves its port, and those behind it their places, while its CP is connected to nothing', () => {
    const connected = spec(card('west', 0, vf()), card('east', 1, on('lan')));
    const west = spec(card('west', 0, cut), card('east', 1, on('lan')));
    expect(cardXml(west, 'west')).toBeUndefined();
    expect(placesIn(domainXml(west))).toEqual({ '52:54:00:00:00:01': '0000:02:00.0' });
    expect(placesIn(withCard(domainXml(west), cardXml(connected, 'west') ?? ''))).toEqual(
      placesIn(domainXml(connected)),
    );
  });

  it('is named by its MAC address, place and VLAN', () => {
    expect(nameOfCard(cardXml(spec(card('west', 0, vf(100))), 'west') ?? '')).toBe(
      '52:54:00:00:00:00 on 0000:06:10.1, VLAN 100',
    );
  });

  it('is nothing but a network card', () => {
    expect(() => presenceOf(domainXml(spec()), '<disk/>')).toThrow('<disk> is no network card');
  });
});
