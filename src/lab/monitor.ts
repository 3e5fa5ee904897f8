/**
 * QEMU's monitor (QMP): one JSON object per line, commands answered in order, with events in between.
 */
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { isJsonObject, type JsonObject } from '../shared/json-object.js';

export class MonitorRefused extends Error {
  constructor(command: string, because: string) {
    super(`QEMU refused ${command}: ${because}`);
    this.name = 'MonitorRefused';
  }
}

interface Waiting {
  readonly command: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const answerLimitMs = 120_000;

export class Monitor {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    createInterface({ input: socket }).on('line', (line) => this.#take(line));
    socket.setTimeout(answerLimitMs, () =>
      socket.destroy(new Error(`QEMU's monitor is silent for ${answerLimitMs} ms`)),
    );
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('QEMU closed its monitor')));
  }

  static async open(path: string): Promise<Monitor> {
    const socket = createConnection(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const monitor = new Monitor(socket);
    await monitor.execute('qmp_capabilities');
    return monitor;
  }

  execute(command: string, args: JsonObject = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ command, resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  /** Greetings and events are no answers. */
  #take(line: string): void {
    const said: unknown = JSON.parse(line);
    if (!isJsonObject(said) || !('return' in said || 'error' in said)) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) return;
    const { error } = said;
    if (error === undefined) waiting.resolve(said['return']);
    else waiting.reject(new MonitorRefused(waiting.command, isJsonObject(error) ? String(error['desc']) : line));
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** The `status` of an answer that has one. */
export const statusIn = (answer: unknown): string | undefined =>
  isJsonObject(answer) && typeof answer['status'] === 'string' ? answer['status'] : undefined;
