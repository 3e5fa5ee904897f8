/**
 * The environment of processes that Berth starts: what they need by name, and nothing else. Berth's own holds its token
 * and the address of its database with the password.
 */
type Environment = Readonly<Record<string, string | undefined>>;

/** What libvirt's client and the ssh that it starts read: where things are, whose session, which language. */
const allowed = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TZ', 'LANG', 'LANGUAGE'],
  ...['SSH_AUTH_SOCK', 'KRB5CCNAME', 'KRB5_CONFIG', 'LD_LIBRARY_PATH'],
  ...['XDG_RUNTIME_DIR', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'DBUS_SESSION_BUS_ADDRESS'],
]);
const allowedPrefixes = ['LC_', 'LIBVIRT_'];

/** `added`: what this process is given beside it. */
export const childEnvironment = (own: Environment, added: Environment = {}): Record<string, string> => ({
  ...only(own, (name) => allowed.has(name) || allowedPrefixes.some((prefix) => name.startsWith(prefix))),
  ...only(added, () => true),
});

const only = (environment: Environment, isKept: (name: string) => boolean): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && isKept(name) ? [[name, value] as const] : [],
    ),
  );
