/** A worker's own connection: opened when first needed and again whenever it has died. */
import { ConnectClose, ConnectIsAlive, ConnectOpen, type ConnectPtr, ConnectSetKeepAlive } from '../bindings.js';
import type { CallOptions } from '../calls/context.js';
import { present } from '../native.js';

/** Missed answers until the connection is given up. */
const keepAliveCount = 3;

let current: ConnectPtr | undefined;

export function connection(options: CallOptions): ConnectPtr {
  if (current !== undefined && ConnectIsAlive(current) === 1) return current;
  if (current !== undefined) ConnectClose(current);
  current = undefined;
  current = open(options);
  return current;
}

/** Drivers inside this process (test) have no keepalive and refuse it; they cannot be cut off either. */
export function open(options: CallOptions): ConnectPtr {
  const conn = present(ConnectOpen(options.uri));
  ConnectSetKeepAlive(conn, options.keepAliveSeconds, keepAliveCount);
  return conn;
}
