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

const slots: Worker[] = [];

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

function begin(options: ChildOptions): void {
  let control: Worker | undefined;
  const events = worker('event-worker', undefined);
  events.on('message', (message: FromEventWorker) => {
    if (message.type === 'ready') {
      control = startControl({ options, trampolines: message.trampolines });
      for (let slot = 0; slot <= options.callWorkers; slot++) slots.push(startCalls(options));
    } else if (message.type === 'closed') control?.postMessage(message.reason);
    else tell(message);
  });
}

function startControl(data: ControlData): Worker {
  return worker('control-worker', data).on('message', (message: ConnectionNotice) => {
    tell(message);
  });
}

function startCalls(options: ChildOptions): Worker {
  return worker('call-worker', options).on('message', (message: CallReply) => {
    tell(message);
  });
}

function dispatch(request: CallRequest): void {
  slots[request.slot]?.postMessage(request);
}

function worker(name: string, workerData: unknown): Worker {
  return new Worker(beside(import.meta.url, name), { workerData }).on('error', (error: unknown) => {
    tell({ type: 'fatal', reason: error instanceof Error ? error.message : String(error) });
  });
}
