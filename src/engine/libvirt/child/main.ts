/**
 * Main thread of a host's child process: starts the workers and carries messages. It makes no native call, so it
 * always answers. The child exists so that a crash in native code is a message and a stuck call can be killed.
 * It ends with its parent.
 */
import { Worker } from 'node:worker_threads';
import type {
  CallReply,
  CallRequest,
  ChildOptions,
  ConnectionNotice,
  FromChild,
  FromEventWorker,
  ToChild,
} from '../protocol.js';
import type { ControlData } from './control-worker.js';
import { beside } from '../../../shared/module-url.js';

/** By slot. */
const workers = new Map<number, Worker>();
let options: ChildOptions | undefined;

process.on('message', (message: ToChild) => {
  if (message.type === 'begin') begin(message.options);
  else dispatch(message);
});
// Not exit(): that would wait for stuck native calls.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// The terminal's interrupt is for the parent, which stops us in order.
process.on('SIGINT', () => undefined);

const tell = (message: FromChild): void => {
  if (process.connected) process.send?.(message);
};

function begin(given: ChildOptions): void {
  options = given;
  let control: Worker | undefined;
  const events = worker('event-worker', undefined);
  events.on('message', (message: FromEventWorker) => {
    if (message.type === 'ready') {
      control = startControl({ options: given, trampolines: message.trampolines });
      given.readySlots.forEach(startCalls);
    } else if (message.type === 'closed') control?.postMessage(message.reason);
    else tell(message);
  });
}

function startControl(data: ControlData): Worker {
  return worker('control-worker', data).on('message', (message: ConnectionNotice) => {
    tell(message);
  });
}

function startCalls(slot: number): Worker {
  const started = worker('call-worker', options).on('message', (message: CallReply) => {
    tell(message);
  });
  workers.set(slot, started);
  return started;
}

/** Calls come when the connection is there, and so after `begin`. */
function dispatch(request: CallRequest): void {
  (workers.get(request.slot) ?? startCalls(request.slot)).postMessage(request);
}

function worker(name: string, workerData: unknown): Worker {
  return new Worker(beside(import.meta.url, name), { workerData }).on('error', (error: unknown) => {
    tell({ type: 'fatal', reason: error instanceof Error ? error.message : String(error) });
  });
}
