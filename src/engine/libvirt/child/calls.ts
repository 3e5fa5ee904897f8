/** Runs a call to its end: this process answers nothing else meanwhile. */
import type { CallContext } from '../calls/context.js';
import { calls } from '../calls/registry.js';
import { CallRefusal, NativeFailure } from '../native.js';
import type { CallFailure, CallReply, CallRequest } from '../protocol.js';
import type { SteadyClock } from '../../../shared/clock.js';
import type { Connections } from './connections.js';
import { attend } from './event-loop.js';

const progressEveryMs = 500;
/** Of an error: a guest's agent and QEMU put in what they like. */
const mostWords = 4_000;

type Reply = (message: CallReply) => void;

/** What this process has. */
export interface CallTools {
  readonly connections: Connections;
  readonly clock: Pick<SteadyClock, 'elapsedMs'>;
}

export function answer(request: CallRequest, tools: CallTools, reply: Reply): void {
  try {
    reply({ type: 'result', id: request.id, value: run(request, tools, reply) });
  } catch (error) {
    reply({ type: 'failure', id: request.id, failure: failureOf(error) });
  }
}

function run({ id, host, options, name, args }: CallRequest, { connections, clock }: CallTools, reply: Reply): unknown {
  // Connections that were closed during the last call are only known to be so after this.
  attend();
  const call = calls[name] as (context: CallContext, ...args: readonly unknown[]) => unknown;
  const { conn, macs, told } = connections.to(host, options);
  return call({ conn, macs, told, options, progress: progressOf(id, clock, reply) }, ...args);
}

function progressOf(id: number, clock: CallTools['clock'], reply: Reply): () => void {
  let last = clock.elapsedMs();
  return () => {
    const now = clock.elapsedMs();
    if (now - last < progressEveryMs) return;
    last = now;
    reply({ type: 'progress', id });
  };
}

function failureOf(error: unknown): CallFailure {
  if (error instanceof NativeFailure) {
    return { by: 'libvirt', code: error.code, domain: error.domain, text: error.message.slice(0, mostWords) };
  }
  if (error instanceof CallRefusal) return { by: 'berth', kind: error.kind, text: error.message };
  return { by: 'fault', text: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
