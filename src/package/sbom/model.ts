/**
 * What is kept of the SBOMs of a package (CycloneDX): which components there are, and what they run in.
 */
export interface PackageSbom {
  /** Of the file inside the package. */
  readonly path: string;
  /** The software image that it describes; absent: it describes the package as a whole. */
  readonly image?: SbomImage;
  readonly components: readonly SbomComponent[];
}

export interface SbomImage {
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** VDUs whose VNFCs have a disk of it. */
  readonly vdus: readonly { readonly flavourId: string; readonly vduId: string }[];
}

export interface SbomComponent {
  readonly name: string;
  readonly group?: string;
  readonly version?: string;
  /** Package URL. */
  readonly purl?: string;
  /** By which it is looked up, in lower case: its name, with its group too, and the package that it was built from. */
  readonly names: readonly string[];
}
