/**
 * The way to one host as Berth sees it: typed calls with deadlines, notices, and a connection that comes back.
 *
 *   stopped --start--> opening --connected--> connected --disconnected, lost--> opening, after a pause
 *
 * Opening asks for the host by a call first, whose process can be killed without harm to others, and then listens for
 * its events. When a native call does not return in time its process is killed, for libvirt has no other way out of
 * one, and the host is taken for lost until it answers again. Processes are those of a pool (processes/).
 */
import { withoutPasswords } from '../../shared/shown-uri.js';
import type { Clock, Timer } from '../../shared/clock.js';
import { defined } from '../../shared/defined.js';
import type { HostId } from '../../shared/ids.js';
import { EngineError, type EngineErrorKind, type EngineProcess, type NativeError } from '../engine.js';
import { type Call, CallSlots, laneOf, type LaneSizes, neverQueues } from './call-slots.js';
import type { CallOptions } from './calls/context.js';
import type { CallArguments, CallName, CallResult } from './calls/registry.js';
import { errorKind } from './error-kind.js';
import type { ProcessPools } from './processes/process-pools.js';
import type { Member, Seat } from './processes/seat.js';
import { explained } from './way-to-host.js';
import type { CallFailure, CallReply, CallRequest, HostNotice } from './protocol.js';

export interface HostLinkListener {
  connected(): void;
  disconnected(reason: string): void;
  notice(notice: HostNotice): void;
}

export interface HostLinkOptions extends CallOptions {
  readonly hostId: HostId;
  readonly lanes: LaneSizes;
  readonly connectTimeoutMs: number;
  /** A host that has behaved for so long shares processes again. */
  readonly aloneMs: number;
  readonly deadlineMs: (name: CallName) => number;
  readonly clock: Clock;
  readonly pools: ProcessPools;
}

const firstPauseMs = 100;
/** Of a host that says no. */
const longestPauseMs = 5_000;
/** Of one that costs processes. */
const longestPauseOfLostMs = 30_000;
/** A connection that lasted this long is opened again without delay. */
const healthyMs = 60_000;

export class HostLink {
  readonly #options: HostLinkOptions;
  readonly #listener: HostLinkListener;
  readonly #slots: CallSlots;
  #seat: Seat | undefined;
  /** Where it is about to move. */
  #next: Seat | undefined;
  /** Whether the next seat is one without others. */
  #alone = false;
  #connected = false;
  #connectedAtMs = 0;
  /** The reason that was told of a host that was never reached. */
  #told: string | undefined;
  #wasConnected = false;
  #stopped = true;
  /** Why there is no connection. */
  #reason = 'not started';
  #restarts = 0;
  #lastId = 0;
  #pauseMs = firstPauseMs;
  #pauseOfLostMs = firstPauseMs;
  #again: Timer | undefined;
  #late: Timer | undefined;
  #firstVerdict: (() => void) | undefined;

