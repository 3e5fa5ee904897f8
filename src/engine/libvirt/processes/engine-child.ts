/** A child process as its owner sees it: its messages, and its end with the reason. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Timer, Timers } from '../../../shared/clock.js';
import { childEnvironment } from '../../../shared/child-environment.js';
import { beside, nodeArguments } from '../../../shared/module-url.js';
import type { FromChild, Role, ToChild } from '../protocol.js';

export interface ChildListener {
  message(message: Exclude<FromChild, { type: 'ready' }>): void;
  /** From now on it reads messages. */
  ready(): void;
  /** By itself, or because it was killed for this reason. Not told of one that `end` ended. */
  ended(reason: string): void;
}

/** As the owners of processes need it. */
export type Child = Pick<EngineChild, 'pid' | 'isReady' | 'send' | 'kill' | 'end'>;
export type MakeChild = (role: Role, listener: ChildListener) => Child;

export const forkedChild =
  (clock: Timers): MakeChild =>
  (role, listener) =>
    new EngineChild(role, clock, listener);

/** It starts within a tenth of a second; a machine that swaps takes longer. */
const startMs = 30_000;
/** A call leaves little behind; without a pool of threads V8 collects it on the one that there is. */
const memory = ['--max-semi-space-size=1', '--v8-pool-size=0'];

export class EngineChild {
  readonly #child: ChildProcess;
  readonly #listener: ChildListener;
  readonly #starting: Timer;
  readonly #gone: Promise<void>;
  #killedFor: string | undefined;
  #isReady = false;
  #isOver = false;

  constructor(role: Role, clock: Timers, listener: ChildListener) {
    this.#listener = listener;
    const main = beside(import.meta.url, '../child/main');
    const child = fork(main, [role], {
      execArgv: [...memory, ...nodeArguments(main)],
      env: childEnvironment(process.env),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#starting = clock.after(startMs, () => {
      this.kill(`its child process did not start within ${String(startMs)} ms`);
    });
    const lastWords = lastLines(child);
    child.on('message', (message) => {
      this.#receive(message as FromChild);
    });
    this.#gone = new Promise((resolve) => {
      // A failed fork has no exit.
      child.once('error', (error) => {
        if (child.pid !== undefined) return;
        this.#over(error.message);
        resolve();
      });
      child.once('exit', (code, signal) => {
        this.#over(this.#killedFor ?? `its child process ended (${signal ?? String(code)})${lastWords()}`);
        resolve();
      });
    });
  }

  get pid(): number | undefined {
    return this.#isOver ? undefined : this.#child.pid;
  }

  get isReady(): boolean {
    return this.#isReady && !this.#isOver;
  }

  /** One that is gone says so by its end. */
  send(message: ToChild): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  kill(reason: string): void {
    this.#killedFor ??= reason;
    this.#child.kill('SIGKILL');
  }

  /** Nothing more is heard of it; resolves when it is gone. */
  end(): Promise<void> {
    this.#starting.cancel();
    this.#isOver = true;
    this.#child.kill('SIGKILL');
    return this.#gone;
  }

  #receive(message: FromChild): void {
    if (this.#isOver) return;
    if (message.type !== 'ready') {
      this.#listener.message(message);
      return;
    }
    this.#starting.cancel();
    this.#isReady = true;
    this.#listener.ready();
  }

  #over(reason: string): void {
    this.#starting.cancel();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.ended(reason);
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
