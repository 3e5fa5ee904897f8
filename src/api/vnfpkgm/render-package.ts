/**
 * A package record as VnfPkgInfo (SOL005 clause 9.5.2.5).
 */
import type { Static } from 'typebox';
import type { SwImage, Vnfd } from '../../vnfd/model.js';
import type { PackageImage, VnfPackage } from '../../package/model.js';
import type { PackageRecords, PackageWhere, VnfPkgHead, VnfPkgRecord, VnfPkgSummary } from '../../store/packages.js';
import type { Uris } from '../http/uris.js';
import { plain } from '../schemas/plain.js';
import type { Collection, Paging, Sources } from '../sol013/collection.js';
import type { Narrowing } from '../sol013/narrowing.js';
import { typeOf } from './artifact-type.js';
import { vnfPkgInfo } from './schemas.js';
import { defined } from '../../shared/defined.js';

export type VnfPkgInfo = Static<typeof vnfPkgInfo>;

/** Mandatory once a package is ONBOARDED: no selector leaves them out (SOL013 clause 5.3.2). */
const mandatoryOnceOnboarded = [
  'vnfdId',
  'vnfProvider',
  'vnfProductName',
  'vnfSoftwareVersion',
  'vnfdVersion',
  'checksum',
  'packageSecurityOption',
  'vnfmInfo',
];

export const packagesCollection: Collection<VnfPkgHead> = {
  schema: { ...plain(vnfPkgInfo), required: [...vnfPkgInfo.required, ...mandatoryOnceOnboarded] },
  dropped: ['softwareImages', 'additionalArtifacts', 'userDefinedData'],
  costly: ['softwareImages', 'additionalArtifacts'],
  // Before v3 it was among those left out by default.
  leavable: ['checksum'],
  keyOf: (each) => each.id,
};

/** Packages by the page; `where`: which of them the collection is of. */
export const packageSources = (
  store: Pick<PackageRecords, 'package' | 'packagePage'>,
  uris: Uris,
  paging: Paging,
  where: PackageWhere = {},
): Sources<VnfPkgHead> => ({
  read: (after, limit, narrowing) =>
    store.packagePage({ ...defined({ after }), limit }, { ...where, ...packageWhere(narrowing) }),
  render: async (head, whole) => {
    if (!whole || head.summary === undefined) return renderPackageHead(head, uris);
    const record = await store.package(head.id);
    return record && renderPackage(record, uris);
  },
  paging,
});

function packageWhere(narrowing: Narrowing): PackageWhere {
  const [ids, vnfdIds] = [narrowing.allowed('id'), narrowing.allowed('vnfdId')];
  return { ...(ids && { ids }), ...(vnfdIds && { vnfdIds }) };
}

export function renderPackage(record: VnfPkgRecord, uris: Uris): VnfPkgInfo {
  const { contents } = record;
  const head = renderPackageHead({ ...record, ...(contents && { summary: contents }) }, uris);
  return contents === undefined ? head : { ...head, ...renderFiles(contents, record) };
}

/** What lists show of it. */
export function renderPackageHead(record: VnfPkgHead, uris: Uris): VnfPkgInfo {
  const self = uris.package(record.id);
  const { summary, sha256, onboardingFailureDetails } = record;
  return {
    id: record.id,
    ...(summary && renderSummary(summary, record)),
    ...(sha256 !== undefined && { checksum: { algorithm: 'SHA-256', hash: sha256 } }),
    onboardingState: record.onboardingState,
    operationalState: record.operationalState,
    usageState: record.instances > 0 ? 'IN_USE' : 'NOT_IN_USE',
    userDefinedData: record.userDefinedData,
    ...(onboardingFailureDetails && { onboardingFailureDetails }),
    _links: {
      self: { href: self },
      ...(summary && { vnfd: { href: `${self}/vnfd` } }),
      packageContent: { href: `${self}/package_content` },
    },
  };
}

function renderSummary(contents: VnfPkgSummary, { vnfmInfo = contents.vnfd.vnfmInfo }: VnfPkgHead) {
  const { vnfd } = contents;
  return {
    vnfdId: vnfd.id,
    vnfProvider: vnfd.provider,
    vnfProductName: vnfd.productName,
    vnfSoftwareVersion: vnfd.softwareVersion,
    vnfdVersion: vnfd.version,
    compatibleSpecificationVersions: [...contents.compatibleSpecificationVersions],
    packageSecurityOption: contents.securityOption,
    ...defined({ signingCertificate: contents.signingCertificate }),
    vnfmInfo: [...vnfmInfo],
  };
}

function renderFiles(contents: VnfPackage, { createdAtMs }: VnfPkgRecord) {
  return {
    softwareImages: renderImages(contents.vnfd, contents.softwareImages, createdAtMs),
    additionalArtifacts: contents.additionalArtifacts.map((artifact) => ({
      artifactPath: uriPath(artifact.path),
      checksum: { algorithm: 'SHA-256', hash: artifact.sha256 },
      isEncrypted: false,
      metadata: { contentType: typeOf(artifact.path), size: artifact.sizeBytes },
      ...defined({ nonManoArtifactSetId: artifact.nonManoArtifactSetId }),
      ...(artifact.classification && { artifactClassification: artifact.classification }),
    })),
  };
}

/** As it is appended to `…/artifacts/`: each segment percent-encoded (SOL013 clause 4.1). */
const uriPath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

/** Every image of every flavour once; what the VNFD says of it beside what the file is. */
function renderImages(vnfd: Vnfd, files: readonly PackageImage[], createdAtMs: number) {
  const images = vnfd.flavours.flatMap((flavour) => [
    ...flavour.vdus.flatMap((vdu) => vdu.image ?? []),
    ...flavour.storages.flatMap((storage) => storage.image ?? []),
  ]);
  const byId = new Map(images.map((image) => [image.id, image]));
  return [...byId.values()].map((image) => ({ provider: vnfd.provider, ...renderImage(image, files, createdAtMs) }));
}

const upper = <T extends string>(word: T): Uppercase<T> => word.toUpperCase() as Uppercase<T>;

function renderImage(image: SwImage, files: readonly PackageImage[], createdAtMs: number) {
  const file = files.find((each) => each.id === image.id);
  return {
    id: image.id,
    name: image.name,
    ...defined({ provider: image.provider }),
    version: image.version,
    checksum: { algorithm: upper(image.checksum.algorithm), hash: image.checksum.hash },
    isEncrypted: false,
    containerFormat: upper(image.containerFormat),
    diskFormat: upper(image.diskFormat),
    createdAt: new Date(createdAtMs).toISOString(),
    minDisk: image.minDiskBytes,
    minRam: image.minRamBytes ?? 0,
    size: file?.sizeBytes ?? image.sizeBytes,
    ...(file ? { imagePath: uriPath(file.path) } : image.file === undefined ? {} : { imageUri: image.file }),
  };
}
