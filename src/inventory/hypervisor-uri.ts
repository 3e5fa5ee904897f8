/**
 * The parts of a libvirt URI, read as libvirt reads it: percent signs resolved, parameters between `&` or `;`, their names in
 * any case (libvirt, "Connection URIs"). And by what two URIs are known to lead to one hypervisor.
 */

export interface UriParts {
  readonly driver: string;
  /** Undefined: the URI leaves it to libvirt. */
  readonly transport?: string;
  readonly user: string;
  /** In lower case; empty: this machine. */
  readonly host: string;
  /** Undefined: the usual one of the transport. */
  readonly port?: number;
  readonly path: string;
  /** In their order, names in lower case. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
}

const form = /^([a-z][a-z0-9]*)(?:\+([a-z0-9]+))?:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i;

const authorityForm = /^(?:(.*)@)?(\[.*\]|[^:]*)(?::(\d*))?$/s;

/** Undefined: no URI of libvirt, or one that not every reader of URIs takes for the same. */
export function readUri(uri: string): UriParts | undefined {
  const [, driver, transport, authority = '', path = '', query = ''] = form.exec(uri) ?? [];
  if (driver === undefined) return undefined;
  const [, user = '', host = '', digits = ''] = authorityForm.exec(authority) ?? ['', '', authority];
  const port = Number(digits);
  const pairs = query.split(/[&;]/).filter((each) => each !== '');
  const texts = [user.replace(/:.*$/s, ''), host, path, ...pairs.flatMap(nameAndValue)].map(plain);
  if (!texts.every((each) => each !== undefined)) return undefined;
  const [plainUser = '', plainHost = '', plainPath = '', ...inPairs] = texts;
  return {
    driver: driver.toLowerCase(),
    ...(transport !== undefined && { transport: transport.toLowerCase() }),
    user: plainUser,
    host: plainHost.toLowerCase(),
    ...(port > 0 && { port }),
    path: plainPath,
    parameters: pairs.map((_, at) => [(inPairs[2 * at] ?? '').toLowerCase(), inPairs[2 * at + 1] ?? ''] as const),
  };
}

const nameAndValue = (pair: string): readonly [string, string] => [
  pair.replace(/=.*$/s, ''),
  /=(.*)$/s.exec(pair)?.[1] ?? '',
];

/** What libvirt takes when the URI names none. */
export const transportOf = ({ transport, host }: UriParts): string => transport ?? (host === '' ? 'unix' : 'tls');

/**
 * Percent signs resolved. Undefined where libvirt would read something else: it resolves what is no UTF-8 too, and a text
 * of C ends at U+0000.
 */
function plain(text: string): string | undefined {
  try {
    const resolved = decodeURIComponent(text);
    return /\p{Cc}/u.test(resolved) ? undefined : resolved;
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Of the transports, when the URI names none. A hypervisor that is reached at one of them is the machine's usual one. */
const usualPorts: readonly number[] = [16514, 16509, 22];

/** Where the daemons of libvirt listen unless they are told otherwise. */
const usualSockets: readonly string[] = ['/run/libvirt/libvirt-sock', '/run/libvirt/virtqemud-sock'];

/**
 * The same text for whatever leads to the same hypervisor, however it gets there; it is itself such a URI. Undefined: nothing
 * can be said, and the driver that is made for tests has a world of its own for every connection.
 */
export function hypervisorOf(uri: string): string | undefined {
  const parts = readUri(uri);
  if (parts === undefined) return undefined;
  const { driver, path } = daemonsUri(parts);
  if (driver === 'test') return undefined;
  const { port } = parts;
  const machine = `${machineOf(parts.host)}${port === undefined || usualPorts.includes(port) ? '' : `:${String(port)}`}`;
  // Every user has a session of his own.
  const of = path.endsWith('/session') && parts.user !== '' ? `${encodeURIComponent(parts.user)}@` : '';
  const socket = socketOf(parts);
  const query = socket === undefined ? '' : `?socket=${encodeURIComponent(socket).replaceAll('%2F', '/')}`;
  return `${driver}://${of}${machine}${encodeURI(path)}${query}`;
}

/** `name` is the URI that the daemon opens in place of the one that it was reached by. */
function daemonsUri({ driver, path, parameters }: UriParts): { readonly driver: string; readonly path: string } {
  const name = parameters.findLast(([each]) => each === 'name')?.[1];
  const named = name === undefined ? undefined : readUri(name);
  return { driver: named?.driver ?? driver, path: usualPath(named?.path ?? path) };
}

function usualPath(path: string): string {
  const trimmed = path.replace(/\/+/g, '/').replace(/\/$/, '');
  return trimmed === '' ? '/system' : trimmed;
}

/** Empty for this machine, by whichever name of its own. */
function machineOf(host: string): string {
  const isAddress = host.startsWith('[');
  const url = URL.parse(`http://${isAddress ? host : encodeURIComponent(host)}/`);
  const name = (url?.hostname ?? host).replace(/(?<=\..*)\.$/, '');
  return isOwn(name) ? '' : name;
}

const isOwn = (name: string): boolean =>
  /^127(\.\d+){3}$|^(.*\.)?localhost$|^0\.0\.0\.0$/.test(name) ||
  ['[::1]', '[::]', 'localhost.localdomain', '[::ffff:7f00:1]'].includes(name);

function socketOf({ transport, parameters }: UriParts): string | undefined {
  const named = parameters.findLast(([each]) => each === 'socket')?.[1] ?? '';
  if (named === '' || transport === 'tls' || transport === 'tcp') return undefined;
  const path = named.replace(/\/+/g, '/').replace(/^\/var\/run\//, '/run/');
  return usualSockets.includes(path) ? undefined : path;
}
