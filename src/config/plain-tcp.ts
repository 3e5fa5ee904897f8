/**
 * `qemu+tcp` has neither encryption nor, usually, authentication: who can reach the port has the host. It is used only for
 * machines that the configuration names.
 */
import { readUri } from '../inventory/hypervisor-uri.js';

export function plainTcpRefusal(uri: string, allowed: readonly string[]): string | undefined {
  const parts = readUri(uri);
  if (parts?.driver !== 'qemu' || parts.transport !== 'tcp') return undefined;
  const host = parts.host.toLowerCase();
  if (allowed.some((name) => name.toLowerCase() === host || `[${name.toLowerCase()}]` === host)) return undefined;
  return `uri has the transport "tcp", by which anybody on the network has the host: use qemu+tls or qemu+ssh, or name "${parts.host}" under plainTcp in the configuration`;
}
