/**
 * Carries packages to ONBOARDED or ERROR, whoever received them: takes one by lease, reads it, and says how it ended.
 *
 *   UPLOADING   under the lease of the one who receives it; found without: its receiver is dead, it ends in ERROR
 *   PROCESSING  read by whoever takes the lease; found again after a crash, it is read again from its beginning
 *
 * One package at a time: reading is memory and disk, and replicas share the work. A package that takes long is read
 * beside the others, and one that the machine could not read is put off: it stays PROCESSING, and keeps its archive.
 */
import { NotRead, type PackageFiles, type ReadingPace } from '../artifacts/artifacts.js';
import type { VnfPackage } from '../package/model.js';
import type { Clock } from '../shared/clock.js';
import type { VnfPkgId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import { refuse, type Outcome } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';
import type { OnboardingLease, Store, VnfPkgRecord } from '../store/store.js';
import { ReadingTurns, turnMs, type NextTurn } from './reading-turns.js';
import { Outage } from './outage.js';
import type { RunnerSettings } from './runner.js';
import { causeOf } from './step-problem.js';

export type OnboardingSettings = Pick<RunnerSettings, 'owner' | 'leaseMs' | 'pollMs'>;

export class Onboarding {
  private wakeUp: () => void = () => undefined;
  private looping: Promise<void> | undefined;
  private stopped = false;
  /** The slow package that is read beside the others. */
  private patient: Promise<void> | undefined;
  private readonly turns = new ReadingTurns();
  private readonly outage: Outage;

  constructor(
    private readonly store: Store,
    private readonly files: PackageFiles,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly settings: OnboardingSettings,
  ) {
    this.outage = new Outage(log, 'onboarding packages');
  }

  start(): void {
    this.looping ??= this.loop();
  }

  /** The package at hand is read to its end. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.looping;
    await this.patient;
  }

  /** There may be work. */
  wake(): void {
    this.wakeUp();
  }

  get owner(): string {
    return this.settings.owner;
  }

  lease(): OnboardingLease {
    return { owner: this.owner, untilMs: this.clock.now() + this.settings.leaseMs };
  }

  /** Renews the lease while `work` goes on; the signal says that it is lost, or the package deleted. */
  async hold<T>(id: VnfPkgId, work: (lost: AbortSignal) => Promise<T>): Promise<T> {
    const lost = new AbortController();
    const renewing = setInterval(() => void this.renew(id, lost), this.settings.leaseMs / 3);
    try {
      return await work(lost.signal);
    } finally {
      clearInterval(renewing);
    }
  }

  /** ERROR keeps the reason; the bytes go, since nothing can be done with them (SOL005: delete and create anew). */
  async fail(id: VnfPkgId, why: Problem): Promise<Outcome<VnfPkgRecord>> {
    const failed = await this.store.failOnboarding(id, this.owner, why);
    // Refused: deleted meanwhile, or another replica has taken over, and it needs the files.
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
    while (!this.stopped) {
      const record = await this.store.leaseOnboarding(this.lease(), this.clock.now());
      if (record === undefined) return;
      if (this.turns.isSlow(record.id)) await this.takePatiently(record);
      else await this.hold(record.id, () => this.carry(record, 'quick'));
    }
  }

  /** One at a time, beside the others; the next waits its turn without holding anything. */
  private async takePatiently(record: VnfPkgRecord): Promise<void> {
    if (this.patient !== undefined) {
      await this.putOff(record.id, { pauseMs: turnMs });
      return;
    }
    this.patient = this.hold(record.id, () => this.carry(record, 'patient'))
      .catch((error: unknown) => {
        this.log.error({ vnfPkgId: record.id, cause: causeOf(error) }, 'onboarding met a fault of the store');
      })
      .finally(() => {
        this.patient = undefined;
        this.wake();
      });
  }

  private async loop(): Promise<void> {
    while (!this.stopped) {
      const woken = new Promise<void>((resolve) => {
        this.wakeUp = resolve;
      });
      await this.takeAll().then(
        () => this.outage.ends(),
        (error: unknown) => this.outage.begins(error),
      );
      if (!this.stopped) await Promise.race([woken, this.pause()]);
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, this.settings.pollMs).unref();
    });
  }

  private async renew(id: VnfPkgId, lost: AbortController): Promise<void> {
    try {
      if (!(await this.store.renewOnboarding(id, this.lease())))
        lost.abort(new Error(`package ${id} is in other hands`));
    } catch (error) {
      this.log.warn({ vnfPkgId: id, cause: causeOf(error) }, 'renewing the lease of a package failed');
    }
  }

  private async carry({ id, onboardingState }: VnfPkgRecord, pace: ReadingPace): Promise<void> {
    const read = onboardingState === 'UPLOADING' ? refuse(interrupted(id)) : await this.read(id, pace);
    if (read instanceof NotRead) {
      await this.putOff(id, this.turns.next(id, read));
      return;
    }
    this.turns.forget(id);
    if (read.ok) this.tell(id, read.value);
    else await this.fail(id, read.problem);
  }

  /** Its archive stays; another replica may take it as well. */
  private async putOff(id: VnfPkgId, { pauseMs, why }: NextTurn): Promise<void> {
    if (why !== undefined) this.log.warn({ vnfPkgId: id, pauseMs, error: why }, 'the package could not be read yet');
    const putOff = await this.store.putOffOnboarding(id, this.owner, this.clock.now() + pauseMs, why);
    if (putOff.ok) return;
    this.turns.forget(id);
    if ((await this.store.package(id)) === undefined) await this.files.remove(id);
  }

  /** Warnings do not refuse a package; whoever runs it should know them. */
  private tell(id: VnfPkgId, { findings }: VnfPackage): void {
    const warnings = findings.filter(({ severity }) => severity === 'warning');
    if (warnings.length === 0) this.log.info({ vnfPkgId: id }, 'the package is onboarded');
    else this.log.warn({ vnfPkgId: id, warnings }, 'the package is onboarded, with warnings');
  }

  /** The package, or why it is not onboarded: a fault of the files is a reason, one of the store is thrown. */
  private async read(id: VnfPkgId, pace: ReadingPace): Promise<Outcome<VnfPackage> | NotRead> {
    const read = await this.files.onboard(id, pace).catch(async (error: unknown) => {
      if (error instanceof NotRead) return error;
      const cause = causeOf(error);
      // Files that end because their package is deleted are nobody's trouble.
      const isThere = (await this.store.package(id)) !== undefined;
      if (isThere) this.log.error({ vnfPkgId: id, cause }, 'reading the package met a fault');
      return { ok: false, problem: fault(id, cause) } as const;
    });
    if (read instanceof NotRead || !read.ok) return read;
    const completed = await this.store.completeOnboarding(id, this.owner, read.value);
    return completed.ok ? read : completed;
  }
}

const fault = (id: VnfPkgId, cause: unknown): Problem =>
  problem('internal-error', `Reading package ${id} met a fault in Berth.`, { cause });

const interrupted = (id: VnfPkgId): Problem =>
  problem(
    'upload-broken',
    `Berth stopped while package ${id} was uploaded; delete the resource and upload to a new one.`,
  );
