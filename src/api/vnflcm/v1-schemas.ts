/**
 * Bodies of vnflcm/v1 that differ from those of v2 (SOL003 v2.7.1): made of the schemas of v2, with lists for maps.
 */
import { Type } from 'typebox';
import { limitOf } from '../http/limits.js';
import { name, strict, text } from '../schemas/shared.js';
import { extVirtualLinkInfo, instantiatedVnfInfo, vnfInstance } from './instance-schemas.js';
import {
  changeExtVnfConnectivityRequest,
  extVirtualLinkData,
  instantiateVnfRequest,
  vimConnection,
  vimConnectionPatch,
  vnfExtCpConfig,
  vnfExtCpData,
  vnfInfoModificationRequest,
} from './request-schemas.js';

const cpConfigV1 = Type.Object(
  { cpConfigId: Type.Optional(name), ...vnfExtCpConfig.properties },
  { ...strict, anyOf: [{ required: ['linkPortId'] }, { required: ['cpProtocolData'] }] },
);

const vnfExtCpDataV1 = Type.Object(
  { ...vnfExtCpData.properties, cpConfig: Type.Optional(Type.Array(cpConfigV1, { maxItems: 1024 })) },
  strict,
);

const extVirtualLinkDataV1 = Type.Object(
  { ...extVirtualLinkData.properties, extCps: Type.Array(vnfExtCpDataV1, { minItems: 1, maxItems: 256 }) },
  strict,
);

/** Of one VNF. */
const connections = { maxItems: 16, 'x-max-json-bytes': limitOf('mapBytes') } as const;

export const instantiateVnfRequestV1 = Type.Object(
  {
    ...instantiateVnfRequest.properties,
    extVirtualLinks: Type.Optional(Type.Array(extVirtualLinkDataV1, { maxItems: 256 })),
    vimConnectionInfo: Type.Optional(
      Type.Array(Type.Object({ id: name, ...vimConnection.properties }, strict), connections),
    ),
  },
  { 'x-max-json-bytes': limitOf('requestBytes'), ...strict },
);

export const changeExtVnfConnectivityRequestV1 = Type.Object(
  {
    ...changeExtVnfConnectivityRequest.properties,
    extVirtualLinks: Type.Array(extVirtualLinkDataV1, { minItems: 1, maxItems: 256 }),
    vimConnectionInfo: Type.Optional(
      Type.Array(Type.Object({ id: name, ...vimConnection.properties }, strict), connections),
    ),
  },
  { 'x-max-json-bytes': limitOf('requestBytes'), ...strict },
);

export const vnfInfoModificationRequestV1 = Type.Object(
  {
    ...vnfInfoModificationRequest.properties,
    vimConnectionInfo: Type.Optional(
      Type.Array(Type.Object({ id: name, ...vimConnectionPatch.properties }, strict), connections),
    ),
    vimConnectionInfoDeleteIds: Type.Optional(Type.Array(name, { maxItems: 16 })),
  },
  { minProperties: 1, ...strict },
);

const extVirtualLinkInfoV1 = Type.Object({
  ...extVirtualLinkInfo.properties,
  currentVnfExtCpData: Type.Array(vnfExtCpDataV1),
});

export const vnfInstanceV1 = Type.Object({
  ...vnfInstance.properties,
  vimConnectionInfo: Type.Optional(
    Type.Array(Type.Object({ id: text, vimId: Type.Optional(text), vimType: text }, { additionalProperties: true })),
  ),
  instantiatedVnfInfo: Type.Optional(
    Type.Object({
      ...instantiatedVnfInfo.properties,
      extVirtualLinkInfo: Type.Optional(Type.Array(extVirtualLinkInfoV1)),
    }),
  ),
});
