/**
 * How a client sees Berth, and where it is: the beginning of every link, and the address that is logged. What proxies say of
 * it (`forwarded.ts`) counts only from those that the operator trusts; a configured public URL counts more than anything.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { isOneOf, unmapped } from '../../shared/ip-address.js';
import { forwardedBy } from './forwarded.js';
import { isOverTls } from './security-headers.js';

export interface Seen {
  /** Origin, and the path below which Berth is: `https://nfv.example/berth`. */
  readonly base: string;
  /** The path alone; empty or with a slash at its beginning. */
  readonly prefix: string;
  /** Address of whoever asks. */
  readonly client: string;
  /** The proxy that brought it; absent: nobody did. */
  readonly via?: string;
  /** What of the headers cannot be. */
  readonly fault?: string;
}

export interface SeenOptions {
  readonly publicUrl?: string | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
}

const all = new WeakMap<IncomingMessage, Seen>();

/** Install before whatever asks. */
export function installSeen(server: FastifyInstance, options: SeenOptions): void {
  server.addHook('onRequest', (request, _reply, done) => {
    all.set(request.raw, look(request.raw, options));
    done();
  });
}

/** Of a request that no hook has seen, such as one whose path cannot be read: as if there were no proxies. */
export const seenOf = ({ raw }: FastifyRequest): Seen => all.get(raw) ?? look(raw, {});

function look(request: IncomingMessage, { publicUrl, trustedProxies = [] }: SeenOptions): Seen {
  const { socket, headers } = request;
  const peer = unmapped(socket.remoteAddress ?? '');
  const isTrusted = (address: string): boolean => isOneOf(address, trustedProxies);
  const told = isTrusted(peer) ? forwardedBy(headers, isTrusted) : undefined;
  const base = publicUrl ?? baseOf(told ?? {}, headers.host, socket);
  return {
    base,
    prefix: /^[a-z]+:\/\/[^/]*(.*)$/.exec(base)?.[1] ?? '',
    client: told?.client ?? peer,
    ...(told && { via: peer }),
    ...(told?.fault !== undefined && { fault: told.fault }),
  };
}

interface Names {
  readonly proto?: string;
  readonly host?: string;
  readonly port?: string;
  readonly prefix?: string;
}

function baseOf({ proto, host, port, prefix = '' }: Names, asked: string | undefined, socket: Socket): string {
  const scheme = proto ?? (isOverTls(socket) ? 'https' : 'http');
  const name = host ?? (asked || addressOf(socket));
  return `${scheme}://${withPort(name, scheme, port)}${prefix}`;
}

const usual: Readonly<Record<string, string>> = { http: '80', https: '443' };

function withPort(name: string, scheme: string, port: string | undefined): string {
  return port === undefined || port === usual[scheme] || /:\d+$/.test(name) ? name : `${name}:${port}`;
}

/** For clients that name no host, as HTTP/1.0 allows: they have reached this one. */
function addressOf({ localAddress = '127.0.0.1', localPort = 0 }: Socket): string {
  const address = unmapped(localAddress);
  return `${address.includes(':') ? `[${address}]` : address}:${localPort}`;
}
