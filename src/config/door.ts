/**
 * Where Berth listens, how, and by which name clients know it (docs/tls-and-proxies.md). Without TLS whoever is on the way
 * reads the token, so that anything but loopback has to be asked for in so many words.
 */
import { resolve } from 'node:path';
import { defaultPort } from '../shared/data-dir.js';
import { defined } from '../shared/defined.js';
import { isLoopback, isSubnet } from '../shared/ip-address.js';
import { ConfigError, type BerthConfig, type ListenAddress, type TlsFiles } from './config.js';
import type { Settings } from './settings.js';

type Door = Pick<BerthConfig, 'listen' | 'tls' | 'publicUrl' | 'trustedProxies'>;

export function doorOf(settings: Settings): Door {
  const listen = listenOf(settings);
  const tls = tlsOf(settings.tls);
  const publicUrl = publicUrlOf(settings.publicUrl);
  const { trustedProxies = [] } = settings;
  if (tls === undefined && settings.insecureListen !== true) refuseBeyondLoopback(listen);
  const wrong = trustedProxies.find((each) => !isSubnet(each));
  if (wrong !== undefined)
    throw new ConfigError([`trustedProxies has "${wrong}", which is neither an IP address nor a subnet`]);
  return {
    listen,
    ...(tls && { tls }),
    ...defined({ publicUrl }),
    ...(trustedProxies.length > 0 && { trustedProxies }),
  };
}

function listenOf({ listen = `127.0.0.1:${defaultPort}`, port }: Settings): ListenAddress {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const named = Number(listen.slice(colon + 1));
  if (named > 65_535) throw new ConfigError([`listen is "${listen}", and ports go from 0 to 65535`]);
  return { host, port: port ?? named };
}

function refuseBeyondLoopback({ host, port }: ListenAddress): void {
  if (host === 'localhost' || isLoopback(host)) return;
  const at = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  throw new ConfigError([
    `listen is ${at} without TLS: everybody on the way could read the token. ` +
      'Give tls.certificate and tls.key; or listen on 127.0.0.1 behind a proxy that speaks TLS; ' +
      'or say insecureListen: true (--insecure-listen) where the network is your own (docs/tls-and-proxies.md)',
  ]);
}

function tlsOf(given: Settings['tls']): TlsFiles | undefined {
  if (given === undefined) return undefined;
  const { certificate, key, clientCa } = given;
  if (certificate === undefined || key === undefined)
    throw new ConfigError([`tls lacks ${certificate === undefined ? 'certificate' : 'key'}: give a PEM file of each`]);
  return {
    certificate: resolve(certificate),
    key: resolve(key),
    ...(clientCa !== undefined && { clientCa: resolve(clientCa) }),
  };
}

function publicUrlOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const [, path = ''] = /^https?:\/\/[^/]+(.*)$/.exec(url) ?? [];
  const parsed = URL.parse(url);
  if (parsed === null || path.split('/').some((part) => part === '.' || part === '..'))
    throw new ConfigError([`publicUrl is "${url}", which is no address that links can begin with`]);
  return `${parsed.origin}${path.replace(/\/$/, '')}`;
}