  constructor(options: HostLinkOptions, listener: HostLinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#slots = new CallSlots(options.lanes, {
      send: (call) => {
        this.#send(call);
      },
      clock: options.clock,
      deadlineMs: options.deadlineMs,
      overdue: (call) => {
        this.#overdue(call);
      },
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  get process(): EngineProcess {
    return { isUp: this.#seat?.isUp ?? false, restarts: this.#restarts };
  }

  /** Resolves at the first connection or the first failure. */
  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#stopped = false;
    const verdict = new Promise<void>((resolve) => (this.#firstVerdict = resolve));
    this.#open();
    await verdict;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#firstVerdict?.();
    this.#nowDisconnected('stopped');
    this.#rejectCalls('stopped');
    const seat = this.#seat;
    this.#seat = undefined;
    await seat?.leave();
  }

  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<CallResult<Name>> {
    const refusal = this.#refusal(name);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise<CallResult<Name>>((resolve, reject) => {
      this.#slots.add({ id: this.#nextId(), name, args, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #refusal(name: CallName): EngineError | undefined {
    if (!this.#connected)
      return this.#error('Unavailable', `Host ${this.#options.hostId} is not connected: ${this.#reason}.`);
    const lane = laneOf(name);
    if (!neverQueues(lane) || this.#slots.hasRoom(lane)) return undefined;
    return this.#error('Busy', `Host ${this.#options.hostId} has not answered the previous calls of ${name}.`);
  }

  /** Of a seat that this host has left it hears nothing more. */
  #takeSeat(): Seat {
    const seat: Seat = this.#options.pools.seat(
      {
        ...this.#identity(),
        connected: () => {
          if (seat === this.#seat) this.#nowConnected();
          else if (seat === this.#next) this.#move(seat);
        },
        disconnected: (reason) => {
          if (seat === this.#seat) this.#refused(reason);
          else if (seat === this.#next) this.#stay();
        },
        notice: (notice) => {
          if (seat === this.#seat) this.#listener.notice(notice);
        },
        lost: (reason, alone) => {
          if (seat === this.#seat) this.#unheard(reason, alone);
          else if (seat === this.#next) this.#stay();
        },
      },
      this.#alone,
    );
    return seat;
  }

  #identity(): Pick<Member, 'host' | 'options' | 'connectTimeoutMs'> {
    const { hostId, uri, pool, pidDirectory, keepAliveSeconds, connectTimeoutMs } = this.#options;
    const options = { uri, pool, keepAliveSeconds, ...defined({ pidDirectory }) };
    return { host: hostId, options, connectTimeoutMs };
  }

  #open(): void {
    const seat = (this.#seat ??= this.#takeSeat());
    this.#reach(seat, {
      reached: () => {
        seat.listen();
      },
      refused: (reason) => {
        this.#refused(reason);
      },
      lost: (reason) => {
        this.#lost(reason, false);
      },
    });
  }

  #reach(seat: Seat, then: Record<'refused' | 'lost', (reason: string) => void> & { reached: () => void }): void {
    const { connectTimeoutMs } = this.#options;
    this.#late?.cancel();
    seat.run({
      request: this.#request(this.#nextId(), 'reach', []),
      begun: () => {
        this.#late = this.#options.clock.after(connectTimeoutMs, () => {
          then.lost(`no connection within ${String(connectTimeoutMs)} ms`);
        });
      },
      answered: (reply) => {
        this.#late?.cancel();
        if (reply.type === 'result') then.reached();
        else if (reply.type === 'failure') then.refused(reply.failure.text);
      },
      lost: then.lost,
    });
  }

  #send({ id, name, args }: Call): void {
    this.#seat?.run({
      request: this.#request(id, name, args),
      begun: () => {
        this.#slots.begun(id);
      },
      answered: (reply) => {
        if (reply.type === 'progress') this.#slots.progress(id);
        else this.#settle(reply);
      },
      lost: (reason) => {
        this.#lost(reason, true);
      },
    });
  }

  #request(id: number, name: CallName, args: readonly unknown[]): CallRequest {
    const { host, options } = this.#identity();
    return { type: 'call', id, host, options, name, args };
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #settle(reply: Exclude<CallReply, { type: 'progress' }>): void {
    const call = this.#slots.end(reply.id);
    if (call === undefined) return;
    if (reply.type === 'result') call.resolve(reply.value);
    else call.reject(this.#failed(call, reply.failure));
  }

  #failed(call: Call, failure: CallFailure): Error {
    switch (failure.by) {
      case 'libvirt': {
        const { code, domain, text } = failure;
        const message = `Host ${this.#options.hostId} refused ${call.name}.`;
        return this.#error(errorKind(code, domain), message, { source: 'libvirt', code, domain, text });
      }
      case 'berth':
        return this.#error(failure.kind, failure.text);
      case 'fault':
        return new Error(`The libvirt process of host ${this.#options.hostId} failed in ${call.name}.`, {
          cause: failure.text,
        });
    }
  }

  #nowConnected(): void {
    this.#connected = true;
    this.#connectedAtMs = this.#options.clock.elapsedMs();
    this.#wasConnected = true;
    this.#pauseMs = firstPauseMs;
    this.#firstVerdict?.();
    if (this.#seat?.isAlone === true) this.#shareLater();
    this.#listener.connected();
  }

