/** The connections to hosts that a process of the engine has, each opened at its first use and asked whether it lives. */
import { ConnectClose, ConnectIsAlive, ConnectOpen, type ConnectPtr, ConnectSetKeepAlive } from '../bindings.js';
import type { CallOptions, MacsByDomain, ToldOnce } from '../calls/context.js';
import { present } from '../native.js';

/** Missed answers until the connection is given up. */
const keepAliveCount = 3;

export interface Connection {
  readonly uri: string;
  readonly conn: ConnectPtr;
  readonly macs: MacsByDomain;
  readonly told: ToldOnce;
}

/** Connections of this process, one for each host: opened when first needed and again whenever one has died. */
export class Connections {
  readonly #byHost = new Map<string, Connection>();

  to(host: string, options: CallOptions): Connection {
    const known = this.#byHost.get(host);
    if (known?.uri === options.uri && ConnectIsAlive(known.conn) === 1) return known;
    this.close(host);
    const fresh = { uri: options.uri, conn: open(options), macs: new Map(), told: {} };
    this.#byHost.set(host, fresh);
    return fresh;
  }

  close(host: string): void {
    const known = this.#byHost.get(host);
    this.#byHost.delete(host);
    if (known !== undefined) ConnectClose(known.conn);
  }
}

/** Drivers inside this process (test) have no keepalive and refuse it; they cannot be cut off either. */
export function open(options: CallOptions): ConnectPtr {
  const conn = present(ConnectOpen(options.uri));
  ConnectSetKeepAlive(conn, options.keepAliveSeconds, keepAliveCount);
  return conn;
}
