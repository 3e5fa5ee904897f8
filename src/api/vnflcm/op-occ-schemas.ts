/**
 * VnfLcmOpOcc (SOL003 clause 5.5.2.13, v3.3.1).
 */
import { Type } from 'typebox';
import { extVirtualLinkInfo } from './instance-schemas.js';
import { lcmOperations } from '../../lifecycle/model.js';
import { dateTime, keyValuePairs, link, problemDetails, resourceHandle, text, words } from '../schemas/shared.js';

const optionalText = Type.Optional(text);
const optionalPairs = Type.Optional(keyValuePairs);
const optionalLink = Type.Optional(link);
const changeType = words('ADDED', 'REMOVED', 'MODIFIED', 'TEMPORARY');

const affectedVnfc = Type.Object({
  id: text,
  vduId: text,
  vnfdId: optionalText,
  changeType,
  computeResource: resourceHandle,
  zoneId: optionalText,
  metadata: optionalPairs,
  affectedVnfcCpIds: Type.Optional(Type.Array(text)),
  addedStorageResourceIds: Type.Optional(Type.Array(text)),
  removedStorageResourceIds: Type.Optional(Type.Array(text)),
});

const affectedVirtualLink = Type.Object({
  id: text,
  vnfVirtualLinkDescId: text,
  vnfdId: optionalText,
  changeType,
  networkResource: resourceHandle,
  metadata: optionalPairs,
});

const affectedVirtualStorage = Type.Object({
  id: text,
  virtualStorageDescId: text,
  vnfdId: optionalText,
  changeType,
  storageResource: resourceHandle,
  metadata: optionalPairs,
});

export const vnfLcmOpOcc = Type.Object({
  id: text,
  operationState: words('STARTING', 'PROCESSING', 'COMPLETED', 'FAILED_TEMP', 'FAILED', 'ROLLING_BACK', 'ROLLED_BACK'),
  stateEnteredTime: dateTime,
  startTime: dateTime,
  vnfInstanceId: text,
  operation: words(...lcmOperations),
  isAutomaticInvocation: Type.Boolean(),
  operationParams: optionalPairs,
  isCancelPending: Type.Boolean(),
  cancelMode: Type.Optional(words('GRACEFUL', 'FORCEFUL')),
  error: Type.Optional(problemDetails),
  resourceChanges: Type.Optional(
    Type.Object({
      affectedVnfcs: Type.Optional(Type.Array(affectedVnfc)),
      affectedVirtualLinks: Type.Optional(Type.Array(affectedVirtualLink)),
      affectedVirtualStorages: Type.Optional(Type.Array(affectedVirtualStorage)),
    }),
  ),
  /** SOL003 from v3.5.1 on: what went well and still has to be told. */
  warnings: Type.Optional(Type.Array(text)),
  changedInfo: optionalPairs,
  changedExtConnectivity: Type.Optional(Type.Array(extVirtualLinkInfo)),
  _links: Type.Object({
    self: link,
    vnfInstance: link,
    cancel: optionalLink,
    retry: optionalLink,
    rollback: optionalLink,
    fail: optionalLink,
  }),
});
