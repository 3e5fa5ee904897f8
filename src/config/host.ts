/**
 * One host out of its settings, whether they stand in the configuration or were sent to add one.
 */
import type { HostText } from '../inventory/host-settings.js';
import { hostId } from '../shared/ids.js';
import { ConfigError, type HostConfig } from './config.js';

export const staysDown = (bringBack = true) => (bringBack ? {} : ({ bringBack: false } as const));

/** Throws ConfigError. */
export function hostOf({
  id,
  uri,
  zone = 'default',
  sharedCpuRatio = 4,
  pool,
  reserved,
  acceleration,
  bringBack,
  ...told
}: HostText): HostConfig {
  const cards = Object.values(told.physicalNetworks ?? {}).flat();
  const twice = cards.find((card, at) => cards.indexOf(card) !== at);
  if (twice)
    throw new ConfigError([`hosts: physicalNetworks of ${id} names "${twice}" twice, a card is on one network`]);
  if (!URL.canParse(uri)) throw new ConfigError([`hosts: uri of ${id} cannot be read: correct its host, port or path`]);
  return {
    id: hostId(id),
    uri,
    zone,
    sharedCpuRatio,
    ...staysDown(bringBack),
    ...(pool && { pool }),
    ...(reserved && { reserved }),
    ...(acceleration && { acceleration }),
    told,
  };
}

/**
 * Whether libvirt runs a program of the URI's choice on this machine to get to the host: it reads names in any case, percent
 * signs resolved, between `&` or `;` (libvirt, "Connection URIs").
 */
export function namesProgram(uri: string): boolean {
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(uri) ?? [];
  const names = query.split(/[&;]/).map((parameter) => parameter.replace(/=.*$/s, ''));
  const plain = (name: string) =>
    name.replace(/%([0-9a-f]{2})/gi, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return names.some((name) => plain(name).toLowerCase() === 'command');
}

/** Ports that a transport has when the URI names none (libvirt, "Connection URIs"). */
const usualPorts: Readonly<Record<string, string>> = {
  tls: '16514',
  tcp: '16509',
  ssh: '22',
  libssh: '22',
  libssh2: '22',
};

/**
 * By what two URIs are known to lead to the same hypervisor, however they get there; undefined: nothing can be said, and
 * the driver that is made for tests has a world of its own for every connection.
 */
export function hypervisorOf(uri: string): string | undefined {
  const match = /^([a-z]+)(?:\+([a-z0-9]+))?:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(uri);
  const [, driver = '', transport = 'tls', authority = '', path = '', query = ''] = match ?? [];
  if (match === null || driver === 'test') return undefined;
  const user = authority.includes('@') ? `${authority.split('@')[0]?.split(':')[0] ?? ''}@` : '';
  const usualPort = usualPorts[transport];
  const host = authority.replace(/^.*@/, '').toLowerCase();
  const place = usualPort !== undefined && host.endsWith(`:${usualPort}`) ? host.slice(0, -usualPort.length - 1) : host;
  const socket = new URLSearchParams(query).get('socket');
  // Every user has a session of his own.
  const of = path.endsWith('/session') ? user : '';
  return `${driver}://${of}${place}${path}${socket === null ? '' : `?socket=${socket}`}`;
}
