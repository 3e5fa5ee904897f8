/**
 * Bodies of the VNF package management interface (SOL005 clause 9.5, SOL003 clause 10.5; v3.3.1).
 */
import { Type } from 'typebox';
import {
  checksum,
  dateTime,
  freeForm,
  keyValuePairs,
  link,
  name,
  orNull,
  problemDetails,
  secret,
  strict,
  text,
  words,
} from '../schemas/shared.js';

const softwareImage = Type.Object({
  id: text,
  name: text,
  provider: text,
  version: text,
  checksum,
  isEncrypted: Type.Boolean(),
  containerFormat: words('AKI', 'AMI', 'ARI', 'BARE', 'DOCKER', 'OVA', 'OVF'),
  diskFormat: words('AKI', 'AMI', 'ARI', 'ISO', 'QCOW2', 'RAW', 'VDI', 'VHD', 'VHDX', 'VMDK'),
  createdAt: dateTime,
  minDisk: Type.Integer(),
  minRam: Type.Integer(),
  size: Type.Integer(),
  userMetadata: Type.Optional(keyValuePairs),
  imagePath: Type.Optional(text),
  imageUri: Type.Optional(text),
});

const additionalArtifact = Type.Object({
  artifactPath: Type.Optional(text),
  artifactURI: Type.Optional(text),
  checksum,
  isEncrypted: Type.Boolean(),
  nonManoArtifactSetId: Type.Optional(text),
  artifactClassification: Type.Optional(words('HISTORY', 'TESTING', 'LICENSE')),
  metadata: Type.Optional(keyValuePairs),
});

const operationalState = words('ENABLED', 'DISABLED');

export const vnfPkgInfo = Type.Object({
  id: text,
  vnfdId: Type.Optional(text),
  vnfProvider: Type.Optional(text),
  vnfProductName: Type.Optional(text),
  vnfSoftwareVersion: Type.Optional(text),
  vnfdVersion: Type.Optional(text),
  compatibleSpecificationVersions: Type.Optional(Type.Array(text)),
  checksum: Type.Optional(checksum),
  packageSecurityOption: Type.Optional(words('OPTION_1', 'OPTION_2')),
  signingCertificate: Type.Optional(text),
  softwareImages: Type.Optional(Type.Array(softwareImage)),
  additionalArtifacts: Type.Optional(Type.Array(additionalArtifact)),
  onboardingState: words('CREATED', 'UPLOADING', 'PROCESSING', 'ONBOARDED', 'ERROR'),
  operationalState,
  usageState: words('IN_USE', 'NOT_IN_USE'),
  vnfmInfo: Type.Optional(Type.Array(text)),
  userDefinedData: Type.Optional(keyValuePairs),
  onboardingFailureDetails: Type.Optional(problemDetails),
  _links: Type.Object({ self: link, vnfd: Type.Optional(link), packageContent: link }),
});

export const createVnfPkgInfoRequest = Type.Object({ userDefinedData: Type.Optional(freeForm()) }, strict);

const vnfmInfo = Type.Array(name, { maxItems: 256 });

/** A JSON Merge Patch. */
export const vnfPkgInfoPatch = Type.Object(
  {
    operationalState: Type.Optional(operationalState),
    userDefinedData: Type.Optional(orNull(freeForm())),
    vnfmInfo: Type.Optional(orNull(vnfmInfo)),
  },
  { minProperties: 1, ...strict },
);

export const vnfPkgInfoModifications = Type.Object({
  operationalState: Type.Optional(operationalState),
  userDefinedData: Type.Optional(keyValuePairs),
  vnfmInfo: Type.Optional(vnfmInfo),
});

/** SOL005 clause 9.4.6.3.1. A password alone would be sent to nobody. */
export const uploadFromUriRequest = Type.Object(
  {
    addressInformation: Type.String({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?://', maxLength: 4096 }),
    userName: Type.Optional(name),
    password: Type.Optional(secret),
  },
  { dependencies: { password: ['userName'] }, ...strict },
);
