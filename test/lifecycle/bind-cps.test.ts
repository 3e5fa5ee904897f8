import { expect, test } from '@jest/globals';
import { addressKeys } from '../../src/lifecycle/address-keys.js';
import { bindAddresses } from '../../src/lifecycle/bind-addresses.js';
import { bindCps } from '../../src/lifecycle/bind-cps.js';
import type { OperationDraft } from '../../src/lifecycle/draft.js';
import type { PlacedVnfc } from '../../src/lifecycle/model.js';
import { vnfcId } from '../../src/shared/ids.js';
import { valueOf } from '../builders/berth.js';
import type { VirtualLink } from '../../src/vnfd/model.js';
import { instance } from '../builders/instance.js';
import { vnfc } from '../builders/vnfc.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';

const range = { type: 'IPV4', fixed: [], range: { min: '10.9.0.1', max: '10.9.0.9' }, prefixLength: 24 } as const;

/** One CP on an external link, through a network or a PCI function. */
function bind(functions: PlacedVnfc['pciFunctions'], taken: Set<string>, wish: object = {}, vlan?: number) {
  const shape = flavour({
    vdus: [vdu()],
    cps: [cp('west', 0)],
    extCps: [{ id: 'west', vduCpId: 'west', requirement: 'virtual_link_west' }],
  });
  const tag = vlan === undefined ? {} : { vlan };
  const one = { id: vnfcId('v'), vdu: vdu(), index: 0 };
  const draft: OperationDraft = {
    flavour: shape,
    adds: [one],
    removes: [],
    keeps: [],
    extVirtualLinks: [
      {
        id: 'link',
        resourceId: 'physnet1',
        extCps: [{ cpdId: 'west', configs: [{ cpConfigId: 'a', addresses: [{ ...range, ...wish }], ...tag }] }],
      },
    ],
    scaleLevels: {},
    inputs: {},
  };
  const placed = { ...vnfc().placement, pciFunctions: functions };
  return bindCps(instance(), draft, one, placed, {
    chosen: valueOf(bindAddresses(draft, taken)),
    macs: new Set(),
  });
}

const bound = (functions: PlacedVnfc['pciFunctions'], taken = new Set<string>()) => valueOf(bind(functions, taken));

test.each([
  ['network', []],
  ['PCI function', [{ cpdId: 'west', address: '0000:41:10.0' }]],
])('an address on a %s is claimed under the key that keeps the next one from choosing it', (_, functions) => {
  const taken = new Set<string>();
  const first = bound(functions, taken).flatMap(addressKeys);
  expect(first).toEqual(['physnet1/10.9.0.1']);
  expect(bound(functions, new Set(first)).map(({ addresses }) => addresses)).toEqual([['10.9.0.2/24']]);
});

test('an address is free on one VLAN while another VLAN of the wire has it', () => {
  const card = [{ cpdId: 'west', address: '0000:41:10.0' }];
  const on = (vlan: number, taken: readonly string[]) => valueOf(bind(card, new Set(taken), {}, vlan));
  const first = on(7, []).flatMap(addressKeys);
  expect(first).toEqual(['physnet1.7/10.9.0.1']);
  expect([on(7, first), on(8, first)].map(([cp]) => cp?.addresses)).toEqual([['10.9.0.2/24'], ['10.9.0.1/24']]);
});

test('a virtio port in a VLAN joins its network, and shares its addresses with functions of that VLAN', () => {
  const [port] = valueOf(bind([], new Set(), {}, 7));
  expect(port).toMatchObject({ network: 'physnet1.7', physicalNetwork: 'physnet1', vlan: 7 });
  const first = [port!].flatMap(addressKeys);
  expect(first).toEqual(['physnet1.7/10.9.0.1']);
  const [func] = valueOf(bind([{ cpdId: 'west', address: '0000:41:10.0' }], new Set(first), {}, 7));
  expect(func).toMatchObject({ addresses: ['10.9.0.2/24'], physicalNetwork: 'physnet1', vlan: 7 });
  expect(func).not.toHaveProperty('network');
});

test('a virtual function has the VLAN of its internal link, if that is one', () => {
  const vlanOn = (change: Partial<VirtualLink>) => {
    const inner: VirtualLink = { id: 'inner', layerProtocols: ['ethernet'], dhcpEnabled: false, ...change };
    const shape = flavour({
      vdus: [vdu()],
      cps: [cp('fast', 0, { vnicType: 'direct', virtualLinkId: 'inner' })],
      extCps: [],
      virtualLinks: [inner],
    });
    const draft = {
      flavour: shape,
      adds: [],
      removes: [],
      keeps: [],
      extVirtualLinks: [],
      scaleLevels: {},
      inputs: {},
    };
    const placed = { ...vnfc().placement, pciFunctions: [{ cpdId: 'fast', address: '0000:41:10.0' }] };
    const one = { id: vnfcId('v'), vdu: vdu(), index: 0 };
    const chosen = valueOf(bindAddresses(draft, new Set()));
    return valueOf(bindCps(instance(), draft, one, placed, { chosen, macs: new Set() }))[0]?.vlan;
  };
  expect(vlanOn({ networkType: 'vlan', segmentationId: 7 })).toBe(7);
  expect(vlanOn({ networkType: 'vxlan', segmentationId: 7 })).toBeUndefined();
  expect(vlanOn({})).toBeUndefined();
});

test('a CP on a PCI function knows its physical network and joins no network of the host', () => {
  const [west] = bound([{ cpdId: 'west', address: '0000:41:10.0' }]);
  expect([west?.physicalNetwork, west?.network]).toEqual(['physnet1', undefined]);
});

test('a physical function keeps its own MAC address, and another one asked for is refused', () => {
  const card = { cpdId: 'west', address: '0000:41:00.0', ownMac: '52:54:00:a0:00:00' };
  expect(bound([card]).map(({ mac }) => mac)).toEqual(['52:54:00:a0:00:00']);
  expect(bind([card], new Set(), { macAddress: '52:54:00:a0:00:00' }).ok).toBe(true);
  const refused = bind([card], new Set(), { macAddress: '52:54:00:00:00:01' });
  expect(refused.ok ? '' : refused.problem.detail).toMatch(
    /west .*52:54:00:00:00:01.*0000:41:00\.0.*52:54:00:a0:00:00/,
  );
});
