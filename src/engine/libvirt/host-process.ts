/**
 * One host's child process as Berth sees it: typed calls with deadlines, notices, and a connection that comes back.
 *
 *   stopped --start--> starting --connected--> connected --disconnected--> disconnected --connected--> connected
 *                         ^                        |                            |
 *                         +---- after a pause -----+-------- child ends --------+
 *
 * The child reconnects by itself. It is killed, and started anew, when a native call does not return in time: libvirt
 * has no other way out of one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { HostId } from '../../shared/ids.js';
import { EngineError, type EngineErrorKind, type NativeError } from '../engine.js';
import { type Call, CallSlots, laneOf, neverQueues, type LaneSizes, readySlots } from './call-slots.js';
import type { CallArguments, CallName, CallResult } from './calls/registry.js';
import { childEnvironment } from '../../shared/child-environment.js';
import { beside, nodeArguments } from '../../shared/module-url.js';
import { errorKind } from './error-kind.js';
import type { CallFailure, CallReply, ChildOptions, DomainNotice, FromChild, ToChild } from './protocol.js';

export interface HostProcessListener {
  connected(): void;
  disconnected(reason: string): void;
  notice(notice: DomainNotice): void;
}

export interface HostProcessOptions extends Omit<ChildOptions, 'readySlots'> {
  readonly hostId: HostId;
  readonly workers: LaneSizes;
  readonly connectTimeoutMs: number;
  readonly deadlineMs: (name: CallName) => number;
}

const firstPauseMs = 100;
const longestPauseMs = 30_000;
/** A child that lived this long is started anew without delay. */
const healthyMs = 60_000;

export class HostProcess {
  readonly #options: HostProcessOptions;
  readonly #listener: HostProcessListener;
  readonly #slots: CallSlots;
  #child: ChildProcess | undefined;
  #connected = false;
  /** The reason that was told of a host that was never reached. */
  #told: string | undefined;
  #wasConnected = false;
  #stopped = true;
  /** Why there is no connection. */
  #reason = 'not started';
  #killedFor: string | undefined;
  #spawned = 0;
  #lastId = 0;
  #pauseMs = firstPauseMs;
  #bornAt = 0;
  #respawn: NodeJS.Timeout | undefined;
  #opening: NodeJS.Timeout | undefined;
  #firstVerdict: (() => void) | undefined;

