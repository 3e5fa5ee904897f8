/**
 * What each attribute of change_ext_conn does, as `world.ts` has west go over to the network of east.
 */
import { expect } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { instances } from '../flow/router.js';
import { effectsOf, seen, type Shown } from './shown.js';
import { reconnection, vim, type World } from './world.js';

const info = (...path: readonly (string | number)[]) => seen('reconnected', 'instantiatedVnfInfo', ...path);
/** The link that the request adds, behind the one of east. */
const link = (...path: readonly (string | number)[]) => info('extVirtualLinkInfo', 1, ...path);
const west = (...path: readonly (string | number)[]) => info('vnfcResourceInfo', 0, 'vnfcCpInfo', 0, ...path);
const told = (...path: readonly (string | number)[]) =>
  link('currentVnfExtCpData', 0, 'cpConfig', 'second', 'cpProtocolData', 0, 'ipOverEthernet', ...path);

const saying = (words: string) => expect.objectContaining({ status: 400, detail: expect.stringContaining(words) });

const otherLayer = async ({ client, idle }: World): Promise<unknown> => {
  const request = structuredClone(reconnection);
  Object.assign(request.extVirtualLinks[0]!.extCps[0]!.cpConfig.second.cpProtocolData[0]!, { layerProtocol: 'ODU2' });
  return bodyOf(await client.send('POST', `${instances}/${idle}/change_ext_conn`, request));
};

const at = '/extVirtualLinks/*';
const configAt = `${at}/extCps/*/cpConfig/{}`;
const ethernetAt = `${configAt}/cpProtocolData/*/ipOverEthernet`;
const ipAt = `${ethernetAt}/ipAddresses/*`;
const addresses = ['10.3.0.40/20', '10.4.0.77/24', '10.4.0.1/24', '10.4.0.2/24'];

const links: readonly Shown[] = [
  [
    '/extVirtualLinks',
    'links that are added or changed; the others stay',
    async (world) => [
      info('extVirtualLinkInfo', 'length')(world),
      seen('reconnectedBy', 'changedExtConnectivity', 'length')(world),
    ],
    [2, 2],
  ],
  [`${at}/id`, 'a new link, or a known one', link('id'), 'moved'],
  [`${at}/vimConnectionId`, 'must be in `vimConnectionInfo`; shown', link('resourceHandle', 'vimConnectionId'), 'two'],
  [`${at}/resourceProviderId`, 'kept and shown', link('resourceHandle', 'resourceProviderId'), 'provider'],
  [
    `${at}/resourceId`,
    'the network of the host; a known link stays with its own',
    west('metadata', 'network'),
    'berth-east',
  ],
  [`${at}/extCps`, 'the CPs that go over to the link', link('currentVnfExtCpData', 'length'), 1],
  [`${at}/extCps/*/cpdId`, 'the external CPD', link('currentVnfExtCpData', 0, 'cpdId'), 'west'],
  [
    `${at}/extCps/*/cpConfig`,
    'merged; null removes an entry, and the last one the connection',
    (world) => Object.keys(link('currentVnfExtCpData', 0, 'cpConfig')(world) as object),
    ['second'],
  ],
];

const protocol: readonly Shown[] = [
  [`${configAt}/cpProtocolData`, 'addresses', info('extCpInfo', 0, 'cpProtocolInfo', 'length'), 1],
  [
    `${configAt}/cpProtocolData/*/layerProtocol`,
    'IP_OVER_ETHERNET; another is refused',
    otherLayer,
    saying('layerProtocol'),
  ],
  [ethernetAt, 'addresses', told(), expect.objectContaining({ macAddress: '52:54:00:aa:bb:02' })],
  [
    `${ethernetAt}/macAddress`,
    'the MAC address; without it the CP keeps its own',
    info('extCpInfo', 0, 'cpProtocolInfo', 0, 'ipOverEthernet', 'macAddress'),
    '52:54:00:aa:bb:02',
  ],
  [
    `${ethernetAt}/segmentationId`,
    'the VLAN of a CP that is direct, virtio or macvtap; refused elsewhere',
    seen('misconnected', 'vlan'),
    saying('is not a VLAN ID from 1 to 4094'),
  ],
  [`${ethernetAt}/ipAddresses`, 'one address each', west('metadata', 'addresses', 'length'), 4],
  [`${ipAt}/type`, 'what addresses must be', seen('misconnected', 'type'), saying('is not an IPV6 address')],
  [`${ipAt}/fixedAddresses`, 'taken in turn', west('metadata', 'addresses', 1), '10.4.0.77/24'],
  [`${ipAt}/numDynamicAddresses`, 'so many of `subnetId`, 16 at most', west('metadata', 'addresses'), addresses],
  [`${ipAt}/addressRange`, 'the next free one', west('metadata', 'addresses', 0), '10.3.0.40/20'],
  [`${ipAt}/addressRange/minAddress`, 'the first that is given', west('metadata', 'addresses', 0), '10.3.0.40/20'],
  [
    `${ipAt}/addressRange/maxAddress`,
    'the last that is given',
    told('ipAddresses', 0, 'addressRange', 'maxAddress'),
    '10.3.0.49',
  ],
  [
    `${ipAt}/subnetId`,
    'in CIDR notation: prefix length and dynamic addresses',
    west('metadata', 'addresses', 0),
    '10.3.0.40/20',
  ],
];

const vimWords: readonly (readonly [keyof typeof vim, string])[] = [
  ['vimId', 'kept and shown'],
  ['vimType', 'kept and shown'],
  ['interfaceInfo', 'kept and shown'],
  ['accessInfo', 'kept and shown, without the values of credentials'],
  ['extra', 'kept and shown'],
];

export const reconnectEffects = effectsOf(`POST ${instances}/{}/change_ext_conn`, [
  ...links,
  ...protocol,
  [
    '/vimConnectionInfo',
    'added to those of the instance',
    (world) => Object.keys(seen('reconnected', 'vimConnectionInfo')(world) as object),
    expect.arrayContaining(['patched', 'one', 'two']),
  ],
  ...vimWords.map(([each, words]): Shown => [
    `/vimConnectionInfo/{}/${each}`,
    words,
    seen('reconnected', 'vimConnectionInfo', 'two', each),
    vim[each],
  ]),
]);
