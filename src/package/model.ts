/**
 * A VNF package as read (SOL004): what the API shows and what lifecycle needs of it. Files stay in the package store.
 */
import type { Vnfd } from '../vnfd/model.js';
import type { Finding } from '../shared/finding.js';
import type { PackageSbom } from './sbom/model.js';

export interface VnfPackage {
  readonly vnfd: Vnfd;
  /** Path of the entry definitions inside the CSAR. */
  readonly entryDefinitions: string;
  /** Every file that the VNFD consists of, the entry first. */
  readonly vnfdFiles: readonly string[];
  readonly manifestPath?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly compatibleSpecificationVersions: readonly string[];
  readonly securityOption: 'OPTION_1' | 'OPTION_2';
  /** Of the signer of the manifest or of the archive, PEM; absent when signatures are not looked at. */
  readonly signingCertificate?: string;
  readonly softwareImages: readonly PackageImage[];
  readonly additionalArtifacts: readonly PackageArtifact[];
  /** Of a package as it was read; a store keeps them by component, and gives them back page by page only. */
  readonly sboms?: readonly PackageSbom[];
  /** Warnings and remarks, the gravest of them; a package with errors is never stored. */
  readonly findings: readonly Finding[];
}

/** A software image of the VNFD with the file that holds it. */
export interface PackageImage {
  /** `SwImage.id` in the VNFD. */
  readonly id: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Lower-case hex of the file's true content; the key in the image store. */
  readonly sha256: string;
  /** From the image's own header: bytes that the guest sees. */
  readonly virtualSizeBytes: number;
}

export interface PackageArtifact {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly nonManoArtifactSetId?: string;
  readonly classification?: 'HISTORY' | 'TESTING' | 'LICENSE';
}
