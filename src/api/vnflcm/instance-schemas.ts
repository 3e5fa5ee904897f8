/**
 * VnfInstance (SOL003 clause 5.5.2.2, v3.3.1; `vnfcInfo` as in SOL002).
 */
import { Type } from 'typebox';
import { lcmOperations } from '../../lifecycle/model.js';
import { operationOf } from '../../lifecycle/operations/table.js';
import { keyValuePairs, link, resourceHandle, text, words } from '../schemas/shared.js';
import { vnfExtCpData } from './request-schemas.js';

const optionalText = Type.Optional(text);
const optionalPairs = Type.Optional(keyValuePairs);
const vnfState = words('STARTED', 'STOPPED');

const scaleInfo = Type.Object({ aspectId: text, vnfdId: optionalText, scaleLevel: Type.Integer() });

const cpProtocolInfo = Type.Object({
  layerProtocol: words('IP_OVER_ETHERNET'),
  ipOverEthernet: Type.Object({
    macAddress: optionalText,
    segmentationId: optionalText,
    ipAddresses: Type.Optional(
      Type.Array(
        Type.Object({
          type: words('IPV4', 'IPV6'),
          addresses: Type.Optional(Type.Array(text)),
          isDynamic: Type.Optional(Type.Boolean()),
          subnetId: optionalText,
        }),
      ),
    ),
  }),
});

const extCpInfo = Type.Object({
  id: text,
  cpdId: text,
  cpConfigId: text,
  vnfdId: optionalText,
  cpProtocolInfo: Type.Array(cpProtocolInfo),
  extLinkPortId: optionalText,
  metadata: optionalPairs,
  associatedVnfcCpId: optionalText,
  associatedVnfVirtualLinkId: optionalText,
});

const linkPort = Type.Object({ id: text, resourceHandle, cpInstanceId: optionalText, cpInstanceType: optionalText });

export const extVirtualLinkInfo = Type.Object({
  id: text,
  resourceHandle,
  extLinkPorts: Type.Optional(Type.Array(linkPort)),
  currentVnfExtCpData: Type.Array(vnfExtCpData),
});

const vnfcResourceInfo = Type.Object({
  id: text,
  vduId: text,
  vnfdId: optionalText,
  computeResource: resourceHandle,
  zoneId: optionalText,
  storageResourceIds: Type.Optional(Type.Array(text)),
  vnfcCpInfo: Type.Optional(
    Type.Array(
      Type.Object({
        id: text,
        cpdId: text,
        vnfExtCpId: optionalText,
        cpProtocolInfo: Type.Optional(Type.Array(cpProtocolInfo)),
        vnfLinkPortId: optionalText,
        metadata: optionalPairs,
      }),
    ),
  ),
  metadata: optionalPairs,
});

const virtualLinkResourceInfo = Type.Object({
  id: text,
  vnfVirtualLinkDescId: text,
  vnfdId: optionalText,
  networkResource: resourceHandle,
  zoneId: optionalText,
  vnfLinkPorts: Type.Optional(Type.Array(linkPort)),
  metadata: optionalPairs,
});

const virtualStorageResourceInfo = Type.Object({
  id: text,
  virtualStorageDescId: text,
  vnfdId: optionalText,
  storageResource: resourceHandle,
  zoneId: optionalText,
  metadata: optionalPairs,
});

const vnfcInfo = Type.Object({ id: text, vduId: text, vnfcResourceInfoId: optionalText, vnfcState: vnfState });

export const instantiatedVnfInfo = Type.Object({
  flavourId: text,
  vnfState,
  localizationLanguage: optionalText,
  scaleStatus: Type.Optional(Type.Array(scaleInfo)),
  maxScaleLevels: Type.Optional(Type.Array(scaleInfo)),
  extCpInfo: Type.Array(extCpInfo),
  extVirtualLinkInfo: Type.Optional(Type.Array(extVirtualLinkInfo)),
  vnfcResourceInfo: Type.Optional(Type.Array(vnfcResourceInfo)),
  virtualLinkResourceInfo: Type.Optional(Type.Array(virtualLinkResourceInfo)),
  virtualStorageResourceInfo: Type.Optional(Type.Array(virtualStorageResourceInfo)),
  vnfcInfo: Type.Optional(Type.Array(vnfcInfo)),
});

const optionalLink = Type.Optional(link);
/** Of every operation that is a task resource of its own. */
const taskLinks = Object.fromEntries(
  lcmOperations
    .map(operationOf)
    .flatMap(({ needs, task }) => (needs === 'any' ? [] : [[linkOfTask(task), optionalLink] as const])),
);

/** `changeExtConn` of `change_ext_conn` (SOL003 clause 5.5.2.2). */
export function linkOfTask(task: string): string {
  return task.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

export const vnfInstance = Type.Object({
  id: text,
  vnfInstanceName: optionalText,
  vnfInstanceDescription: optionalText,
  vnfdId: text,
  vnfProvider: text,
  vnfProductName: text,
  vnfSoftwareVersion: text,
  vnfdVersion: text,
  vnfConfigurableProperties: optionalPairs,
  vimConnectionInfo: Type.Optional(Type.Record(Type.String(), keyValuePairs)),
  instantiationState: words('NOT_INSTANTIATED', 'INSTANTIATED'),
  instantiatedVnfInfo: Type.Optional(instantiatedVnfInfo),
  metadata: optionalPairs,
  extensions: optionalPairs,
  _links: Type.Object({
    self: link,
    ...taskLinks,
  }),
});
