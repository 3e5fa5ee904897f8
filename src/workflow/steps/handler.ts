/**
 * A step's run and undo, side by side. Run means ensure: already done is success. Undo accepts half-done. One external
 * effect, no decisions: everything is in the input.
 */
import type { PackageFiles } from '../../artifacts/artifacts.js';
import type { DomainInfo, Engine, VolumeInfo } from '../../engine/engine.js';
import type { HostId, VnfcId } from '../../shared/ids.js';
import type { Clock } from '../../shared/clock.js';
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import type { StepKind, Vnfc } from '../../lifecycle/model.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { HostRecords } from '../../store/hosts.js';
import type { Ownership } from '../../store/ownership.js';
import type { PackageRecords } from '../../store/packages.js';
import type { FunctionsGivenBack } from '../hosts/host-state.js';
import type { StepWait } from '../step-waits.js';
import type { SharedRuns } from '../../shared/shared-run.js';

/** What steps ask of the store; operations and instances are not theirs to change. */
export type StepStore = Pick<ClaimRecords, 'releaseAllocations' | 'keepLeftovers'> &
  Pick<HostRecords, 'hostAdminState'> &
  Pick<PackageRecords, 'packageWithImage'> &
  Pick<Ownership, 'vnfcStanding'>;

export interface StepContext {
  readonly engine: (hostId: HostId) => Engine;
  readonly store: StepStore;
  /** Records the new state of a domain before the hypervisor's event arrives. */
  readonly saw: (hostId: HostId, domain: DomainInfo) => void;
  /** Releases what has PCI functions after a look at them: nobody can claim one that is not in order. */
  readonly releasing: (given: readonly FunctionsGivenBack[], release: () => Promise<void>) => Promise<void>;
  /**
   * The VNFC as the operation plans it, or as it was before, once its host was read again: with its PCI functions where they
   * are. Undefined: it has none.
   */
  readonly withFunctionsNow: (id: VnfcId, which: 'before' | 'after') => Promise<Vnfc | undefined>;
  readonly files: PackageFiles;
  /** Uploads under way, by destination: concurrent operations need the same image on the same host. */
  readonly uploads: SharedRuns<VolumeInfo, string>;
  readonly clock: Clock;
  /** Aborted when the operation is cancelled FORCEFUL, the step's time is over, or Berth stops. */
  readonly signal: AbortSignal;
  /** What the step waits for; goes on when another takes the operation over. */
  readonly wait: StepWait;
  /** When the step's time is over, by the steady clock; in the past when it was over already. */
  readonly deadlineMs: number;
}

/**
 * What running the step means on a host that was declared lost. `refuse`: the step brings something up. `pass`: nothing
 * would be left by passing it over; else what may still be on the host, in words.
 */
export type OnLostHost<K extends StepKind> = 'refuse' | 'pass' | ((input: StepInputs[K]) => string);

export interface StepHandler<K extends StepKind> {
  readonly onLostHost: OnLostHost<K>;
  /** Small JSON for the journal. */
  run(input: StepInputs[K], context: StepContext): Promise<unknown>;
  undo(input: StepInputs[K], context: StepContext): Promise<void>;
}

/** For steps whose effect another step's undo takes away, or that leave none. */
export const nothingToUndo = (): Promise<void> => Promise.resolve();
