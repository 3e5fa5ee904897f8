/**
 * After a reboot of a host its STARTED VNFs are started again by an automatic OPERATE, which is visible and journaled like
 * any other: few per host at a time, and only when the host has the resources. A waiting VNF shows what it waits for.
 * docs/vnf-state.md says how a reboot is recognised.
 */
import type { LcmOpOcc, VnfInstance, Vnfc } from '../../../lifecycle/model.js';
import { missingOnHost } from '../../../lifecycle/needs-of-host.js';
import type { Sight } from '../../../lifecycle/vnf-state.js';
import type { HostId, OpOccId, VnfcId, VnfInstanceId } from '../../../shared/ids.js';
import type { Log } from '../../../shared/log.js';
import type { Outcome } from '../../../shared/outcome.js';
import type { InstanceRecords } from '../../../store/instances.js';
import type { OperationRecords } from '../../../store/operations.js';
import type { Background } from '../../background/background.js';
import type { Fleet } from '../fleet.js';
import { causeOf } from '../../step-problem.js';

export interface ComebackPorts {
  readonly store: Pick<InstanceRecords, 'instance'> & Pick<OperationRecords, 'opOcc' | 'operationUnderWay'>;
  readonly fleet: Pick<Fleet, 'host' | 'freePages' | 'showWaiting' | 'bringsBack'>;
  readonly sight: Sight;
  readonly log: Log;
  /** Begins an automatic OPERATE to STARTED. */
  readonly begin: (id: VnfInstanceId) => Promise<Outcome<LcmOpOcc>>;
  readonly fail: (id: OpOccId) => Promise<Outcome<LcmOpOcc>>;
  readonly background: Background;
  /** Between two rounds over what waits to be started again. */
  readonly everyMs: number;
}

/** VNFs of one host that are started at once. */
const atOnce = 2;
/** Limit of the backoff, in rounds. */
const mostRounds = 60;
/** Longer than any statement of the store. */
const roundLimitMs = 600_000;

interface Waiting {
  readonly vnfInstanceId: VnfInstanceId;
  readonly hostId: HostId;
  for: string;
}

interface Attempt {
  failures: number;
  /** Rounds that pass before the next try. */
  pause: number;
  running?: OpOccId;
}

export class Comeback {
  private readonly waiting = new Map<VnfcId, Waiting>();
  private readonly attempts = new Map<VnfInstanceId, Attempt>();

  constructor(private readonly ports: ComebackPorts) {
    ports.background.add({
      name: 'comeback',
      does: 'starting again what went down with its host',
      everyMs: ports.everyMs,
      isFirstLater: true,
      limitMs: roundLimitMs,
      run: () => this.round(),
    });
  }

  /** Whether what went down with this host is started again. */
  bringsBack(id: HostId): boolean {
    return this.ports.fleet.bringsBack(id);
  }

  /** False: not on this host. */
  add({ id: vnfInstanceId }: VnfInstance, { id, hostId }: Vnfc): boolean {
    if (!this.ports.fleet.bringsBack(hostId)) return false;
    if (this.waiting.has(id)) return true;
    this.waiting.set(id, { vnfInstanceId, hostId, for: '' });
    this.wait(id, 'its turn');
    return true;
  }

  awaits(id: VnfcId): boolean {
    return this.waiting.has(id);
  }

  /** Each round checks every waiting VNF; one that cannot be checked is checked in the next. */
  private async round(): Promise<void> {
    for (const [id, members] of Map.groupBy(this.waiting, ([, { vnfInstanceId }]) => vnfInstanceId)) {
      try {
        await this.look(
          id,
          members.map(([vnfcId]) => vnfcId),
        );
      } catch (error) {
        this.ports.log.warn(
          { vnfInstanceId: id, cause: causeOf(error) },
          'bringing a VNF back failed; it is tried again',
        );
      }
    }
    this.ports.fleet.showWaiting(new Map([...this.waiting].map(([id, each]) => [id, each.for])));
  }