  #nowDisconnected(said: string): void {
    // libvirt may repeat the URI.
    const reason = withoutPasswords(said);
    this.#again?.cancel();
    this.#late?.cancel();
    this.#leaveNext();
    this.#reason = reason;
    this.#firstVerdict?.();
    const isNews = this.#connected || (!this.#wasConnected && this.#told !== reason);
    if (this.#connected && this.#options.clock.elapsedMs() - this.#connectedAtMs > healthyMs)
      this.#pauseOfLostMs = firstPauseMs;
    this.#told = reason;
    this.#connected = false;
    if (isNews && !this.#stopped) this.#listener.disconnected(reason);
  }

  /** The host, or the way to it, says so. */
  #refused(reason: string): void {
    if (this.#stopped) return;
    this.#nowDisconnected(explained(reason, this.#options.uri));
    this.#openAfter(this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  /** The process that listened is gone. Calls have their own, and go on. */
  #unheard(reason: string, alone: boolean): void {
    if (alone) this.#lost(reason, alone);
    else if (!this.#stopped) {
      this.#restarts += 1;
      this.#nowDisconnected(reason);
      this.#openAfterLoss();
    }
  }

  /** A process that served the host is gone, or has to go. A seat without others is taken when this host is the cause. */
  #lost(reason: string, alone: boolean): void {
    if (this.#stopped) return;
    this.#restarts += 1;
    const seat = this.#seat;
    if (alone) {
      this.#alone = true;
      this.#seat = undefined;
      void seat?.leave();
    } else {
      seat?.silence();
      seat?.endCalls();
    }
    this.#nowDisconnected(reason);
    this.#rejectCalls(reason);
    this.#openAfterLoss();
  }

  #openAfterLoss(): void {
    this.#openAfter(this.#pauseOfLostMs);
    this.#pauseOfLostMs = Math.min(this.#pauseOfLostMs * 2, longestPauseOfLostMs);
  }

  #openAfter(pauseMs: number): void {
    this.#again = this.#options.clock.after(pauseMs, () => {
      this.#open();
    });
  }

  /** A call that waits for a guest or its QEMU only costs its caller and its process; any other costs the connection. */
  #overdue(call: Call): void {
    const text = `Host ${this.#options.hostId} has not answered ${call.name} within ${String(this.#options.deadlineMs(call.name))} ms.`;
    call.reject(this.#error('Timeout', text));
    if (laneOf(call.name) === 'calls') this.#lost(`${call.name} did not return`, true);
  }

  #rejectCalls(reason: string): void {
    const { running, waiting } = this.#slots.clear();
    for (const call of [...running, ...waiting]) {
      call.reject(this.#error('Unavailable', `Host ${this.#options.hostId} was lost during ${call.name}: ${reason}.`));
    }
  }

  #shareLater(): void {
    this.#again = this.#options.clock.after(this.#options.aloneMs, () => {
      this.#share();
    });
  }

  /** Listens at the new seat before it leaves the old one, between two calls: nobody notices. */
  #share(): void {
    this.#alone = false;
    const next = (this.#next = this.#takeSeat());
    const stay = (): void => {
      if (next === this.#next) this.#stay();
    };
    this.#reach(next, {
      reached: () => {
        if (next === this.#next) next.listen();
      },
      refused: stay,
      lost: stay,
    });
  }

  #move(next: Seat): void {
    if (!this.#slots.isIdle) {
      this.#stay();
      return;
    }
    void this.#seat?.leave();
    this.#seat = next;
    this.#next = undefined;
  }

  #stay(): void {
    this.#alone = true;
    this.#leaveNext();
    this.#shareLater();
  }

  #leaveNext(): void {
    void this.#next?.leave();
    this.#next = undefined;
  }

  #error(kind: EngineErrorKind, message: string, native?: NativeError): EngineError {
    return new EngineError(kind, this.#options.hostId, message, native);
  }
}
