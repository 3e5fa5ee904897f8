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

export const childEnvironment = (own: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(own).flatMap(([name, value]) =>
      value !== undefined && (allowed.has(name) || allowedPrefixes.some((prefix) => name.startsWith(prefix)))
        ? [[name, value] as const]
        : [],
    ),
  );
