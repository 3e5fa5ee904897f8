/**
 * The thread that runs libvirt's event loop for every connection of the process, keepalive included, and nothing
 * else. Callbacks must not call back into libvirt's RPC: the answer would have to come through this very loop.
 * A timer wakes the loop so that it never sleeps for ever, and libuv gets its turn between rounds.
 */
import { parentPort } from 'node:worker_threads';
import {
  agentTrampoline,
  closeTrampoline,
  DomainGetUUIDString,
  type DomainPtr,
  EventAddTimeout,
  EventRegisterDefaultImpl,
  EventRunDefaultImpl,
  lifecycleTrampoline,
  nothing,
  SetErrorFunc,
} from '../bindings.js';
import { check } from '../native.js';
import type { FromEventWorker } from '../protocol.js';
import { closeWord, eventWords } from '../words.js';

const wakeEveryMs = 100;
const roundMs = 20;
const agentIsConnected = 1;
const closedByUs = 3;

const tell = (message: FromEventWorker): void => parentPort?.postMessage(message);

SetErrorFunc(null, nothing);
check(EventRegisterDefaultImpl());
check(EventAddTimeout(wakeEveryMs, nothing, null, null));

const trampolines = {
  lifecycle: lifecycleTrampoline((_conn, domain, event, detail) => {
    tell({ type: 'domain', uuid: uuidOf(domain), ...eventWords(event, detail) });
    return 0;
  }),
  agent: agentTrampoline((_conn, domain, state) => {
    tell({ type: 'agent', uuid: uuidOf(domain), connected: state === agentIsConnected });
  }),
  close: closeTrampoline((_conn, reason) => {
    if (reason !== closedByUs) tell({ type: 'closed', reason: closeWord(reason) });
  }),
};

tell({ type: 'ready', trampolines });
turn();

function turn(): void {
  const until = performance.now() + roundMs;
  do EventRunDefaultImpl();
  while (performance.now() < until);
  setImmediate(turn);
}

/** Local: the handle carries its UUID. */
function uuidOf(domain: DomainPtr): string {
  const buffer = Buffer.alloc(37);
  DomainGetUUIDString(domain, buffer);
  return buffer.toString('latin1', 0, 36);
}
