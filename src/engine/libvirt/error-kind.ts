/**
 * libvirt's error codes (virErrorNumber) as the closed set of the engine port. By number only: texts are translated
 * and change. A code that is not listed is Rejected: doing the same again will not help.
 */
import type { EngineErrorKind } from '../engine.js';

const byCode: Readonly<Record<number, EngineErrorKind>> = {
  // NO_CONNECT, INVALID_CONN
  5: 'Unavailable',
  6: 'Unavailable',
  // DOM_EXIST, NETWORK_EXIST, STORAGE_VOL_EXIST, NETWORK_PORT_EXIST
  28: 'Conflict',
  37: 'Conflict',
  90: 'Conflict',
  106: 'Conflict',
  // RPC, GNUTLS_ERROR, SSH, LIBSSH, UNKNOWN_HOST: the way to the host
  4: 'Unavailable',
  39: 'Unavailable',
  40: 'Unavailable',
  85: 'Unavailable',
  98: 'Unavailable',
  // NO_DOMAIN, NO_NETWORK, NO_STORAGE_POOL, NO_STORAGE_VOL, NO_NODE_DEVICE, NO_SECRET, NO_NWFILTER, DEVICE_MISSING
  42: 'NotFound',
  43: 'NotFound',
  49: 'NotFound',
  50: 'NotFound',
  53: 'NotFound',
  62: 'NotFound',
  66: 'NotFound',
  99: 'NotFound',
  // OPERATION_INVALID: not in this state; RESOURCE_BUSY; OPERATION_TIMEOUT: another job holds the domain
  55: 'Busy',
  68: 'Busy',
  87: 'Busy',
  // AGENT_UNRESPONSIVE, AGENT_UNSYNCED
  86: 'Unavailable',
  97: 'Busy',
  // OPERATION_ABORTED
  78: 'Busy',
};

/** VIR_FROM_RPC and VIR_FROM_REMOTE: the transport failed, whatever the code. */
const transport: ReadonlySet<number> = new Set([7, 13]);
/** Codes that the transport reports with these domains although the server has answered. */
const answered: ReadonlySet<number> = new Set([3, 8, 29, 45, 79, 88, 94]);

export function errorKind(code: number, domain: number): EngineErrorKind {
  if (transport.has(domain) && !answered.has(code)) return 'Unavailable';
  return byCode[code] ?? 'Rejected';
}
