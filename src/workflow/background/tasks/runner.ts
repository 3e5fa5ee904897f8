/**
 * Drives operations: takes one by lease and drives it, from any state that a crash left it in, until it ends or stops in
 * FAILED_TEMP. The state machine is in lifecycle/model.ts; only this drives it.
 */
import type { LcmOpOcc } from '../../../lifecycle/model.js';
import type { SteadyClock } from '../../../shared/clock.js';
import type { OpOccId } from '../../../shared/ids.js';
import type { Log } from '../../../shared/log.js';
import type { LeasedOperation, Leases } from '../../../store/lease.js';
import { LeaseLost, type OperationRecords } from '../../../store/operations.js';
import { isPassing } from '../../../store/trouble.js';
import type { Background, Task } from '../background.js';
import { LeaseWatch, type LeaseTimes } from '../lease-watch.js';
import { whileRepeated } from '../while-repeated.js';
import type { LeaseObserver } from '../../observer.js';
import { StepWaits } from '../../step-waits.js';
import { causeOf } from '../../step-problem.js';

export interface RunnerSettings extends LeaseTimes {
  /** Unique per process start. */
  readonly owner: string;
  /** Interval between looks for work that was not announced here (another replica's, a lapsed lease). */
  readonly pollMs: number;
  readonly maxOperations: number;
}

/** An operation that runs here. */
export interface Ride {
  /** Token that every write about the operation must carry. */
  readonly token: number;
  readonly abort: AbortController;
  readonly waits: StepWaits;
  cancel: 'GRACEFUL' | 'FORCEFUL' | undefined;
  stopping: boolean;
}

/** Drives one leased operation as far as possible; runner.ts only decides when. */
export interface OperationDriver {
  drive(occ: LcmOpOcc, ride: Ride): Promise<void>;
}

/** Taking is a few statements; longer than this the database hangs. */
const takeLimitMs = 60_000;
/** How often it is written down how long steps have waited. */
const noteMs = 1_000;

export class OperationRunner {
  private readonly rides = new Map<string, Ride>();
  private readonly task: Task;
  private readonly watch: LeaseWatch;

  constructor(
    private readonly store: Pick<OperationRecords, 'opOcc' | 'leaseOperation' | 'renewLease'> & Leases,
    private readonly driver: OperationDriver,
    private readonly clock: SteadyClock,
    private readonly log: Log,
    private readonly settings: RunnerSettings,
    private readonly observer: LeaseObserver,
    background: Background,
  ) {
    this.task = background.add({
      name: 'operations',
      does: 'looking for operations',
      everyMs: settings.pollMs,
      limitMs: takeLimitMs,
      run: () => this.takeAll(),
    });
    this.task.stopping.addEventListener('abort', () => {
      for (const ride of this.rides.values()) stopRide(ride);
    });
    this.watch = new LeaseWatch(store, 'operations', clock, settings);
  }

  /** How many operations are driven here now. */
  get driven(): number {
    return this.rides.size;
  }

  /** There may be work. */
  wake(): void {
    this.task.wake();
  }

  /** The cancel flag of an operation was set. */
  cancel(id: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): void {
    const ride = this.rides.get(id);
    if (ride === undefined) return;
    ride.cancel = mode;
    if (mode === 'FORCEFUL') ride.abort.abort();
  }

  /** Never takes an operation that this process still drives, even if another has held it since. */
  private async takeAll(): Promise<void> {
    const { owner, maxOperations } = this.settings;
    const lapsed = await this.watch.lapsed(this.rides);
    while (!this.task.stopping.aborted && this.rides.size < maxOperations) {
      const leased = await this.store.leaseOperation({ owner, inHand: [...this.rides.keys()], lapsed });
      if (leased === undefined) return;
      const before = lapsed.find(({ id, token }) => id === leased.work.id && token === leased.token - 1);
      this.ride(leased, before?.unmovedMs ?? 0);
    }
  }

  private ride({ token, work: occ, waited }: LeasedOperation, unmovedMs: number): void {
    const ride: Ride = {
      token,
      abort: new AbortController(),
      waits: new StepWaits(this.clock, waited, { unmovedMs, note: () => void this.noteWaits(occ.id, ride) }),
      cancel: occ.isCancelPending ? (occ.cancelMode ?? 'GRACEFUL') : undefined,
      stopping: false,
    };
    this.rides.set(occ.id, ride);
    // Taken while Berth stops: the lease is released at once.
    if (this.task.stopping.aborted) stopRide(ride);
    const drive = () =>
      this.driveUnderLease(occ, ride).finally(() => {
        this.rides.delete(occ.id);
        this.wake();
      });
    void this.task.beside({ opOccId: occ.id }, drive);
  }

  private async driveUnderLease(occ: LcmOpOcc, ride: Ride): Promise<void> {
    const renewMs = this.settings.leaseMs / 3;
    const renew = () => this.renew(occ.id, ride);
    const note = () => this.noteWaits(occ.id, ride);
    const drive = () => this.driveThroughOutages(occ, ride);
    try {
      await whileRepeated(this.clock, renewMs, renew, () =>
        whileRepeated(this.clock, Math.min(noteMs, renewMs), note, drive),
      );
    } catch (error) {
      if (error instanceof LeaseLost) this.lost(occ.id);
      else
        this.log.error(
          { opOccId: occ.id, cause: causeOf(error) },
          'driving the operation failed; it is taken up again when its lease has run out',
        );
    }
  }

  private lost(opOccId: OpOccId): void {
    this.observer.leaseLost();
    this.log.warn({ opOccId }, 'another has taken the operation over');
  }

  /** While the database cannot be written the operation waits, and then goes on from its journal. */
  private async driveThroughOutages(occ: LcmOpOcc, ride: Ride): Promise<void> {
    const fields = { opOccId: occ.id, vnfInstanceId: occ.vnfInstanceId };
    for (let attempt = 0; ; attempt += 1) {
      try {
        const now = attempt === 0 ? occ : ((await this.store.opOcc(occ.id)) ?? occ);
        return await this.driver.drive(now, ride);
      } catch (error) {
        if (!isPassing(error) || ride.stopping) throw error;
        if (attempt === 0)
          this.log.warn(
            { ...fields, cause: causeOf(error) },
            'the operation waits for the database; it goes on by itself',
          );
        await this.clock.sleep(this.settings.pollMs);
      }
    }
  }

  /** More often than the lease is renewed: time not recorded is mostly waited for again after a takeover. */
  private async noteWaits(id: OpOccId, ride: Ride): Promise<void> {
    const waited = ride.waits.toWrite();
    if (waited === undefined) return;
    try {
      if (!(await this.store.renewLease(id, ride.token, waited))) ride.abort.abort();
    } catch (error) {
      this.log.warn({ opOccId: id, cause: causeOf(error) }, 'noting how long the steps have waited failed');
    }
  }

  private async renew(id: OpOccId, ride: Ride): Promise<void> {
    try {
      const kept = await this.store.renewLease(id, ride.token, ride.waits.toWrite());
      const occ = await this.store.opOcc(id);
      if (occ?.isCancelPending === true) this.cancel(id, occ.cancelMode ?? 'GRACEFUL');
      if (!kept) ride.abort.abort();
    } catch (error) {
      this.log.warn({ opOccId: id, cause: causeOf(error) }, 'renewing the lease failed');
    }
  }
}

function stopRide(ride: Ride): void {
  ride.stopping = true;
  ride.abort.abort();
}
