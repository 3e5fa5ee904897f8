/**
 * What the store remembers of the SBOMs of onboarded packages: read by the component or by the package, page by page.
 */
import type { VnfInstance } from '../lifecycle/model.js';
import type { PackageSbom, SbomComponent } from '../package/sbom/model.js';
import type { VnfPkgId } from '../shared/ids.js';

/** Place of a component among all: by package, then in the order of its SBOMs. */
export interface ComponentKey {
  readonly packageId: string;
  readonly seq: number;
}

export interface ComponentPage {
  readonly after?: ComponentKey;
  readonly limit: number;
}

/** A field left out narrows nothing. */
export interface ComponentWhere {
  /** One of its names, in lower case. */
  readonly name?: string;
  readonly version?: string;
  readonly packageId?: string;
  /** Numbers of SBOMs of that package. */
  readonly sboms?: readonly number[];
}

export interface KnownComponent extends Omit<SbomComponent, 'names'> {
  readonly packageId: VnfPkgId;
  readonly seq: number;
  /** Number of its SBOM in the package. */
  readonly sbom: number;
}

export interface KnownSbom extends Omit<PackageSbom, 'components'> {
  readonly no: number;
}

export interface Sboms {
  /** By package and place, along an index whatever is asked. */
  componentPage(page: ComponentPage, where?: ComponentWhere): Promise<readonly KnownComponent[]>;
  /** By number; empty when the package brings none. */
  sbomsOf(id: VnfPkgId): Promise<readonly KnownSbom[]>;
  /** Instantiated instances of a package by id, those of some flavours only, and how many there are in all. */
  instantiatedOf(
    id: VnfPkgId,
    flavourIds: readonly string[] | undefined,
    atMost: number,
  ): Promise<{ readonly instances: readonly VnfInstance[]; readonly count: number }>;
}
