/** A thread that runs calls one after the other on its own connection. */
import { parentPort, workerData } from 'node:worker_threads';
import { nothing, SetErrorFunc } from '../bindings.js';
import type { CallContext, CallOptions } from '../calls/context.js';
import { calls } from '../calls/registry.js';
import { CallRefusal, NativeFailure } from '../native.js';
import type { CallFailure, CallReply, CallRequest } from '../protocol.js';
import { connection } from './connection.js';

const options = workerData as CallOptions;
const progressEveryMs = 500;
/** Of an error: a guest's agent and QEMU put in what they like. */
const mostWords = 4_000;

/** libvirt would print errors to standard error. */
SetErrorFunc(null, nothing);

const reply = (message: CallReply): void => parentPort?.postMessage(message);

parentPort?.on('message', (request: CallRequest) => {
  try {
    reply({ type: 'result', id: request.id, value: run(request) });
  } catch (error) {
    reply({ type: 'failure', id: request.id, failure: failureOf(error) });
  }
});

function run(request: CallRequest): unknown {
  const call = calls[request.name] as (context: CallContext, ...args: readonly unknown[]) => unknown;
  return call({ conn: connection(options), options, progress: progressOf(request.id) }, ...request.args);
}

function progressOf(id: number): () => void {
  let last = performance.now();
  return () => {
    const now = performance.now();
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
