/**
 * Brings packages to ONBOARDED or ERROR, whichever replica received them: takes one by lease, reads it and records the result.
 *
 *   UPLOADING   leased by the replica that receives it; if the lease lapses its receiver has died, and it ends in ERROR
 *   PROCESSING  read by the replica that takes the lease; after a crash it is read again from the beginning
 *
 * One package at a time, since reading needs memory and disk, and replicas share the work. A slow package is read beside
 * the others. One that the machine could not read is deferred: it stays PROCESSING and keeps its archive.
 */
import { NotRead, type PackageFiles, type ReadingPace } from '../../../artifacts/artifacts.js';
import type { VnfPackage } from '../../../package/model.js';
import type { SteadyClock } from '../../../shared/clock.js';
import type { VnfPkgId } from '../../../shared/ids.js';
import type { Log } from '../../../shared/log.js';
import type { Outcome } from '../../../shared/outcome.js';
import { isOfKind, problem, type Problem } from '../../../shared/problem.js';
import type { Leases } from '../../../store/lease.js';
import type { PackageRecords, VnfPkgRecord } from '../../../store/packages.js';
import type { Background, Task } from '../background.js';
import { LeaseWatch } from '../lease-watch.js';
import { whileRepeated } from '../while-repeated.js';
import type { OnboardingObserver, OnboardingOutcome } from '../../observer.js';
import { ReadingTurns, turnMs, type NextTurn } from './reading-turns.js';
import type { RunnerSettings } from './runner.js';
import { causeOf } from '../../step-problem.js';

export type OnboardingSettings = Pick<RunnerSettings, 'owner' | 'leaseMs' | 'goneMs' | 'pollMs'>;

/** A round reads all waiting packages, each with its limits. */
const roundLimitMs = 3_600_000;

/** A leased package, with the token of its lease. */
export interface Holding {
  readonly id: VnfPkgId;
  readonly token: number;
}

export class Onboarding {
  private readonly task: Task;
  private readonly watch: LeaseWatch;
  /** Packages that this process receives or reads. */
  private readonly inHand = new Set<string>();
  /** The slow package that is read beside the others. */
  private patient: Promise<void> | undefined;
  private readonly turns = new ReadingTurns();

  constructor(
    private readonly store: PackageRecords & Leases,
    private readonly files: PackageFiles,
    private readonly clock: SteadyClock,
    private readonly log: Log,
    private readonly settings: OnboardingSettings,
    private readonly observer: OnboardingObserver,
    background: Background,
  ) {
    this.watch = new LeaseWatch(store, 'packages', clock, settings);
    this.task = background.add({
      name: 'onboarding',
      does: 'onboarding packages',
      everyMs: settings.pollMs,
      limitMs: roundLimitMs,
      run: () => this.takeAll(),
    });
  }

  /** There may be work. */
  wake(): void {
    this.task.wake();
  }

  get owner(): string {
    return this.settings.owner;
  }

  /** Renews the lease while `work` goes on; the signal says that it is lost, or the package deleted. */
  async hold<T>(held: Holding, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    const lost = new AbortController();
    this.inHand.add(held.id);
    try {
      const renew = () => this.renew(held, lost);
      return await whileRepeated(this.clock, this.settings.leaseMs / 3, renew, () => work(lost.signal));
    } finally {
      this.inHand.delete(held.id);
    }
  }

  /** ERROR keeps the reason; the archive is deleted, since it is of no use (SOL005: delete and create again). */
  async fail({ id, token }: Holding, why: Problem, readMs?: number): Promise<Outcome<VnfPkgRecord>> {
    const failed = await this.store.failOnboarding(id, token, why);
    if (failed.ok) this.observer.onboardingEnded(outcomeOf(why), readMs);
    // Refused: the package was deleted, or another replica has taken it over and needs the files.
    if (failed.ok || (await this.store.package(id)) === undefined) await this.files.remove(id);
    if (failed.ok) this.log.warn({ vnfPkgId: id, error: why }, 'the package is refused');
    return failed;
  }

  /** Takes one package after the other until there is none to take. */
  async drain(): Promise<void> {
    await this.takeAll();
    await this.patient;
  }

