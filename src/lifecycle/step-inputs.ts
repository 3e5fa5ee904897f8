/**
 * What each kind of step is told, as its plan keeps it: JSON, with every choice made.
 */
import type { AllocationId, HostId, VnfcId } from '../shared/ids.js';
import type { InternalLink } from './internal-link.js';

/** Whose a volume is, and which base images lie beside it. */
interface Owned {
  readonly vnfcId: VnfcId;
  readonly bases: readonly string[];
}

interface CardInput {
  readonly hostId: HostId;
  readonly vnfcId: VnfcId;
  readonly cpdId: string;
  /** As libvirt plugs it. */
  readonly card: string;
  /** What the guest gets to give it up. */
  readonly unplugMs: number;
}

/** Inputs of every kind of step. Volume names are inside the VNFC's pool. */
export interface StepInputs {
  'base-image': {
    readonly hostId: HostId;
    readonly pool: string;
    readonly sha256: string;
    readonly name: string;
    readonly sizeBytes: number;
  };
  'ensure-network': InternalLink;
  /** A volume over a base image. */
  'image-volume': Owned & {
    readonly hostId: HostId;
    readonly pool: string;
    readonly name: string;
    readonly base: string;
    readonly capacityBytes: number;
  };
  'blank-volume': Owned & {
    readonly hostId: HostId;
    readonly pool: string;
    readonly name: string;
    readonly capacityBytes: number;
  };
  'content-volume': Owned & {
    readonly hostId: HostId;
    readonly pool: string;
    readonly name: string;
    /** Base64. */
    readonly content: string;
    /** What the base64 is of: the content as `day0/packed.ts` has it; absent: the content itself, in plans of earlier builds. */
    readonly packing?: 'without-zeros';
  };
  /** A volume that a VNFC had: left as it is, or, when it is lost, recreated or refused. */
  'restore-volume': {
    readonly hostId: HostId;
    readonly vnfcId: VnfcId;
    readonly pool: string;
    readonly name: string;
    readonly capacityBytes: number;
    /** Its base image; absent: an empty disk. */
    readonly base?: string;
    /** With `make-beside-others` only where another file of the VNFC is: else the pool may not be mounted. */
    readonly ifLost: 'make' | 'make-beside-others' | 'refuse';
  };
  /** Leaves a definition that is there as it is: it may refer to snapshots that only the host knows of. */
  'restore-domain': { readonly hostId: HostId; readonly vnfcId: VnfcId; readonly xml: string };
  'define-domain': { readonly hostId: HostId; readonly vnfcId: VnfcId; readonly xml: string };
  'start-domain': {
    readonly hostId: HostId;
    readonly vnfcId: VnfcId;
    readonly bases: readonly string[];
    readonly pool: string;
    /** The volume that the serial console writes to from the first start on. */
    readonly serialLog: string;
  };
  'await-guest': { readonly hostId: HostId; readonly vnfcId: VnfcId; readonly statusCommand?: readonly string[] };
  'stop-domain': { readonly hostId: HostId; readonly vnfcId: VnfcId; readonly gracefulMs: number };
  'remove-domain': { readonly hostId: HostId; readonly vnfcId: VnfcId };
  'remove-volumes': Owned & { readonly hostId: HostId; readonly pool: string; readonly names: readonly string[] };
  'remove-network': { readonly hostId: HostId; readonly network: string };
  'release-claims': {
    /** Of which nothing is left then. */
    readonly vnfcIds: readonly VnfcId[];
    /** Absent from plans of earlier builds: all that these VNFCs have. */
    readonly allocationIds?: readonly AllocationId[];
    /** Where they have PCI functions. Absent from plans of earlier builds, too. */
    readonly functionsOn?: HostId;
  };
  /** A card of a domain, whether it runs or not. */
  'detach-card': CardInput;
  'attach-card': CardInput;
  /** Day-0 of a VNFC that has one: what its next boot finds. Both contents are packed, in base64. */
  'rewrite-day0': {
    readonly hostId: HostId;
    readonly vnfcId: VnfcId;
    readonly pool: string;
    readonly name: string;
    readonly content: string;
    readonly before: string;
  };
  /** Lets go of what connection points had before; the last step of its plan. */
  'release-cards': {
    readonly given: readonly {
      readonly hostId: HostId;
      readonly vnfcId: VnfcId;
      readonly allocationIds: readonly AllocationId[];
    }[];
  };
  'configure-guest': {
    readonly hostId: HostId;
    readonly vnfcId: VnfcId;
    readonly command: readonly string[];
    readonly userData: string;
  };
}
