/**
 * Bodies of lifecycle requests (SOL003 clause 5.5.2, v3.3.1) as JSON Schemas, held to the types of lifecycle/operations.
 * Shape only: whether a flavour, level, aspect or CP exists is the plan's to say.
 */
import { Type } from 'typebox';
import { limitOf } from '../http/limits.js';
import { description, freeForm, name, orNull, refused, strict, words } from '../schemas/shared.js';

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
    numDynamicAddresses: Type.Optional(Type.Integer({ minimum: 1, maximum: some.maxItems })),
    addressRange: Type.Optional(Type.Object({ minAddress: ip, maxAddress: ip }, strict)),
    subnetId: optionalName,
  },
  {
    ...strict,
    oneOf: [{ required: ['fixedAddresses'] }, { required: ['numDynamicAddresses'] }, { required: ['addressRange'] }],
  },
);

export const cpProtocolData = Type.Object(
  {
    layerProtocol: words('IP_OVER_ETHERNET'),
    ipOverEthernet: Type.Optional(
      Type.Object(
        {
          macAddress: Type.Optional(mac),
          segmentationId: optionalName,
          ipAddresses: Type.Optional(Type.Array(ipAddressData, some)),
        },
        { ...strict, anyOf: [{ required: ['macAddress'] }, { required: ['ipAddresses'] }] },
      ),
    ),
  },
  strict,
);

export const vnfExtCpConfig = Type.Object(
  {
    parentCpConfigId: refused(
      'Berth connects no sub-ports of trunks; leave it out and give each CPD a link of its own',
    ),
    linkPortId: refused('Berth makes the ports of its links; leave it out and give cpProtocolData'),
    cpProtocolData: Type.Optional(Type.Array(cpProtocolData, some)),
  },
  { ...strict, anyOf: [{ required: ['linkPortId'] }, { required: ['cpProtocolData'] }] },
);

export const vnfExtCpData = Type.Object(
  {
    cpdId: name,
    cpConfig: Type.Optional(Type.Record(Type.String(), vnfExtCpConfig, { maxProperties: 1024 })),
  },
  strict,
);

export const extVirtualLinkData = Type.Object(
  {
    id: name,
    vimConnectionId: optionalName,
    resourceProviderId: optionalName,
    resourceId: name,
    extCps: Type.Array(vnfExtCpData, { minItems: 1, maxItems: 256 }),
    extLinkPorts: refused('Berth makes the ports of its links; leave it out'),
  },
  strict,
);

/** Of one VNF. */
const connections = { maxProperties: 16, 'x-max-json-bytes': limitOf('mapBytes') } as const;

export const vimConnection = Type.Object(
  {
    vimId: optionalName,
    vimType: name,
    interfaceInfo: optionalPairs,
    accessInfo: optionalPairs,
    extra: optionalPairs,
  },
  strict,
);

const vimConnectionInfo = Type.Record(Type.String(), vimConnection, connections);

/** Of what is there, null removes an attribute or a whole connection. */
export const vimConnectionPatch = Type.Object(
  {
    vimId: Type.Optional(orNull(name)),
    vimType: Type.Optional(name),
    interfaceInfo: Type.Optional(orNull(freeForm())),
    accessInfo: Type.Optional(orNull(freeForm())),
    extra: Type.Optional(orNull(freeForm())),
  },
  strict,
);

const vimConnectionsPatch = Type.Record(Type.String(), orNull(vimConnectionPatch), connections);

export const createVnfRequest = Type.Object(
  {
    vnfdId: name,
    vnfInstanceName: optionalName,
    vnfInstanceDescription: Type.Optional(description),
    metadata: optionalPairs,
  },
  strict,
);

export const instantiateVnfRequest = Type.Object(
  {
    flavourId: name,
    instantiationLevelId: optionalName,
    extVirtualLinks: Type.Optional(Type.Array(extVirtualLinkData, links)),
    extManagedVirtualLinks: refused('Berth makes the internal links of a VNF; leave it out'),
    vimConnectionInfo: Type.Optional(vimConnectionInfo),
    localizationLanguage: optionalName,
    additionalParams: optionalParams,
    extensions: optionalPairs,
    vnfConfigurableProperties: optionalPairs,
  },
  { ...kept, ...strict },
);

const noParams = (operation: string) =>
  refused(
    `nothing of a VNF reads parameters of ${operation}; leave it out, and give what its VNFCs need as additionalParams of instantiate or as vnfConfigurableProperties`,
  );

export const scaleVnfRequest = Type.Object(
  {
    type: words('SCALE_OUT', 'SCALE_IN'),
    aspectId: name,
    numberOfSteps: Type.Optional(Type.Integer({ minimum: 1 })),
    additionalParams: noParams('scale'),
  },
  strict,
);

/** That stop words go only with STOPPED, and a timeout only with GRACEFUL, is checked once the state is known. */
export const operateVnfRequest = Type.Object(
  {
    changeStateTo: words('STARTED', 'STOPPED'),
    stopType: Type.Optional(words('FORCEFUL', 'GRACEFUL')),
    gracefulStopTimeout: seconds,
    additionalParams: Type.Optional(Type.Object({ recreateLostDisks: Type.Optional(Type.Boolean()) }, strict)),
  },
  strict,
);

/** Null removes an entry of `cpConfig`. */
export const changeExtVnfConnectivityRequest = Type.Object(
  {
    extVirtualLinks: Type.Array(
      Type.Object(
        {
          id: name,
          vimConnectionId: optionalName,
          resourceProviderId: optionalName,
          resourceId: name,
          extCps: Type.Array(
            Type.Object(
              {
                cpdId: name,
                cpConfig: Type.Optional(
                  Type.Record(Type.String(), orNull(vnfExtCpConfig), { minProperties: 1, maxProperties: 1024 }),
                ),
              },
              strict,
            ),
            { minItems: 1, maxItems: 256 },
          ),
          extLinkPorts: refused('Berth makes the ports of its links; leave it out'),
        },
        strict,
      ),
      { minItems: 1, ...links },
    ),
    vimConnectionInfo: Type.Optional(vimConnectionInfo),
    additionalParams: noParams('change_ext_conn'),
  },
  { ...kept, ...strict },
);

export const terminateVnfRequest = Type.Object(
  {
    terminationType: words('FORCEFUL', 'GRACEFUL'),
    gracefulTerminationTimeout: seconds,
    additionalParams: noParams('terminate'),
  },
  strict,
);

/** A JSON Merge Patch. */
export const vnfInfoModificationRequest = Type.Object(
  {
    vnfInstanceName: Type.Optional(orNull(name)),
    vnfInstanceDescription: Type.Optional(orNull(description)),
    metadata: Type.Optional(orNull(freeForm())),
    extensions: Type.Optional(orNull(freeForm())),
    vnfConfigurableProperties: Type.Optional(orNull(freeForm())),
    vimConnectionInfo: Type.Optional(orNull(vimConnectionsPatch)),
    vnfdId: refused('an instance stays with its VNFD; leave it out, and create an instance of the other VNFD'),
  },
  { minProperties: 1, ...strict },
);

export const cancelMode = Type.Object({ cancelMode: words('GRACEFUL', 'FORCEFUL') }, strict);
