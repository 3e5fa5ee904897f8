/**
 * Bodies of lifecycle requests (SOL003 clause 5.5.2, v3.3.1) as JSON Schemas, held to the types of lifecycle/requests.ts.
 * Shape only: whether a flavour, level, aspect or CP exists is the plan's to say.
 */
import { Type } from 'typebox';
import { keyValuePairs, text, words } from '../schemas/shared.js';

const optionalText = Type.Optional(text);
const optionalPairs = Type.Optional(keyValuePairs);
const mac = Type.String({ pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$' });
const ip = Type.String({ anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] });
/** A day at most: timers cannot hold much more. */
const seconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 }));

const ipAddressData = Type.Object(
  {
    type: words('IPV4', 'IPV6'),
    fixedAddresses: Type.Optional(Type.Array(ip, { minItems: 1 })),
    numDynamicAddresses: Type.Optional(Type.Integer({ minimum: 1 })),
    addressRange: Type.Optional(Type.Object({ minAddress: ip, maxAddress: ip })),
    subnetId: optionalText,
  },
  {
    oneOf: [{ required: ['fixedAddresses'] }, { required: ['numDynamicAddresses'] }, { required: ['addressRange'] }],
  },
);

export const cpProtocolData = Type.Object({
  layerProtocol: words('IP_OVER_ETHERNET'),
  ipOverEthernet: Type.Optional(
    Type.Object(
      {
        macAddress: Type.Optional(mac),
        segmentationId: optionalText,
        ipAddresses: Type.Optional(Type.Array(ipAddressData)),
      },
      { anyOf: [{ required: ['macAddress'] }, { required: ['ipAddresses'] }] },
    ),
  ),
});

const vnfExtCpConfig = Type.Object(
  {
    parentCpConfigId: optionalText,
    linkPortId: optionalText,
    cpProtocolData: Type.Optional(Type.Array(cpProtocolData)),
  },
  { anyOf: [{ required: ['linkPortId'] }, { required: ['cpProtocolData'] }] },
);

export const vnfExtCpData = Type.Object({
  cpdId: text,
  cpConfig: Type.Optional(Type.Record(Type.String(), vnfExtCpConfig)),
});

const extVirtualLinkData = Type.Object({
  id: text,
  vimConnectionId: optionalText,
  resourceProviderId: optionalText,
  resourceId: text,
  extCps: Type.Array(vnfExtCpData, { minItems: 1 }),
});

export const createVnfRequest = Type.Object({
  vnfdId: text,
  vnfInstanceName: optionalText,
  vnfInstanceDescription: optionalText,
  metadata: optionalPairs,
});

export const instantiateVnfRequest = Type.Object({
  flavourId: text,
  instantiationLevelId: optionalText,
  extVirtualLinks: Type.Optional(Type.Array(extVirtualLinkData)),
  extManagedVirtualLinks: Type.Optional(Type.Array(keyValuePairs)),
  vimConnectionInfo: optionalPairs,
  localizationLanguage: optionalText,
  additionalParams: optionalPairs,
  extensions: optionalPairs,
  vnfConfigurableProperties: optionalPairs,
});

export const scaleVnfRequest = Type.Object({
  type: words('SCALE_OUT', 'SCALE_IN'),
  aspectId: text,
  numberOfSteps: Type.Optional(Type.Integer({ minimum: 1 })),
  additionalParams: optionalPairs,
});

/** That stop words go only with STOPPED, and a timeout only with GRACEFUL, is checked with the state in hand. */
export const operateVnfRequest = Type.Object({
  changeStateTo: words('STARTED', 'STOPPED'),
  stopType: Type.Optional(words('FORCEFUL', 'GRACEFUL')),
  gracefulStopTimeout: seconds,
  additionalParams: optionalPairs,
});

export const terminateVnfRequest = Type.Object({
  terminationType: words('FORCEFUL', 'GRACEFUL'),
  gracefulTerminationTimeout: seconds,
  additionalParams: optionalPairs,
});

export const vnfInfoModificationRequest = Type.Object(
  {
    vnfInstanceName: optionalText,
    vnfInstanceDescription: optionalText,
    metadata: optionalPairs,
    extensions: optionalPairs,
    vnfConfigurableProperties: optionalPairs,
  },
  { minProperties: 1 },
);

export const cancelMode = Type.Object({ cancelMode: words('GRACEFUL', 'FORCEFUL') });
