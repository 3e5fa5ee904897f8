import { describe, expect, it } from '@jest/globals';
import { ownFirst } from '../../../src/engine/libvirt/own-device.js';
import { readTuning } from '../../../src/engine/libvirt/tuning.js';
import type { NetDevice } from '../../../src/libvirt-xml/read-node-device.js';

const net = (name: string, mac = '0c:42:a1:00:00:01', linkMbps?: number): NetDevice => ({
  ...{ kind: 'net', interface: name, parent: 'pf', mac },
  ...(linkMbps !== undefined && { linkMbps }),
});
const madeUp = '8e:00:00:00:00:10';

function* orders<T>(all: readonly T[]): Generator<readonly T[]> {
  if (all.length < 2) yield all;
  for (const [at, one] of all.entries())
    if (all.length > 1) for (const rest of orders(all.toSpliced(at, 1))) yield [one, ...rest];
}
const firsts = (all: readonly NetDevice[], named: readonly string[] = []) => [
  ...new Set([...orders(all)].map((order) => ownFirst(order, new Set(named))[0]?.interface)),
];

describe('the own device of a function', () => {
  it.each([
    ['a link that is down, and representors that are up', ['ens8f1', 'ens8f1_0', 'ens8f1_1']],
    ['representors as newer kernels name them', ['ens8f1np1', 'ens8f1npf1vf0', 'ens8f1npf1sf2']],
    ['subfunctions, whose addresses the operator made up', ['ens8f1np1', 'ens8f1s1', 'ens8f1s88']],
    ['representors by number alone', ['ens8f1np0', 'ens8f1r0', 'ens8f1r1']],
  ])('is the uplink in any order of the list: %s', (_, [uplink = '', ...representors]) => {
    const up = representors.map((name) => net(name, '0c:42:a1:00:00:02', 25_000));
    expect(firsts([net(uplink), ...up])).toEqual([uplink]);
  });

  it('is the one with an address of its manufacturer where names do not tell', () => {
    expect(firsts([net('uplink0'), net('rep', madeUp, 25_000)])).toEqual(['uplink0']);
  });

  it('is the one that the operator names, of ports and of what only looks like a representor', () => {
    expect(firsts([net('enp3s0', undefined, 40_000), net('enp3s0d1')], ['enp3s0d1'])).toEqual(['enp3s0d1']);
    expect(firsts([net('lan', undefined, 40_000), net('lan_0')], ['lan_0'])).toEqual(['lan_0']);
  });

  it('is the port with a known speed when nothing else tells two apart', () => {
    expect(firsts([net('enp3s0d1', undefined, 40_000), net('enp3s0')])).toEqual(['enp3s0d1']);
  });

  it('is what the audit of the host tells of the card', () => {
    const device = (name: string, mac: string, state: string) =>
      `<device><name>net_${name}</name><parent>pf</parent><capability type='net'><interface>${name}</interface>
       <address>${mac}</address><link state='${state}'/></capability></device>`;
    const card = `<device><name>pf</name><capability type='pci'><class>0x020000</class><domain>0</domain><bus>1</bus>
      <slot>0</slot><function>0</function><capability type='virt_functions' maxCount='8'/></capability></device>`;
    const nodeDevices = [device('ens8f1_0', madeUp, 'down'), device('ens8f1', '0c:42:a1:00:00:01', 'up'), card];
    const said = { capabilities: '<capabilities/>', domainCapabilities: '', pools: [], nodeDevices };
    expect(readTuning(said).cards).toMatchObject([{ netdev: 'ens8f1', isUp: true }]);
  });
});
