/**
 * Periodic polling: counters and guests often, the whole host less often. It catches what events miss. Each round ends
 * before the next begins.
 */
import { EngineError } from '../../../engine/engine.js';
import type { Engines } from '../../../engine/engines.js';
import type { Vnfc } from '../../../lifecycle/model.js';
import type { Clock } from '../../../shared/clock.js';
import type { Log } from '../../../shared/log.js';
import type { Background } from '../background.js';
import type { Fleet } from '../../hosts/fleet.js';
import { broken, guestWords, readGuestStatus } from '../../guests/guest-status.js';
import { GuestTurns } from '../../guests/guest-turns.js';
import type { KeptInstances } from '../../records/kept-instances.js';
import { retryLeftovers, type LeftoverRecords } from '../../hosts/files/leftovers.js';

export interface WatchSettings {
  readonly statsMs: number;
  readonly guestMs: number;
  readonly hostMs: number;
  /** Interval between rounds over VNFs that wait to be started again (comeback.ts). */
  readonly comebackMs: number;
}

export interface WatchPorts {
  readonly fleet: Fleet;
  readonly engines: Engines;
  readonly store: LeftoverRecords;
  readonly instances: KeptInstances;
  readonly clock: Pick<Clock, 'now' | 'elapsedMs'>;
  readonly log: Log;
  readonly background: Background;
}

/** Adding or removing a card causes many events: one reading answers all of this time. */
const devicesMs = 2_000;

/** Longer than any call to a host. */
const roundLimitMs = 600_000;

export class Watch {
  private readonly turns: GuestTurns;

  constructor(
    private readonly ports: WatchPorts,
    private readonly settings: WatchSettings,
  ) {
    this.turns = new GuestTurns(settings.guestMs);
    this.addCounters();
    this.addGuests();
    this.addHosts();
  }

  // Skips a host or guest that is still being asked, so that none waits for the slowest.
  private addCounters(): void {
    const { background, fleet } = this.ports;
    const task = background.add({
      name: 'host-counters',
      does: 'reading counters of hosts',
      everyMs: this.settings.statsMs,
      isFirstLater: true,
      run: () => {
        void task.beside({}, () => fleet.readStats());
        return Promise.resolve();
      },
    });
  }

  private addGuests(): void {
    const task = this.ports.background.add({
      name: 'guest-status',
      does: 'asking guests for their status',
      everyMs: this.settings.guestMs,
      isFirstLater: true,
      limitMs: roundLimitMs,
      run: async () => {
        for (const vnfc of await this.guestsToAsk()) void task.beside({ vnfcId: vnfc.id }, () => this.askInTurn(vnfc));
      },
    });
  }

  private addHosts(): void {
    const { background, engines, fleet, store, log } = this.ports;
    background.add({
      name: 'host-facts',
      does: 'reading hosts',
      everyMs: this.settings.hostMs,
      isFirstLater: true,
      limitMs: roundLimitMs,
      run: () => this.refreshHosts(),
    });
    background.add({
      name: 'host-devices',
      does: 'reading hosts whose devices changed',
      everyMs: devicesMs,
      isFirstLater: true,
      limitMs: roundLimitMs,
      run: () => fleet.refreshChanged(),
    });
    background.add({
      name: 'leftovers',
      does: 'removing what ended operations had to leave',
      everyMs: this.settings.hostMs,
      isFirstLater: true,
      limitMs: roundLimitMs,
      run: () => retryLeftovers(engines, store, log),
    });
  }

  private async refreshHosts(): Promise<void> {
    const { engines, fleet } = this.ports;
    const connected = engines.all().filter((engine) => engine.isConnected());
    await Promise.all(connected.map((engine) => fleet.refresh(engine.hostId)));
  }

  /** Each guest that has a status command and answered last time, the others less often. */
  private async guestsToAsk(): Promise<readonly Vnfc[]> {
    const instances = await this.ports.instances.now();
    const vnfcs = [...instances.values()].flatMap((instance) => instance.instantiated?.vnfcs ?? []);
    this.turns.keepOnly(new Set(vnfcs.map(({ id }) => id)));
    const elapsedMs = this.ports.clock.elapsedMs();
    return vnfcs.filter(({ id, state }) => state === 'STARTED' && this.turns.mayAsk(id, elapsedMs));
  }

  private async askInTurn(vnfc: Vnfc): Promise<void> {
    this.turns.begin(vnfc.id);
    const answered = await this.askGuest(vnfc).catch((error: unknown) => {
      this.turns.end(vnfc.id, true, this.ports.clock.elapsedMs());
      throw error;
    });
    this.turns.end(vnfc.id, answered, this.ports.clock.elapsedMs());
  }

  /** False: it hangs. */
  private async askGuest({ hostId, id, guest }: Vnfc): Promise<boolean> {
    const { statusCommand } = guest;
    if (statusCommand === undefined || this.ports.fleet.domain({ id, hostId })?.state !== 'running') return true;
    const engine = this.ports.engines.of(hostId);
    if (!engine.isConnected()) return true;
    const atMs = this.ports.clock.now();
    try {
      const { exitCode, stdout, stderr } = await engine.guestExec(id, statusCommand, this.settings.guestMs);
      const said =
        exitCode === 0
          ? readGuestStatus(stdout, atMs)
          : broken(atMs, `status command ended with ${String(exitCode)}: ${guestWords(stderr)}`);
      this.ports.fleet.guestSaid(hostId, id, said, true);
      return true;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      this.ports.fleet.guestSaid(hostId, id, broken(atMs, error.message), false);
      return error.kind !== 'Timeout';
    }
  }
}
