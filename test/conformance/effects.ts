/**
 * What each attribute and query parameter in force does: words for docs/conformance.md, and what is to be seen of it in
 * `world.ts` or by one more request.
 */
import { expect } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { instances, opOccs, packages } from '../flow/router.js';
import { unnamed } from './own-interface.js';
import { reconnectEffects } from './reconnect-effects.js';
import { basic, effectsOf, seen, told, type Effect, type Shown } from './shown.js';
import { subscriptionEffects } from './subscription-effects.js';
import { instantiation, routerConfig, vim, type Json, type World } from './world.js';

/** The problem that a request gets. */
const refusal =
  (method: string, path: (world: World) => string, body: (world: World) => unknown) =>
  async (world: World): Promise<unknown> =>
    bodyOf(await world.client.send(method, path(world), body(world)));

const saying = (status: number, words: string) =>
  expect.objectContaining({ status, detail: expect.stringContaining(words) });

const task = (name: string) => (world: World) => `${instances}/${world.idle}/${name}`;

/** An instantiate request that differs in its first external link. */
const instantiating = (bend: (body: { extVirtualLinks: Json[] }) => void) =>
  refusal('POST', task('instantiate'), () => {
    const body = structuredClone({ ...instantiation, extensions: undefined }) as unknown as { extVirtualLinks: Json[] };
    bend(body);
    return body;
  });

interface Config {
  cpProtocolData: { layerProtocol: string; ipOverEthernet: { ipAddresses: Record<string, unknown>[] } & Json }[];
}
const firstConfig = (body: { extVirtualLinks: Json[] }): Config =>
  (body.extVirtualLinks[0] as { extCps: { cpConfig: { first: Config } }[] }).extCps[0]?.cpConfig.first as Config;
const firstEthernet = (body: { extVirtualLinks: Json[] }) => firstConfig(body).cpProtocolData[0]!.ipOverEthernet;

const info = (...path: readonly (string | number)[]) => seen('instantiated', 'instantiatedVnfInfo', ...path);
const linkInfo = (...path: readonly (string | number)[]) => info('extVirtualLinkInfo', 0, ...path);
/** The two CPs of the VNFC, west first. */
const cp = (index: number, ...path: readonly (string | number)[]) =>
  info('vnfcResourceInfo', 0, 'vnfcCpInfo', index, ...path);

const create = effectsOf(`POST ${instances}`, [
  ['/vnfdId', 'finds the package', seen('created', 'vnfProductName'), 'Router'],
  ['/vnfInstanceName', 'kept and shown', seen('created', 'vnfInstanceName'), 'one'],
  ['/vnfInstanceDescription', 'kept and shown', seen('created', 'vnfInstanceDescription'), 'first'],
  ['/metadata', 'kept and shown; those that the VNFD declares are checked', seen('created', 'metadata'), { a: 1 }],
]);

const vimWords: readonly (readonly [keyof typeof vim, string])[] = [
  ['vimId', 'kept and shown'],
  ['vimType', 'kept and shown'],
  ['interfaceInfo', 'kept and shown'],
  ['accessInfo', 'kept and shown, without the values of credentials'],
  ['extra', 'kept and shown'],
];
const vims = (name: string, id: string): readonly Shown[] => [
  [
    '/vimConnectionInfo',
    'kept, shown beside the hosts that Berth reaches itself',
    seen(name, 'vimConnectionInfo', id),
    vim,
  ],
  ...vimWords.map(([each, words]): Shown => [
    `/vimConnectionInfo/{}/${each}`,
    words,
    seen(name, 'vimConnectionInfo', id, each),
    vim[each],
  ]),
];

const modify = effectsOf(`PATCH ${instances}/{}`, [
  ['/vnfInstanceName', 'changed; null removes', seen('patched', 'vnfInstanceName'), 'two'],
  ['/vnfInstanceDescription', 'changed; null removes', seen('patched', 'vnfInstanceDescription'), 'second'],
  ['/metadata', 'merged; null removes', seen('patched', 'metadata'), { a: 1, b: 2 }],
  ['/extensions', 'merged, as the VNFD declares them; null removes', seen('patched', 'extensions'), { role: 'core' }],
  [
    '/vnfConfigurableProperties',
    'merged, as the VNFD declares them, and brought to running guests; null removes',
    seen('patched', 'vnfConfigurableProperties'),
    { router_config: '{}' },
  ],
  ...vims('patched', 'patched'),
]);

const at = '/extVirtualLinks/*';
const configAt = `${at}/extCps/*/cpConfig/{}`;
const ethernetAt = `${configAt}/cpProtocolData/*/ipOverEthernet`;
const ipAt = `${ethernetAt}/ipAddresses/*`;
const west = instantiation.extVirtualLinks[0]!;

