/**
 * Package commands (SOL005 clause 9): create, upload, onboard, modify, delete. Onboarding goes on in the background and
 * is taken up again after a crash, so that no package is ever stuck.
 */
import type { PackageFiles } from '../artifacts/artifacts.js';
import { mergePatch } from '../lifecycle/plan-modify-info.js';
import type { Clock, IdSource } from '../shared/clock.js';
import { vnfPkgId, type VnfPkgId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import type { Outcome } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';
import type { Store, VnfPkgRecord } from '../store/store.js';
import type { PackageCommands } from './commands.js';
import { causeOf } from './step-problem.js';

export class SolPackageCommands implements PackageCommands {
  private readonly onboarding = new Set<Promise<void>>();
  private turn: Promise<unknown> = Promise.resolve();

  /** `sweep` removes base images that no package has any more from the hosts. */
  constructor(
    private readonly store: Store,
    private readonly files: PackageFiles,
    private readonly clock: Clock,
    private readonly ids: IdSource,
    private readonly log: Log,
    private readonly sweep: () => Promise<void>,
  ) {}

  /** After a crash: what a deletion left is removed, a broken upload ends in ERROR, a stored archive is read again. */
  async recover(): Promise<void> {
    await this.files.open();
    // Files first: whatever is stored by then has a record, or had one.
    const stored = await this.files.stored();
    const records = await this.store.packages();
    for (const id of stored) if (!records.some((record) => record.id === id)) await this.removeFiles(id);
    for (const record of records) {
      if (record.onboardingState === 'UPLOADING') await this.fail(record.id, interrupted(record.id));
      if (record.onboardingState === 'PROCESSING') this.onboard(record.id);
    }
  }

  /** Waits for onboardings under way. */
  async settle(): Promise<void> {
    await Promise.all(this.onboarding);
  }

  create(userDefinedData: Readonly<Record<string, unknown>>): Promise<VnfPkgRecord> {
    return this.store.createPackage({
      id: vnfPkgId(this.ids.uuid()),
      userDefinedData,
      createdAtMs: this.clock.now(),
    });
  }

  async upload(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes?: number,
  ): Promise<Outcome<VnfPkgRecord>> {
    const begun = await this.store.setOnboarding(id, ['CREATED'], { onboardingState: 'UPLOADING' });
    if (!begun.ok) return begun;
    const received = await this.receive(id, content, expectedBytes);
    if (!received.ok) {
      await this.fail(id, received.problem);
      return received;
    }
    const stored = await this.store.setOnboarding(id, ['UPLOADING'], {
      onboardingState: 'PROCESSING',
      ...received.value,
    });
    if (stored.ok) this.onboard(id);
    else await this.inTurn(() => this.removeFiles(id));
    return stored;
  }

  /** A client that goes away or a disk that is full breaks the upload, never the server. */
  private async receive(
    id: VnfPkgId,
    content: AsyncIterable<Uint8Array>,
    expectedBytes: number | undefined,
  ): ReturnType<PackageFiles['receive']> {
    try {
      return await this.files.receive(id, content, expectedBytes);
    } catch (error) {
      const cause = causeOf(error);
      this.log.warn({ vnfPkgId: id, cause }, 'an upload broke');
      const detail = `The upload of package ${id} broke before its end; delete the resource and upload to a new one.`;
      return { ok: false, problem: problem('upload-broken', detail, { cause }) };
    }
  }

  /** `userDefinedData` is a merge patch, applied to the revision that was read; again when another was faster. */
  async modify(
    id: VnfPkgId,
    change: Partial<Pick<VnfPkgRecord, 'operationalState' | 'userDefinedData'>>,
    ifRevision?: number,
  ): Promise<Outcome<VnfPkgRecord>> {
    const record = await this.store.package(id);
    if (record === undefined || change.userDefinedData === undefined) {
      return this.store.modifyPackage(id, change, ifRevision);
    }
    const userDefinedData = mergePatch(record.userDefinedData, change.userDefinedData);
    const { revision } = record;
    const modified = await this.store.modifyPackage(id, { ...change, userDefinedData }, ifRevision ?? revision);
    if (modified.ok || ifRevision !== undefined || modified.problem.status !== 412) return modified;
    return this.modify(id, change);
  }

  async delete(id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>> {
    const deleted = await this.store.deletePackage(id, ifRevision);
    if (!deleted.ok) return deleted;
    await this.inTurn(() => this.removeFiles(id));
    await this.sweep();
    this.log.info({ vnfPkgId: id }, 'the package was deleted');
    return deleted;
  }

  private onboard(id: VnfPkgId): void {
    const work: Promise<void> = this.inTurn(() => this.readAndComplete(id)).finally(() => this.onboarding.delete(work));
    this.onboarding.add(work);
  }

  private async readAndComplete(id: VnfPkgId): Promise<void> {
    try {
      const read = await this.files.onboard(id);
      const completed = read.ok ? await this.store.completeOnboarding(id, read.value) : read;
      if (completed.ok) this.log.info({ vnfPkgId: id }, 'the package is onboarded');
      else await this.refuse(id, completed.problem);
    } catch (error) {
      const cause = causeOf(error);
      this.log.error({ vnfPkgId: id, cause }, 'reading the package met a fault');
      await this.refuse(id, problem('internal-error', `Reading package ${id} met a fault in Berth.`, { cause }));
    }
  }

  /** ERROR keeps the reason; the bytes go, since nothing can be done with them (SOL005: delete and create anew). */
  private async refuse(id: VnfPkgId, why: Problem): Promise<void> {
    const failed = await this.store.setOnboarding(id, ['UPLOADING', 'PROCESSING'], {
      onboardingState: 'ERROR',
      onboardingFailureDetails: why,
    });
    // Another replica may have onboarded it meanwhile: then its files are needed.
    const now = failed.ok ? failed.value : await this.store.package(id);
    if (now?.onboardingState !== 'ONBOARDED') await this.removeFiles(id);
    if (failed.ok) this.log.warn({ vnfPkgId: id, error: why }, 'the package is refused');
  }

  private async removeFiles(id: VnfPkgId): Promise<void> {
    await this.files.remove(id, await imagesInUse(this.store));
  }

  private fail(id: VnfPkgId, why: Problem): Promise<void> {
    return this.inTurn(() => this.refuse(id, why));
  }

  /** Images are shared by digest: reading one package and removing another's files never overlap. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

/** SHA-256 of every image that an onboarded package holds. */
export async function imagesInUse(store: Store): Promise<ReadonlySet<string>> {
  const records = await store.packages();
  return new Set(records.flatMap((record) => record.contents?.softwareImages.map((image) => image.sha256) ?? []));
}

const interrupted = (id: VnfPkgId): Problem =>
  problem(
    'upload-broken',
    `Berth stopped while package ${id} was uploaded; delete the resource and upload to a new one.`,
  );