  constructor(options: HostProcessOptions, listener: HostProcessListener) {
    this.#options = options;
    this.#listener = listener;
    this.#slots = new CallSlots(options.workers, {
      send: (call, slot) => {
        this.#send({ type: 'call', id: call.id, slot, name: call.name, args: call.args });
      },
      deadlineMs: options.deadlineMs,
      overdue: (call) => {
        this.#overdue(call);
      },
    });
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Process id of the child, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often the child was started anew. */
  get restarts(): number {
    return Math.max(0, this.#spawned - 1);
  }

  /** Resolves at the first connection or the first failure. */
  async start(): Promise<void> {
    if (!this.#stopped) return;
    this.#stopped = false;
    const verdict = new Promise<void>((resolve) => (this.#firstVerdict = resolve));
    this.#spawn();
    await verdict;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#respawn);
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    child.kill('SIGKILL');
    await ended;
  }

  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): Promise<CallResult<Name>> {
    const refusal = this.#refusal(name);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise<CallResult<Name>>((resolve, reject) => {
      this.#lastId += 1;
      this.#slots.add({ id: this.#lastId, name, args, resolve: resolve as (value: unknown) => void, reject });
    });
  }

  #refusal(name: CallName): EngineError | undefined {
    if (!this.#connected)
      return this.#error('Unavailable', `Host ${this.#options.hostId} is not connected: ${this.#reason}.`);
    const lane = laneOf(name);
    if (!neverQueues(lane) || this.#slots.hasRoom(lane)) return undefined;
    return this.#error('Busy', `Host ${this.#options.hostId} has not answered the previous calls of ${name}.`);
  }

  #spawn(): void {
    const main = beside(import.meta.url, 'child/main');
    this.#bornAt = performance.now();
    this.#spawned += 1;
    const child = fork(main, [], {
      execArgv: [...nodeArguments(main)],
      env: childEnvironment(process.env),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    const lastWords = lastLines(child);
    child.on('message', (message) => {
      this.#receive(message as FromChild);
    });
    // A failed fork has no exit.
    child.once('error', (error) => {
      if (child.pid === undefined) this.#ended(error.message);
    });
    child.once('exit', (code, signal) => {
      this.#ended(this.#killedFor ?? `its child process ended (${signal ?? String(code)})${lastWords()}`);
    });
    const { uri, pool, pidDirectory, keepAliveSeconds } = this.#options;
    const options = {
      uri,
      pool,
      keepAliveSeconds,
      readySlots: readySlots(this.#options.workers),
      ...(pidDirectory === undefined ? {} : { pidDirectory }),
    };
    this.#expectVerdict();
    this.#send({ type: 'begin', options });
  }

  #send(message: ToChild): void {
    // A child that is gone says so by its exit; its calls are rejected there.
    if (this.#child?.connected === true) this.#child.send(message, () => undefined);
  }

  #receive(message: FromChild): void {
    switch (message.type) {
      case 'result':
      case 'failure':
        this.#settle(message);
        return;
      case 'progress':
        this.#slots.progress(message.id);
        return;
      case 'domain':
      case 'agent':
        this.#listener.notice(message);
        return;
      case 'opening':
        this.#expectVerdict();
        return;
      case 'connected':
        this.#nowConnected();
        return;
      case 'disconnected':
        this.#nowDisconnected(message.reason);
        return;
      case 'fatal':
        this.#kill(message.reason);
    }
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
        return new Error(`The libvirt worker of host ${this.#options.hostId} failed in ${call.name}.`, {
          cause: failure.text,
        });
    }
  }

  #expectVerdict(): void {
    clearTimeout(this.#opening);
    this.#opening = setTimeout(() => {
      this.#kill(`no connection within ${String(this.#options.connectTimeoutMs)} ms`);
    }, this.#options.connectTimeoutMs);
  }

  #nowConnected(): void {
    clearTimeout(this.#opening);
    this.#connected = true;
    this.#wasConnected = true;
    this.#firstVerdict?.();
    this.#listener.connected();
  }

  #nowDisconnected(reason: string): void {
    clearTimeout(this.#opening);
    this.#reason = reason;
    this.#firstVerdict?.();
    if (!this.#connected && (this.#wasConnected || this.#told === reason)) return;
    this.#told = reason;
    this.#connected = false;
    if (!this.#stopped) this.#listener.disconnected(reason);
  }

  /** A call that waits for a guest or its QEMU only costs its caller and its worker; any other costs the child. */
  #overdue(call: Call): void {
    const text = `Host ${this.#options.hostId} has not answered ${call.name} within ${String(this.#options.deadlineMs(call.name))} ms.`;
    call.reject(this.#error('Timeout', text));
    if (laneOf(call.name) === 'calls') this.#kill(`${call.name} did not return`);
  }

  #kill(reason: string): void {
    this.#killedFor = reason;
    this.#nowDisconnected(reason);
    this.#child?.kill('SIGKILL');
  }

  #ended(reason: string): void {
    clearTimeout(this.#opening);
    this.#child = undefined;
    this.#killedFor = undefined;
    this.#nowDisconnected(reason);
    const { running, waiting } = this.#slots.clear();
    for (const call of [...running, ...waiting]) {
      call.reject(this.#error('Unavailable', `Host ${this.#options.hostId} was lost during ${call.name}: ${reason}.`));
    }
    if (!this.#stopped) this.#respawnLater();
  }

  #respawnLater(): void {
    if (performance.now() - this.#bornAt > healthyMs) this.#pauseMs = firstPauseMs;
    this.#respawn = setTimeout(() => {
      this.#spawn();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  #error(kind: EngineErrorKind, message: string, native?: NativeError): EngineError {
    return new EngineError(kind, this.#options.hostId, message, native);
  }
}

/** What the child last wrote to standard error: a crash says there why. */
function lastLines(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    text = (text + chunk).slice(-2_000);
  });
  return () => (text.trim() === '' ? '' : `: ${text.trim()}`);
}