const instantiate = effectsOf(`POST ${instances}/{}/instantiate`, [
  ['/flavourId', 'which flavour', info('flavourId'), 'simple'],
  ['/instantiationLevelId', 'how many VNFCs', info('scaleStatus', 0, 'scaleLevel'), 0],
  [
    '/extVirtualLinks',
    'the networks of the external CPs; all must be connected',
    info('extVirtualLinkInfo', 'length'),
    2,
  ],
  [`${at}/id`, 'kept and shown', linkInfo('id'), 'left'],
  [
    `${at}/vimConnectionId`,
    'must be in `vimConnectionInfo`; shown',
    linkInfo('resourceHandle', 'vimConnectionId'),
    'one',
  ],
  [
    `${at}/resourceProviderId`,
    'kept and shown',
    linkInfo('resourceHandle', 'resourceProviderId'),
    west.resourceProviderId,
  ],
  [`${at}/resourceId`, 'the network of the host', cp(0, 'metadata', 'network'), 'berth-west'],
  [`${at}/extCps`, 'the CPs on the link', linkInfo('currentVnfExtCpData', 'length'), 1],
  [`${at}/extCps/*/cpdId`, 'the external CPD', info('extCpInfo', 0, 'cpdId'), 'west'],
  [`${at}/extCps/*/cpConfig`, 'one entry for each instance of the CP', info('extCpInfo', 0, 'cpConfigId'), 'first'],
  [`${configAt}/cpProtocolData`, 'addresses', info('extCpInfo', 0, 'cpProtocolInfo', 'length'), 1],
  [
    `${configAt}/cpProtocolData/*/layerProtocol`,
    'IP_OVER_ETHERNET; another is refused',
    instantiating((body) => (firstConfig(body).cpProtocolData[0]!.layerProtocol = 'ODU2')),
    saying(400, 'layerProtocol must be equal to one of the allowed values'),
  ],
  [
    ethernetAt,
    'addresses',
    info('extCpInfo', 0, 'cpProtocolInfo', 0, 'ipOverEthernet'),
    expect.objectContaining({ macAddress: '52:54:00:aa:bb:01' }),
  ],
  [
    `${ethernetAt}/macAddress`,
    'the MAC address',
    info('extCpInfo', 0, 'cpProtocolInfo', 0, 'ipOverEthernet', 'macAddress'),
    '52:54:00:aa:bb:01',
  ],
  [
    `${ethernetAt}/segmentationId`,
    'the VLAN of a CP that is direct, virtio or macvtap; refused elsewhere',
    instantiating((body) => Object.assign(firstEthernet(body), { segmentationId: '4095' })),
    saying(400, 'is not a VLAN ID from 1 to 4094'),
  ],
  [`${ethernetAt}/ipAddresses`, 'one address each', cp(1, 'metadata', 'addresses', 'length'), 3],
  [
    `${ipAt}/type`,
    'what addresses must be',
    instantiating((body) => Object.assign(firstEthernet(body).ipAddresses[0]!, { type: 'IPV6' })),
    saying(400, 'is not an IPV6 address'),
  ],
  [`${ipAt}/fixedAddresses`, 'taken in turn', cp(1, 'metadata', 'addresses', 0), '10.2.0.77/24'],
  [
    `${ipAt}/numDynamicAddresses`,
    'so many of `subnetId`, 16 at most',
    cp(1, 'metadata', 'addresses'),
    ['10.2.0.77/24', '10.2.0.1/24', '10.2.0.2/24'],
  ],
  [`${ipAt}/addressRange`, 'the next free one', cp(0, 'metadata', 'addresses', 0), '10.1.0.40/20'],
  [`${ipAt}/addressRange/minAddress`, 'the first that is given', cp(0, 'metadata', 'addresses', 0), '10.1.0.40/20'],
  [
    `${ipAt}/addressRange/maxAddress`,
    'the last that is given',
    linkInfo('currentVnfExtCpData', 0, 'cpConfig', 'first', 'cpProtocolData', 0, 'ipOverEthernet', 'ipAddresses', 0),
    expect.objectContaining({ addressRange: { minAddress: '10.1.0.40', maxAddress: '10.1.0.49' } }),
  ],
  [
    `${ipAt}/subnetId`,
    'in CIDR notation: prefix length and dynamic addresses',
    cp(0, 'metadata', 'addresses', 0),
    '10.1.0.40/20',
  ],
  ...vims('instantiated', 'one'),
  ['/localizationLanguage', 'kept and shown; one of those that the VNFD declares', info('localizationLanguage'), 'fr'],
  [
    '/additionalParams',
    'values of the inputs of the flavour, as it declares them',
    async (world) => [
      seen('instantiatedBy', 'operationParams', 'additionalParams')(world),
      await refusal('POST', task('instantiate'), () => ({ ...instantiation, additionalParams: { other: 1 } }))(world),
    ],
    [{ router_config: routerConfig }, saying(400, 'additionalParams/other is not declared by flavour simple')],
  ],
  ['/extensions', 'merged, as the VNFD declares them', seen('instantiated', 'extensions'), { role: 'edge' }],
  [
    '/vnfConfigurableProperties',
    'merged, as the VNFD declares them; values of inputs of the same name',
    seen('instantiated', 'vnfConfigurableProperties'),
    { router_config: '{"forwarding": true}' },
  ],
]);

