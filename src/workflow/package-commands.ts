/**
 * Package commands (SOL005 clause 9): create, upload, modify, delete. `onboarding.ts` goes on where an upload ends.
 */
import type { PackageFiles, PackageSource, SettledContents } from '../artifacts/artifacts.js';
import { outgrown } from '../lifecycle/kept-maps.js';
import { patchedMap } from '../lifecycle/merge-patch.js';
import type { IdSource, WallClock } from '../shared/clock.js';
import { vnfPkgId, type VnfPkgId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { isOfKind, problem } from '../shared/problem.js';
import type { Ownership } from '../store/ownership.js';
import type { PackageRecords, VnfPkgRecord } from '../store/packages.js';
import type { PackageCommands, PackagePatch } from './commands.js';
import type { Background, Group } from './background/background.js';
import { everyPage } from './records/every-page.js';
import type { Holding, Onboarding } from './background/tasks/onboarding.js';
import { causeOf } from './step-problem.js';

type Arrival = ReturnType<PackageFiles['receive']>;

export class SolPackageCommands implements PackageCommands {
  private readonly fetches: Group;

  /** `sweep` removes base images that no package has any more from the hosts. */
  constructor(
    private readonly store: PackageRecords & Pick<Ownership, 'packageStanding'>,
    private readonly files: PackageFiles,
    private readonly onboarding: Onboarding,
    private readonly clock: WallClock,
    private readonly ids: IdSource,
    private readonly log: Log,
    private readonly sweep: () => Promise<void>,
    background: Background,
  ) {
    // An error here is one of the store: the lease lapses, and the replica that finds it ends the upload.
    this.fetches = background.group({ name: 'package-fetches', does: 'fetching a package' });
  }

  /**
   * Removes files that an interrupted deletion or refusal left; onboarding resumes packages that it was reading.
   * Files that the database does not know stay: the database may be the wrong one.
   */
  async recover(): Promise<void> {
    await this.files.open();
    // Files first: whatever is stored by then has a record, or had one.
    const stored = await this.files.stored();
    const standing = await this.store.packageStanding(stored);
    const states = await this.store.packageStates(stored);
    for (const id of stored) {
      if (standing.get(id) === 'ended' || states.get(id) === 'ERROR') await this.files.remove(id);
    }
    await this.settle();
  }

  /** Files of an earlier build, or of a restored backup, are brought to where they are looked for. */
  private async settle(): Promise<void> {
    for (const { id, archive, why } of await this.files.settle(this.onboarded())) {
      this.log.error(
        { vnfPkgId: id, archive, why },
        'the files of an onboarded package are not there; bring them back from a backup (docs/backup.md)',
      );
    }
  }

  private async *onboarded(): AsyncGenerator<readonly [VnfPkgId, SettledContents]> {
    for await (const page of everyPage((asked) => this.store.packagePage(asked, { onboarded: true }))) {
      for (const { id } of page) {
        const contents = (await this.store.package(id))?.contents;
        if (contents !== undefined) yield [id, contents];
      }
    }
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
    const begun = await this.store.beginUpload(id, this.onboarding.owner);
    if (!begun.ok) return begun;
    const held = { id, token: begun.value.token };
    return this.onboarding.hold(held, (lost) =>
      this.take(held, () => this.files.receive(id, until(lost, content), expectedBytes)),
    );
  }

  async uploadFromUri(id: VnfPkgId, source: PackageSource): Promise<Outcome<VnfPkgRecord>> {
    const begun = await this.store.beginUpload(id, this.onboarding.owner);
    if (!begun.ok) return begun;
    void this.fetches.beside({ vnfPkgId: id }, () => this.fetch({ id, token: begun.value.token }, source));
    return ok(begun.value.work);
  }

  /** Ends when Berth stops; an upload ends with its connection. */
  private async fetch(held: Holding, source: PackageSource): Promise<void> {
    await this.onboarding.hold(held, (lost) => {
      const signal = AbortSignal.any([lost, this.fetches.stopping]);
      return this.take(held, () => this.files.fetch(held.id, source, signal));
    });
  }

  /** UPLOADING to PROCESSING, or to ERROR when the bytes did not come. */
  private async take(held: Holding, arrive: () => Arrival): Promise<Outcome<VnfPkgRecord>> {
    const { id, token } = held;
    const received = await arrive().catch((error: unknown) => this.broken(id, error));
    if (!received.ok) {
      // If the package was deleted or another replica has taken it over, that is the cause of any other error.
      const failed = await this.onboarding.fail(held, received.problem);
      return failed.ok ? received : failed;
    }
    const ended = await this.store.endUpload(id, token, received.value);
    if (ended.ok) this.onboarding.wake();
    // Deleted, or taken for broken by another replica: it has removed what it saw.
    else await this.files.remove(id);
    return ended;
  }

  /** A disconnect of the client or a disk error fails the upload, not the server. */
  private broken(id: VnfPkgId, error: unknown): Awaited<Arrival> {
    const cause = causeOf(error);
    this.log.warn({ vnfPkgId: id, cause }, 'an upload broke');
    const detail = `The upload of package ${id} broke before its end; delete the resource and upload to a new one.`;
    return { ok: false, problem: problem('upload-broken', detail, { cause }) };
  }

  /** `userDefinedData` is a merge patch, applied to the revision that was read; again when another was faster. */
  async modify(id: VnfPkgId, change: PackagePatch, ifRevision?: number): Promise<Outcome<VnfPkgRecord>> {
    const { userDefinedData: patch, ...others } = change;
    const record = await this.store.package(id);
    if (record === undefined || patch === undefined) return this.store.modifyPackage(id, others, ifRevision);
    const tooLarge = outgrown({ userDefinedData: record.userDefinedData }, { userDefinedData: patch });
    if (tooLarge) return refuse(tooLarge);
    const userDefinedData = patchedMap(record.userDefinedData, patch);
    const { revision } = record;
    const modified = await this.store.modifyPackage(id, { ...others, userDefinedData }, ifRevision ?? revision);
    if (modified.ok || ifRevision !== undefined || !isOfKind(modified.problem, 'precondition-failed')) return modified;
    return this.modify(id, change);
  }

  async delete(id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>> {
    const deleted = await this.store.deletePackage(id, ifRevision);
    if (!deleted.ok) return deleted;
    await this.files.remove(id);
    await this.sweep();
    this.log.info({ vnfPkgId: id }, 'the package was deleted');
    return deleted;
  }
}

/** Ends with an error once the lease is lost. */
async function* until(lost: AbortSignal, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    lost.throwIfAborted();
    yield chunk;
  }
}
