/**
 * The thread that keeps one connection for events. When it closes, it is opened again, ever more slowly. The
 * callbacks belong to the event worker; only their addresses are known here.
 */
import { parentPort, workerData } from 'node:worker_threads';
import {
  ConnectClose,
  ConnectDomainEventRegisterAny,
  type ConnectPtr,
  ConnectRegisterCloseCallback,
  type FunctionPtr,
  nothing,
  SetErrorFunc,
} from '../bindings.js';
import type { CallOptions } from '../calls/context.js';
import { check, unless } from '../native.js';
import type { ConnectionNotice, Trampolines } from '../protocol.js';
import { open } from './connection.js';

export interface ControlData {
  readonly options: CallOptions;
  readonly trampolines: Trampolines;
}

const { options, trampolines } = workerData as ControlData;
const firstDelayMs = 100;
const longestDelayMs = 5_000;
const lifecycleEvent = 0;
const agentEvent = 18;
const NO_SUPPORT = 3;

let current: ConnectPtr | undefined;
let delayMs = firstDelayMs;

SetErrorFunc(null, nothing);
const tell = (message: ConnectionNotice): void => parentPort?.postMessage(message);

/** The event worker's word that this connection has closed, with why. */
parentPort?.on('message', (reason: string) => {
  if (current === undefined) return;
  ConnectClose(current);
  current = undefined;
  tell({ type: 'disconnected', reason });
  setTimeout(connect, firstDelayMs);
});
function connect(): void {
  tell({ type: 'opening' });
  try {
    current = open(options);
    listen(current);
    delayMs = firstDelayMs;
    tell({ type: 'connected' });
  } catch (error) {
    tell({ type: 'disconnected', reason: error instanceof Error ? error.message : String(error) });
    setTimeout(connect, delayMs);
    delayMs = Math.min(delayMs * 2, longestDelayMs);
  }
}

/** Drivers inside this process cannot close on us, and some know no agents. */
function listen(conn: ConnectPtr): void {
  unless([NO_SUPPORT], () => check(ConnectRegisterCloseCallback(conn, fn(trampolines.close), null, null)));
  unless([NO_SUPPORT], () => subscribe(conn, lifecycleEvent, trampolines.lifecycle));
  unless([NO_SUPPORT], () => subscribe(conn, agentEvent, trampolines.agent));
}

const subscribe = (conn: ConnectPtr, event: number, callback: bigint): number =>
  check(ConnectDomainEventRegisterAny(conn, null, event, fn(callback), null, nothing));

const fn = (address: bigint): FunctionPtr => address as FunctionPtr;

connect();