const scale = effectsOf(`POST ${instances}/{}/scale`, [
  ['/type', 'out or in', seen('scaled', 'instantiatedVnfInfo', 'scaleStatus', 0, 'scaleLevel'), 2],
  ['/aspectId', 'what is scaled', seen('scaled', 'instantiatedVnfInfo', 'scaleStatus', 0, 'aspectId'), 'capacity'],
  ['/numberOfSteps', 'by how many levels; 1', seen('scaled', 'instantiatedVnfInfo', 'vnfcResourceInfo', 'length'), 3],
]);

/** Guests that hang are stopped after the second that the request gives them; without it they would have twenty. */
const waited =
  (name: string) =>
  ({ seen: all }: World): boolean => {
    const { startTime, stateEnteredTime } = all[name] as {
      readonly startTime: string;
      readonly stateEnteredTime: string;
    };
    const tookMs = Date.parse(stateEnteredTime) - Date.parse(startTime);
    return tookMs >= 1000 && tookMs < 15_000;
  };

/** Rested operations tell what they were asked. */
const asked = (name: string, ...path: readonly string[]) => seen(name, 'operationParams', ...path);

const others = [
  ...effectsOf(`POST ${instances}/{}/operate`, [
    ['/changeStateTo', 'stopped or started', seen('stopped', 'instantiatedVnfInfo', 'vnfState'), 'STOPPED'],
    ['/stopType', 'GRACEFUL asks the guests first', waited('stopOcc'), true],
    ['/gracefulStopTimeout', 'seconds that guests get', waited('stopOcc'), true],
    [
      '/additionalParams',
      '`recreateLostDisks`, with STARTED',
      asked('startOcc', 'additionalParams'),
      { recreateLostDisks: true },
    ],
    [
      '/additionalParams/recreateLostDisks',
      'data disks that are lost are recreated',
      asked('startOcc', 'additionalParams', 'recreateLostDisks'),
      true,
    ],
  ]),
  ...effectsOf(`POST ${instances}/{}/terminate`, [
    ['/terminationType', 'GRACEFUL asks the guests first', waited('terminated'), true],
    ['/gracefulTerminationTimeout', 'seconds that guests get', waited('terminated'), true],
  ]),
  ...effectsOf(`POST ${opOccs}/{}/cancel`, [
    ['/cancelMode', 'GRACEFUL lets steps end, FORCEFUL does not', seen('cancelled', 'cancelMode'), 'GRACEFUL'],
  ]),
];

const packageEffects = [
  ...effectsOf(`POST ${packages}`, [
    ['/userDefinedData', 'kept and shown', seen('packageCreated', 'userDefinedData'), { a: 1 }],
  ]),
  ...effectsOf(`PATCH ${packages}/{}`, [
    ['/operationalState', 'enabled or disabled', seen('disabled', 'operationalState'), 'DISABLED'],
    ['/userDefinedData', 'merged; null removes', seen('package', 'userDefinedData'), { a: 1, b: 2 }],
    ['/vnfmInfo', 'replaces what the VNFD says; null brings that back', seen('package', 'vnfmInfo'), ['another']],
  ]),
  ...effectsOf(`PUT ${packages}/{}/package_content`, [
    [
      '/file',
      'the CSAR as a part of a form; or as the whole body',
      seen('formPackage', 'onboardingState'),
      'ONBOARDED',
    ],
  ]),
  ...effectsOf(`POST ${packages}/{}/package_content/upload_from_uri`, [
    [
      '/addressInformation',
      'where the CSAR is fetched',
      seen('fetched', 'onboardingFailureDetails', 'detail'),
      expect.stringContaining('/router.csar'),
    ],
    ['/userName', 'Basic credentials for it', told('upload'), basic('user', 'word')],
    ['/password', 'Basic credentials for it', told('upload'), basic('user', 'word')],
  ]),
];

const bodyEffects: readonly Effect[] = [
  ...create,
  ...modify,
  ...instantiate,
  ...scale,
  ...others,
  ...reconnectEffects,
  ...packageEffects,
  ...subscriptionEffects,
];

/** Of query parameters, whatever the resource. */
const queryWords: Readonly<Record<string, string>> = {
  filter: 'only what passes (SOL013 clause 5.2)',
  all_fields: 'all attributes',
  fields: 'these attributes and the mandatory ones',
  exclude_fields: 'all attributes but these',
  exclude_default: 'without the large attributes, as by default',
  nextpage_opaque_marker: 'the page that a Link header names',
  include_signatures: 'with what is needed to verify it',
  exclude_all_mano_artifacts: 'without MANO artifacts',
  exclude_all_non_mano_artifacts: 'without non-MANO artifacts',
  select_non_mano_artifact_sets: 'of non-MANO artifacts those of these sets',
};

export function effectOf(operation: string, what: string): { readonly words: string } | undefined {
  if (what.startsWith('?')) {
    const words = queryWords[what.slice(1)];
    return words === undefined ? undefined : { words };
  }
  return bodyEffects.find((each) => each.operation === unnamed(operation) && each.what === what);
}

export const effects = bodyEffects;