  private async takeAll(): Promise<void> {
    const lapsed = await this.watch.lapsed(this.inHand);
    while (!this.task.stopping.aborted) {
      const leased = await this.store.leaseOnboarding({ owner: this.owner, inHand: [...this.inHand], lapsed });
      if (leased === undefined) return;
      const held = { id: leased.work.id, token: leased.token };
      if (this.turns.isSlow(held.id)) await this.takePatiently(held, leased.work);
      else await this.hold(held, () => this.carry(held, leased.work, 'quick'));
    }
  }

  /** One slow package at a time, beside the others; the next waits without a lease. */
  private async takePatiently(held: Holding, record: VnfPkgRecord): Promise<void> {
    if (this.patient !== undefined) {
      await this.putOff(held, { pauseMs: turnMs });
      return;
    }
    const read = () => this.hold(held, () => this.carry(held, record, 'patient'));
    this.patient = this.task.beside({ vnfPkgId: record.id }, read).finally(() => {
      this.patient = undefined;
      this.wake();
    });
  }

  private async renew({ id, token }: Holding, lost: AbortController): Promise<void> {
    try {
      if (!(await this.store.renewOnboarding(id, token))) lost.abort(new Error(`package ${id} is in other hands`));
    } catch (error) {
      this.log.warn({ vnfPkgId: id, cause: causeOf(error) }, 'renewing the lease of a package failed');
    }
  }

  private async carry(held: Holding, { id, onboardingState }: VnfPkgRecord, pace: ReadingPace): Promise<void> {
    if (onboardingState === 'UPLOADING') {
      await this.fail(held, interrupted(id));
      return;
    }
    const fromMs = this.clock.elapsedMs();
    const read = await this.read(held, pace);
    const readMs = this.clock.elapsedMs() - fromMs;
    if (read instanceof NotRead) {
      await this.putOff(held, this.turns.next(id, read));
      return;
    }
    this.turns.forget(id);
    if (!read.ok) {
      await this.fail(held, read.problem, readMs);
      return;
    }
    this.observer.onboardingEnded('onboarded', readMs);
    this.tell(id, read.value);
  }

  /** Its archive stays; another replica may take it as well. */
  private async putOff({ id, token }: Holding, { pauseMs, why }: NextTurn): Promise<void> {
    if (why !== undefined) this.log.warn({ vnfPkgId: id, pauseMs, error: why }, 'the package could not be read yet');
    const putOff = await this.store.putOffOnboarding(id, token, pauseMs, why);
    if (putOff.ok) {
      if (why !== undefined) this.observer.onboardingEnded('put_off');
      return;
    }
    this.turns.forget(id);
    if ((await this.store.package(id)) === undefined) await this.files.remove(id);
  }

  /** Warnings do not refuse a package, but the operator should see them. */
  private tell(id: VnfPkgId, { findings }: VnfPackage): void {
    const warnings = findings.filter(({ severity }) => severity === 'warning');
    if (warnings.length === 0) this.log.info({ vnfPkgId: id }, 'the package is onboarded');
    else this.log.warn({ vnfPkgId: id, warnings }, 'the package is onboarded, with warnings');
  }

  /** The package, or why it is not onboarded: an error of the files is a reason, one of the store is thrown. */
  private async read({ id, token }: Holding, pace: ReadingPace): Promise<Outcome<VnfPackage> | NotRead> {
    const read = await this.files.onboard(id, pace).catch(async (error: unknown) => {
      if (error instanceof NotRead) return error;
      const cause = causeOf(error);
      // Reads that end because their package was deleted are no failure.
      const isThere = (await this.store.package(id)) !== undefined;
      if (isThere) this.log.error({ vnfPkgId: id, cause }, 'reading the package met a fault');
      return { ok: false, problem: fault(id, cause) } as const;
    });
    if (read instanceof NotRead || !read.ok) return read;
    const completed = await this.store.completeOnboarding(id, token, read.value);
    return completed.ok ? read : completed;
  }
}

function outcomeOf(why: Problem): OnboardingOutcome {
  if (isOfKind(why, 'upload-broken')) return 'broken';
  return isOfKind(why, 'internal-error') ? 'failed' : 'refused';
}

const fault = (id: VnfPkgId, cause: unknown): Problem =>
  problem('internal-error', `Reading package ${id} met a fault in Berth.`, { cause });

const interrupted = (id: VnfPkgId): Problem =>
  problem(
    'upload-broken',
    `Berth stopped while package ${id} was uploaded; delete the resource and upload to a new one.`,
  );
