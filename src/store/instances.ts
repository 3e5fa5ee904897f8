/**
 * VNF instances (SOL003 VnfInstance) and the observed states of their VNFCs.
 */
import type { VnfInstance, VnfState } from '../lifecycle/model.js';
import type { HostId, VnfInstanceId, VnfcId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { PageAfter } from './page.js';

/** A VNF instance without its instantiatedVnfInfo. */
export type InstanceHead = Omit<VnfInstance, 'instantiated'> & {
  /** Absent: NOT_INSTANTIATED. */
  readonly flavourId?: string;
};

/** Narrows a page (page.ts). */
export interface InstanceWhere {
  readonly ids?: readonly string[];
  readonly vnfdIds?: readonly string[];
  readonly names?: readonly string[];
}

export interface InstanceRecords {
  /** Refuses `unprocessable` unless the package is ONBOARDED and ENABLED, in the same transaction. */
  createInstance(instance: VnfInstance): Promise<Outcome<VnfInstance>>;
  instance(id: VnfInstanceId): Promise<VnfInstance | undefined>;
  /** By id. */
  instancePage(page: PageAfter<string>, where?: InstanceWhere): Promise<readonly InstanceHead[]>;
  /** Instantiated instances by id, with the revision that tells whether one has changed. */
  instantiatedPage(page: PageAfter<string>): Promise<readonly Pick<VnfInstance, 'id' | 'revision'>[]>;
  /** The instances with these ids that exist. */
  instancesOf(ids: readonly VnfInstanceId[]): Promise<readonly VnfInstance[]>;
  /** Instances with VNFCs that hold something of the host. */
  instancesOn(id: HostId): Promise<readonly VnfInstance[]>;
  /** The instance of a VNFC that has claims on a host. */
  instanceOf(id: VnfcId): Promise<VnfInstance | undefined>;
  /**
   * Records observed states of VNFCs. Writes nothing and returns false when the instance has changed since `revision` or
   * an operation is under way, since that operation may have caused what was observed.
   */
  recordVnfcStates(id: VnfInstanceId, revision: number, states: ReadonlyMap<VnfcId, VnfState>): Promise<boolean>;
  /** Refuses `wrong-state` unless NOT_INSTANTIATED with no operation under way. Its operations stay readable. */
  deleteInstance(id: VnfInstanceId, ifRevision?: number): Promise<Outcome<void>>;
}
