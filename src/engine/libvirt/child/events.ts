/**
 * One connection for each host of the pool, kept for its events. Callbacks must not call back into libvirt's RPC:
 * what has to be done about a closed connection is done after the round of the event loop that told of it.
 */
import {
  agentTrampoline,
  closeTrampoline,
  ConnectClose,
  ConnectDomainEventRegisterAny,
  type ConnectPtr,
  ConnectRegisterCloseCallback,
  ConnectNodeDeviceEventRegisterAny,
  DomainGetUUIDString,
  type DomainPtr,
  type FunctionPtr,
  lifecycleTrampoline,
  NodeDeviceGetName,
  nodeDeviceTrampoline,
  nothing,
} from '../bindings.js';
import type { CallOptions } from '../calls/context.js';
import { refusalOf } from '../device-events.js';
import { check, unless } from '../native.js';
import type { FromChild } from '../protocol.js';
import { closeWord, eventWords } from '../words.js';
import { open } from './connections.js';

const lifecycleEvent = 0;
const agentEvent = 18;
const deviceEvent = 0;
const agentIsConnected = 1;
const closedByUs = 3;
const NO_SUPPORT = 3;

export interface Events {
  listen(host: string, options: CallOptions): void;
  forget(host: string): void;
}

export function createEvents(tell: (message: FromChild) => void): Events {
  const hosts = new Map<ConnectPtr, string>();
  const trampolines = {
    lifecycle: lifecycleTrampoline((conn, domain, event, detail) => {
      const host = hosts.get(conn);
      if (host !== undefined) tell({ type: 'domain', host, uuid: uuidOf(domain), ...eventWords(event, detail) });
      return 0;
    }),
    agent: agentTrampoline((conn, domain, state) => {
      const host = hosts.get(conn);
      if (host !== undefined) {
        tell({ type: 'agent', host, uuid: uuidOf(domain), connected: state === agentIsConnected });
      }
    }),
    devices: nodeDeviceTrampoline((conn, device) => {
      const host = hosts.get(conn);
      if (host !== undefined) tell({ type: 'devices', host, name: NodeDeviceGetName(device) ?? '' });
    }),
    close: closeTrampoline((conn, reason) => {
      if (reason === closedByUs) return;
      setImmediate(() => {
        const host = close(conn);
        if (host !== undefined) tell({ type: 'disconnected', host, reason: closeWord(reason) });
      });
    }),
  };

  /** Gives the host that this connection was of, if it still was of one. */
  function close(conn: ConnectPtr): string | undefined {
    const host = hosts.get(conn);
    if (host !== undefined) ConnectClose(conn);
    hosts.delete(conn);
    return host;
  }

  function forget(host: string): void {
    for (const [conn, each] of hosts) if (each === host) close(conn);
  }

  function listen(host: string, options: CallOptions): void {
    forget(host);
    try {
      const conn = open(options);
      hosts.set(conn, host);
      register(conn, trampolines);
      const reason = refusalOf(() => registerDevices(conn, trampolines.devices));
      tell({ type: 'connected', host });
      if (reason !== undefined) tell({ type: 'no-device-events', host, reason });
    } catch (error) {
      forget(host);
      tell({ type: 'disconnected', host, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  return { listen, forget };
}

interface Trampolines {
  readonly lifecycle: FunctionPtr;
  readonly agent: FunctionPtr;
  readonly devices: FunctionPtr;
  readonly close: FunctionPtr;
}

/** Drivers inside this process cannot close on us, and some know no agents. */
function register(conn: ConnectPtr, trampolines: Trampolines): void {
  unless([NO_SUPPORT], () => check(ConnectRegisterCloseCallback(conn, trampolines.close, null, null)));
  unless([NO_SUPPORT], () => subscribe(conn, lifecycleEvent, trampolines.lifecycle));
  unless([NO_SUPPORT], () => subscribe(conn, agentEvent, trampolines.agent));
}

/** Another daemon may be responsible for them, which may be down or refuse it. */
const registerDevices = (conn: ConnectPtr, callback: FunctionPtr): unknown =>
  unless([NO_SUPPORT], () =>
    check(ConnectNodeDeviceEventRegisterAny(conn, null, deviceEvent, callback, null, nothing)),
  );

const subscribe = (conn: ConnectPtr, event: number, callback: FunctionPtr): number =>
  check(ConnectDomainEventRegisterAny(conn, null, event, callback, null, nothing));

/** Local: the handle carries its UUID. */
function uuidOf(domain: DomainPtr): string {
  const buffer = Buffer.alloc(37);
  DomainGetUUIDString(domain, buffer);
  return buffer.toString('latin1', 0, 36);
}
