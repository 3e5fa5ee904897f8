import { describe, expect, it } from '@jest/globals';
import { draftInstantiate } from '../../src/lifecycle/operations/instantiate.js';
import { mergePatch } from '../../src/lifecycle/merge-patch.js';
import { draftScale } from '../../src/lifecycle/operations/scale.js';
import type { InstantiatedVnf } from '../../src/lifecycle/model.js';
import type { InstantiateVnfRequest } from '../../src/lifecycle/operations/instantiate.js';
import type { ExtVirtualLinkData } from '../../src/lifecycle/requests.js';
import { context } from '../builders/instance.js';
import { flavour, vnfd } from '../builders/vnfd.js';

const link = (id: string, cpdId: string): ExtVirtualLinkData => ({ id, resourceId: id, extCps: [{ cpdId }] });
const connected = [link('net-west', 'west'), link('net-east', 'east')];
const request: InstantiateVnfRequest = { flavourId: 'simple', extVirtualLinks: connected };

describe('an instantiate request', () => {
  it('drafts the VNFCs of its level', () => {
    const draft = draftInstantiate(context(), { ...request, instantiationLevelId: 'large' });
    expect(draft.ok && draft.value.adds.map((vnfc) => [vnfc.vdu.id, vnfc.index])).toEqual([
      ['router', 0],
      ['router', 1],
      ['router', 2],
    ]);
    expect(draft.ok && draft.value.scaleLevels).toEqual({ capacity: 2 });
  });

  const address = (ip: object): readonly ExtVirtualLinkData[] => [
    {
      id: 'w',
      resourceId: 'w',
      extCps: [
        {
          cpdId: 'west',
          cpConfig: {
            one: {
              cpProtocolData: [
                { layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses: [{ type: 'IPV4', ...ip }] } },
              ],
            },
          },
        },
      ],
    },
    link('e', 'east'),
  ];

  it.each<[string, Partial<InstantiateVnfRequest>, string]>([
    ['an unknown flavour', { flavourId: 'big' }, 'flavourId "big" is not in VNFD'],
    ['a misspelt flavour', { flavourId: 'simpel' }, '(perhaps `simple`); it has simple'],
    ['a misspelt level', { instantiationLevelId: 'larg' }, '(perhaps `large`); it has default, large'],
    ['a misspelt CPD', { extVirtualLinks: [...connected, link('x', 'wst')] }, 'CPD wst (perhaps `west`); flavour'],
    ['an unknown level', { instantiationLevelId: 'huge' }, 'it has default, large'],
    ['an unknown CPD', { extVirtualLinks: [...connected, link('x', 'north')] }, 'names CPD north'],
    ['a CPD connected twice', { extVirtualLinks: [...connected, link('x', 'west')] }, 'west is connected twice'],
    ['an external CPD left open', { extVirtualLinks: connected.slice(1) }, 'needs its external CPDs west connected'],
    [
      'an address that is none',
      { extVirtualLinks: address({ fixedAddresses: ['10.0.0.300'] }) },
      '"10.0.0.300" is not an IPV4 address',
    ],
    [
      'a subnet that is none',
      { extVirtualLinks: address({ numDynamicAddresses: 1, subnetId: 'mgmt' }) },
      'CIDR notation',
    ],
  ])('is refused for %s, with what would be right', (_name, change, words) => {
    const draft = draftInstantiate(context(), { ...request, ...change });
    expect(draft.ok).toBe(false);
    expect(!draft.ok && draft.problem).toMatchObject({ status: 400, detail: expect.stringContaining(words) });
  });

  it('is refused when a required input has no value, naming it', () => {
    const needy = vnfd({ flavours: [flavour({ inputs: { licence: { type: 'string', required: true } } })] });
    const draft = draftInstantiate(context({ vnfd: needy }), request);
    expect(!draft.ok && draft.problem.detail).toContain('needs a value for licence');
    expect(draftInstantiate(context({ vnfd: needy }), { ...request, additionalParams: { licence: 'x' } }).ok).toBe(
      true,
    );
  });
});

describe('a scale request', () => {
  const now: InstantiatedVnf = {
    flavourId: 'simple',
    vnfState: 'STARTED',
    scaleLevels: { capacity: 3 },
    extVirtualLinks: [],
    virtualLinks: [],
    vnfcs: [],
    inputs: {},
  };

  it.each([
    [{ type: 'SCALE_OUT', aspectId: 'capacity' }, 409, 'outside 0 to 3'],
    [{ type: 'SCALE_IN', aspectId: 'capacity', numberOfSteps: 2 }, 400, 'one step at a time'],
    [{ type: 'SCALE_IN', aspectId: 'size' }, 400, 'it has capacity'],
    [{ type: 'SCALE_IN', aspectId: 'capaciti' }, 400, '(perhaps `capacity`); it has capacity'],
  ] as const)('%j is refused with %i', (body, status, words) => {
    const draft = draftScale(context(), now, body);
    expect(!draft.ok && draft.problem).toMatchObject({ status, detail: expect.stringContaining(words) });
  });
});

describe('a merge patch', () => {
  it('removes by null, merges maps key by key, replaces lists whole', () => {
    expect(mergePatch({ a: 1, b: { c: 1, d: 2 }, e: [1, 2] }, { a: null, b: { d: null, f: 3 }, e: [3] })).toEqual({
      b: { c: 1, f: 3 },
      e: [3],
    });
  });
});
