/**
 * VNF packages (SOL005) and how they are onboarded.
 */
import type { ScalingAspect, Vnfd } from '../vnfd/model.js';
import type { VnfPackage } from '../package/model.js';
import type { VnfPkgId, VnfdId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { Problem } from '../shared/problem.js';
import type { Leased, Take } from './lease.js';
import type { PageAfter } from './page.js';

export type OnboardingState = 'CREATED' | 'UPLOADING' | 'PROCESSING' | 'ONBOARDED' | 'ERROR';

export interface VnfPkgRecord {
  readonly id: VnfPkgId;
  readonly onboardingState: OnboardingState;
  readonly operationalState: 'ENABLED' | 'DISABLED';
  readonly userDefinedData: Readonly<Record<string, unknown>>;
  /** VNFMs that fit, as a client said; absent: as the VNFD says. */
  readonly vnfmInfo?: readonly string[];
  readonly createdAtMs: number;
  /** Present once ONBOARDED: what the package holds, read and normalised. */
  readonly contents?: VnfPackage;
  /** SHA-256 of the whole CSAR, lower-case hex; present once uploaded. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  /** Why it is in ERROR; or, in PROCESSING, why it could not be read yet. */
  readonly onboardingFailureDetails?: Problem;
  /** Instances that refer to it: IN_USE when above zero. */
  readonly instances: number;
  readonly revision: number;
}

/** What lists show of an onboarded package: small, whatever the package holds. */
export interface VnfPkgSummary extends Pick<
  VnfPackage,
  'compatibleSpecificationVersions' | 'securityOption' | 'signingCertificate'
> {
  readonly vnfd: Pick<Vnfd, 'id' | 'provider' | 'productName' | 'softwareVersion' | 'version' | 'vnfmInfo'>;
}

/** A package without what it holds. */
export type VnfPkgHead = Omit<VnfPkgRecord, 'contents'> & { readonly summary?: VnfPkgSummary };

/** Narrows a page (page.ts). */
export interface PackageWhere {
  readonly ids?: readonly string[];
  readonly vnfdIds?: readonly string[];
  readonly onboarded?: boolean;
}

/** What a client may change of a package (SOL005 clause 9.5.2.2). */
export type PackageChange = Partial<Pick<VnfPkgRecord, 'operationalState' | 'userDefinedData'>> & {
  /** Null: what the VNFD says counts again. */
  readonly vnfmInfo?: readonly string[] | null;
};

/** How far VNFs of a package scale: its aspects by flavour. */
export type PackageScaling = Readonly<Record<string, readonly Pick<ScalingAspect, 'id' | 'maxScaleLevel'>[]>>;

export interface PackageRecords {
  createPackage(record: Pick<VnfPkgRecord, 'id' | 'userDefinedData' | 'createdAtMs'>): Promise<VnfPkgRecord>;
  package(id: VnfPkgId): Promise<VnfPkgRecord | undefined>;
  packageByVnfdId(id: VnfdId): Promise<VnfPkgRecord | undefined>;
  /** By id. */
  packagePage(page: PageAfter<string>, where?: PackageWhere): Promise<readonly VnfPkgHead[]>;
  /** Of these packages those that are onboarded, without what else they hold. */
  scalingOf(ids: readonly VnfPkgId[]): Promise<ReadonlyMap<VnfPkgId, PackageScaling>>;
  /** Of these packages those that there are, each with its state. */
  packageStates(ids: readonly VnfPkgId[]): Promise<ReadonlyMap<VnfPkgId, OnboardingState>>;
  /** An onboarded package that holds a software image; of several one with instances, which is not deleted meanwhile. */
  packageWithImage(sha256: string): Promise<VnfPkgId | undefined>;
  /** CREATED -> UPLOADING, under a lease. Refuses `wrong-state` unless CREATED. */
  beginUpload(id: VnfPkgId, owner: string): Promise<Outcome<Leased<VnfPkgRecord>>>;
  /** UPLOADING -> PROCESSING; the lease goes. Refuses `wrong-state` when it is lost. */
  endUpload(
    id: VnfPkgId,
    token: number,
    stored: Required<Pick<VnfPkgRecord, 'sha256' | 'sizeBytes'>>,
  ): Promise<Outcome<VnfPkgRecord>>;
  /** Takes the oldest package that is UPLOADING or PROCESSING and free or lapsed; undefined when none. */
  leaseOnboarding(take: Take): Promise<Leased<VnfPkgRecord> | undefined>;
  /** False when the lease is another's by now, or onboarding has ended: stop at once. */
  renewOnboarding(id: VnfPkgId, token: number): Promise<boolean>;
  /**
   * PROCESSING -> ONBOARDED, ENABLED; SBOMs are kept by component (`Sboms`). Refuses `unprocessable` when another onboarded package has this vnfdId,
   * `wrong-state` when the lease is lost.
   */
  completeOnboarding(id: VnfPkgId, token: number, contents: VnfPackage): Promise<Outcome<VnfPkgRecord>>;
  /**
   * PROCESSING as before, and rests for `restMs` before anybody takes it; `why` it is not read yet is shown meanwhile.
   * Refuses `wrong-state` when the lease is lost.
   */
  putOffOnboarding(id: VnfPkgId, token: number, restMs: number, why?: Problem): Promise<Outcome<VnfPkgRecord>>;
  /** UPLOADING or PROCESSING -> ERROR. Refuses `wrong-state` when the lease is lost. */
  failOnboarding(id: VnfPkgId, token: number, why: Problem): Promise<Outcome<VnfPkgRecord>>;
  /** SOL005 PATCH; refuses `wrong-state` unless ONBOARDED (but for userDefinedData) or when already in that state. */
  modifyPackage(id: VnfPkgId, change: PackageChange, ifRevision?: number): Promise<Outcome<VnfPkgRecord>>;
  /** Refuses `wrong-state` while in use or enabled. */
  deletePackage(id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>>;
}
