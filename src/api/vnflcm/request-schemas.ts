/**
 * Bodies of lifecycle requests (SOL003 clause 5.5.2, v3.3.1) as JSON Schemas, held to the types of lifecycle/requests.ts.
 * Shape only: whether a flavour, level, aspect or CP exists is the plan's to say.
 */
import { Type } from 'typebox';
import { limitOf } from '../http/limits.js';
import { description, freeForm, name, words } from '../schemas/shared.js';

const optionalName = Type.Optional(name);
const optionalPairs = Type.Optional(freeForm());
const optionalParams = Type.Optional(freeForm(limitOf('parameterBytes')));
const mac = Type.String({ pattern: '^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$', maxLength: 17 });
const ip = Type.String({ maxLength: 45, anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] });
/** A day at most: timers cannot hold much more. */
const seconds = Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 }));

/** Of addresses at one CP. */
const some = { maxItems: 16 } as const;
/** Of virtual links of one VNF. */
const links = { maxItems: 256 } as const;
/** Kept with the operation. */
const kept = { 'x-max-json-bytes': limitOf('requestBytes') } as const;

const ipAddressData = Type.Object(
  {
    type: words('IPV4', 'IPV6'),
    fixedAddresses: Type.Optional(Type.Array(ip, { minItems: 1, maxItems: 256 })),
    numDynamicAddresses: Type.Optional(Type.Integer({ minimum: 1, maximum: 256 })),
    addressRange: Type.Optional(Type.Object({ minAddress: ip, maxAddress: ip })),
    subnetId: optionalName,
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
        segmentationId: optionalName,
        ipAddresses: Type.Optional(Type.Array(ipAddressData, some)),
      },
      { anyOf: [{ required: ['macAddress'] }, { required: ['ipAddresses'] }] },
    ),
  ),
});

const vnfExtCpConfig = Type.Object(
  {
    parentCpConfigId: optionalName,
    linkPortId: optionalName,
    cpProtocolData: Type.Optional(Type.Array(cpProtocolData, some)),
  },
  { anyOf: [{ required: ['linkPortId'] }, { required: ['cpProtocolData'] }] },
);

export const vnfExtCpData = Type.Object({
  cpdId: name,
  cpConfig: Type.Optional(Type.Record(Type.String(), vnfExtCpConfig, { maxProperties: 1024 })),
});

const extVirtualLinkData = Type.Object({
  id: name,
  vimConnectionId: optionalName,
  resourceProviderId: optionalName,
  resourceId: name,
  extCps: Type.Array(vnfExtCpData, { minItems: 1, maxItems: 256 }),
});

export const createVnfRequest = Type.Object({
  vnfdId: name,
  vnfInstanceName: optionalName,
  vnfInstanceDescription: Type.Optional(description),
  metadata: optionalPairs,
});

export const instantiateVnfRequest = Type.Object(
  {
    flavourId: name,
    instantiationLevelId: optionalName,
    extVirtualLinks: Type.Optional(Type.Array(extVirtualLinkData, links)),
    extManagedVirtualLinks: Type.Optional(Type.Array(freeForm(), links)),
    vimConnectionInfo: optionalPairs,
    localizationLanguage: optionalName,
    additionalParams: optionalParams,
    extensions: optionalPairs,
    vnfConfigurableProperties: optionalPairs,
  },
  kept,
);

export const scaleVnfRequest = Type.Object({
  type: words('SCALE_OUT', 'SCALE_IN'),
  aspectId: name,
  numberOfSteps: Type.Optional(Type.Integer({ minimum: 1 })),
  additionalParams: optionalParams,
});

/** That stop words go only with STOPPED, and a timeout only with GRACEFUL, is checked with the state in hand. */
export const operateVnfRequest = Type.Object({
  changeStateTo: words('STARTED', 'STOPPED'),
  stopType: Type.Optional(words('FORCEFUL', 'GRACEFUL')),
  gracefulStopTimeout: seconds,
  additionalParams: optionalParams,
});

export const terminateVnfRequest = Type.Object({
  terminationType: words('FORCEFUL', 'GRACEFUL'),
  gracefulTerminationTimeout: seconds,
  additionalParams: optionalParams,
});

export const vnfInfoModificationRequest = Type.Object(
  {
    vnfInstanceName: optionalName,
    vnfInstanceDescription: Type.Optional(description),
    metadata: optionalPairs,
    extensions: optionalPairs,
    vnfConfigurableProperties: optionalPairs,
  },
  { minProperties: 1 },
);

export const cancelMode = Type.Object({ cancelMode: words('GRACEFUL', 'FORCEFUL') });
