/**
 * Looking again: counters and guests often, the whole host now and then. Events tell most of it sooner; this catches
 * what they miss. Each round ends before the next begins.
 */
import { EngineError } from '../engine/engine.js';
import type { Engines } from '../engine/engines.js';
import type { Vnfc } from '../lifecycle/model.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import type { Comeback } from './comeback.js';
import type { Fleet } from './fleet.js';
import { broken, guestWords, readGuestStatus } from './guest-status.js';
import { GuestTurns } from './guest-turns.js';
import type { KeptInstances } from './kept-instances.js';
import { retryLeftovers, type LeftoverRecords } from './leftovers.js';
import { causeOf } from './step-problem.js';

export interface WatchSettings {
  readonly statsMs: number;
  readonly guestMs: number;
  readonly hostMs: number;
  /** Between two rounds over what waits to be started again. */
  readonly comebackMs: number;
}

export class Watch {
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly turns: GuestTurns;
  private readonly rounds = new Set<Promise<void>>();

  constructor(
    private readonly fleet: Fleet,
    private readonly comeback: Comeback,
    private readonly engines: Engines,
    private readonly store: LeftoverRecords,
    private readonly instances: KeptInstances,
    private readonly clock: Pick<Clock, 'now' | 'elapsedMs'>,
    private readonly log: Log,
    private readonly settings: WatchSettings,
  ) {
    this.turns = new GuestTurns(settings.guestMs);
  }

  start(): void {
    // A host or guest that is still being asked is passed over: nobody waits for the slowest.
    this.every(this.settings.statsMs, () => this.begin(this.fleet.readStats()));
    this.every(this.settings.guestMs, async () => {
      for (const asking of await this.startAsking()) this.begin(asking);
    });
    this.every(this.settings.comebackMs, () => this.comeback.round());
    this.every(this.settings.hostMs, () => this.refreshHosts());
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.rounds);
  }

  /** Goes on beside the rounds. */
  private begin(work: Promise<void>): void {
    const logged: Promise<void> = work
      .catch((error: unknown) => {
        this.log.error({ cause: causeOf(error) }, 'a part of the watch failed');
      })
      .finally(() => this.rounds.delete(logged));
    this.rounds.add(logged);
  }

  private every(ms: number, round: () => Promise<void> | void): void {
    let busy = false;
    const run = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        await round();
      } catch (error) {
        this.log.error({ cause: causeOf(error) }, 'a round of the watch failed');
      } finally {
        busy = false;
      }
    };
    const begin = (): void => {
      const work: Promise<void> = run().finally(() => this.rounds.delete(work));
      this.rounds.add(work);
    };
    this.timers.push(setInterval(begin, ms).unref());
  }

  private async refreshHosts(): Promise<void> {
    const connected = this.engines.all().filter((engine) => engine.isConnected());
    await Promise.all(connected.map((engine) => this.fleet.refresh(engine.hostId)));
    await retryLeftovers(this.engines, this.store, this.log);
  }

  /** Asks every running guest that has a status command; each that answered last time, and the others now and then. */
  async askGuests(): Promise<void> {
    await Promise.all(await this.startAsking());
  }

  private async startAsking(): Promise<readonly Promise<void>[]> {
    const instances = await this.instances.now();
    const vnfcs = [...instances.values()].flatMap((instance) => instance.instantiated?.vnfcs ?? []);
    this.turns.keepOnly(new Set(vnfcs.map(({ id }) => id)));
    return vnfcs
      .filter(({ id, state }) => state === 'STARTED' && this.turns.mayAsk(id, this.clock.elapsedMs()))
      .map((vnfc) => this.askInTurn(vnfc));
  }

  private async askInTurn(vnfc: Vnfc): Promise<void> {
    this.turns.begin(vnfc.id);
    const answered = await this.askGuest(vnfc).catch((error: unknown) => {
      this.turns.end(vnfc.id, true, this.clock.elapsedMs());
      throw error;
    });
    this.turns.end(vnfc.id, answered, this.clock.elapsedMs());
  }

  /** False: it hangs. */
  private async askGuest({ hostId, id, guest }: Vnfc): Promise<boolean> {
    const { statusCommand } = guest;
    if (statusCommand === undefined || this.fleet.domain({ id, hostId })?.state !== 'running') return true;
    const engine = this.engines.of(hostId);
    if (!engine.isConnected()) return true;
    const atMs = this.clock.now();
    try {
      const { exitCode, stdout, stderr } = await engine.guestExec(id, statusCommand, this.settings.guestMs);
      const said =
        exitCode === 0
          ? readGuestStatus(stdout, atMs)
          : broken(atMs, `status command ended with ${String(exitCode)}: ${guestWords(stderr)}`);
      this.fleet.guestSaid(hostId, id, said, true);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.fleet.guestSaid(hostId, id, broken(atMs, error.message), false);
      return error.kind !== 'Timeout';
    }
  }
}