  private async look(id: VnfInstanceId, members: readonly VnfcId[]): Promise<void> {
    const instance = await this.ports.store.instance(id);
    const vnfcs = instance?.instantiated?.vnfcs.filter((vnfc) => members.includes(vnfc.id)) ?? [];
    const open = vnfcs.filter((vnfc) => vnfc.state === 'STARTED' && this.ports.sight(vnfc) !== 'running');
    for (const vnfcId of members) if (!open.some((vnfc) => vnfc.id === vnfcId)) this.waiting.delete(vnfcId);
    const attempt = this.attempts.get(id) ?? { failures: 0, pause: 0 };
    if (open.length === 0) {
      this.attempts.delete(id);
      return;
    }
    this.attempts.set(id, attempt);
    if (await this.isUnderWay(id, open, attempt)) return;
    attempt.pause -= 1;
    if (attempt.pause >= 0) return;
    const lacks = open.filter((vnfc) => this.lacks(vnfc));
    if (lacks.length === 0) await this.begin(id, open, attempt);
  }

  /** Whatever is done to the VNF now goes first; an automatic start that is parked is given up, to be tried again. */
  private async isUnderWay(id: VnfInstanceId, open: readonly Vnfc[], attempt: Attempt): Promise<boolean> {
    const occ = await this.ports.store.operationUnderWay(id);
    if (occ === undefined) {
      await this.account(open, attempt);
      return false;
    }
    const isParkedStart = occ.isAutomaticInvocation && occ.operationState === 'FAILED_TEMP';
    if (!isParkedStart) {
      for (const vnfc of open) this.wait(vnfc.id, `the end of operation ${occ.id} (${occ.operation})`);
      return true;
    }
    await this.ports.fail(occ.id);
    delete attempt.running;
    this.failed(open, attempt, occ);
    return true;
  }

  private async account(open: readonly Vnfc[], attempt: Attempt): Promise<void> {
    if (attempt.running === undefined) return;
    const occ = await this.ports.store.opOcc(attempt.running);
    delete attempt.running;
    if (occ !== undefined && occ.operationState !== 'COMPLETED') this.failed(open, attempt, occ);
  }

  private failed(open: readonly Vnfc[], attempt: Attempt, { id, error }: LcmOpOcc): void {
    attempt.failures += 1;
    attempt.pause = Math.min(2 ** attempt.failures, mostRounds);
    for (const vnfc of open) this.wait(vnfc.id, `the next try, after operation ${id} failed: ${error?.detail ?? ''}`);
  }

  private lacks(vnfc: Vnfc): boolean {
    const host = this.ports.fleet.host(vnfc.hostId);
    if (host === undefined || this.ports.sight(vnfc) === 'unknown') {
      this.wait(vnfc.id, `host ${vnfc.hostId}, which is out of reach`);
      return true;
    }
    const missing = missingOnHost(vnfc, host, this.ports.fleet.freePages(vnfc.hostId) ?? []);
    if (missing.length > 0) this.wait(vnfc.id, missing.join('; '));
    return missing.length > 0;
  }

  private async begin(id: VnfInstanceId, open: readonly Vnfc[], attempt: Attempt): Promise<void> {
    const full = open.find(({ hostId }) => this.startingOn(hostId) >= atOnce);
    if (full !== undefined) {
      for (const vnfc of open) this.wait(vnfc.id, `its turn: ${String(atOnce)} VNFs start on host ${full.hostId}`);
      return;
    }
    const begun = await this.ports.begin(id);
    if (!begun.ok) {
      for (const vnfc of open) this.wait(vnfc.id, begun.problem.detail);
      return;
    }
    attempt.running = begun.value.id;
    for (const vnfc of open) this.wait(vnfc.id, `operation ${begun.value.id}, which starts it`);
  }

  private startingOn(hostId: HostId): number {
    const here = [...this.waiting.values()].filter((each) => each.hostId === hostId);
    const vnfs = new Set(here.map((each) => each.vnfInstanceId));
    return [...vnfs].filter((id) => this.attempts.get(id)?.running !== undefined).length;
  }

  private wait(id: VnfcId, what: string): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined || waiting.for === what) return;
    waiting.for = what;
    const { vnfInstanceId, hostId } = waiting;
    this.ports.log.warn(
      { vnfInstanceId, vnfcId: id, hostId, waitsFor: what },
      'a VNFC that ran before its host went down waits to be started again',
    );
  }
}
