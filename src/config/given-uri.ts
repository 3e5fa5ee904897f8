/**
 * What the URI of a host may say when it comes by API. Who may add hosts must not thereby have the process of Berth run a
 * program, read a file or speak to a socket of its machine: such things only the configuration says, or they are below the
 * folder that it sets aside for them (`hostFiles`). Each transport has the parameters that libvirt's documentation gives it
 * ("Connection URIs", "Extra parameters"); what is not listed is refused.
 */
import { readUri, transportOf, type UriParts } from '../inventory/hypervisor-uri.js';

/** What is wrong with a value, as the rest of a sentence; undefined: nothing. */
type Rule = (value: string, hostFiles: string | undefined) => string | undefined;
type Rules = Readonly<Record<string, Rule>>;

const byConfiguration = 'or name the host in the configuration, which may say it';

const oneOf =
  (...values: readonly string[]): Rule =>
  (value) =>
    values.includes(value) ? undefined : `which is not one of ${values.join(', ')}; correct it, ${byConfiguration}`;

const listOf =
  (...values: readonly string[]): Rule =>
  (value) =>
    value.split(',').every((each) => values.includes(each))
      ? undefined
      : `which is not a list of ${values.join(', ')}; correct it, ${byConfiguration}`;

const flag = oneOf('0', '1');

const priority: Rule = (value) =>
  /^[\w.:+%!-]+$/.test(value) ? undefined : `which is no list of priorities; correct it, ${byConfiguration}`;

/** A file or a socket of the machine of Berth. */
const ownFile: Rule = (value, hostFiles) => {
  if (hostFiles === undefined)
    return `a file of Berth's machine; set hostFiles in the configuration to the folder where it lies, ${byConfiguration}`;
  return isBelow(value, hostFiles)
    ? undefined
    : `a file of Berth's machine; put it below ${hostFiles} (hostFiles of the configuration), ${byConfiguration}`;
};

/** A socket on the host, at the other end of SSH. */
const socketThere: Rule = (value) =>
  isBelow(value, '/run') || isBelow(value, '/var/run')
    ? undefined
    : `which is not below /run; correct it, ${byConfiguration}`;

const isBelow = (path: string, folder: string): boolean =>
  path.startsWith(`${folder}/`) &&
  !/\p{Cc}/u.test(path) &&
  path
    .slice(folder.length + 1)
    .split('/')
    .every((each) => !['', '.', '..'].includes(each));

const mode = oneOf('auto', 'legacy', 'direct');
const throughSsh: Rules = {
  ...{ keyfile: ownFile, socket: socketThere, mode, proxy: oneOf('auto', 'netcat', 'native') },
};
const inLibrary: Rules = {
  ...throughSsh,
  known_hosts: ownFile,
  // `auto` would have libvirt add keys to the file.
  known_hosts_verify: oneOf('normal', 'ignore'),
  sshauth: listOf('agent', 'privkey', 'password', 'keyboard-interactive'),
};

const transports: Readonly<Record<string, Rules>> = {
  unix: { socket: ownFile, mode },
  tcp: {},
  tls: { no_verify: flag, pkipath: ownFile, tls_priority: priority },
  ssh: { ...throughSsh, no_verify: flag, no_tty: flag },
  libssh: inLibrary,
  libssh2: inLibrary,
};

/** Why no rule can allow them. */
const never: Readonly<Record<string, string>> = {
  command: "a program that would run on Berth's machine",
  netcat: 'a program that would run on the host',
  name: 'another hypervisor than the URI shows',
  authfile: "a file of Berth's machine with credentials",
  root: "a folder of Berth's machine that a hypervisor of its own would use",
};

/** Empty: it may be given. */
export function refusalsOfGiven(uri: string, hostFiles?: string): readonly string[] {
  const parts = readUri(uri);
  if (parts === undefined) return ['uri is no libvirt URI: write it as qemu+tls://host/system'];
  // It keeps its host in memory.
  if (uri === 'test:///default') return [];
  const rules = transports[transportOf(parts)];
  if (rules === undefined)
    return [
      `uri has the transport "${transportOf(parts)}"; take one of ${Object.keys(transports).join(', ')}, ${byConfiguration}`,
    ];
  return [...wrongPlace(parts), ...parts.parameters.flatMap((each) => wrongParameter(each, parts, rules, hostFiles))];
}

function wrongPlace({ driver, path, user, host }: UriParts): readonly string[] {
  const wrong: string[] = [];
  if (driver !== 'qemu') wrong.push(`uri has the driver "${driver}"; Berth speaks to qemu`);
  if (path !== '/system' && path !== '/session') wrong.push(`uri has the path "${path}"; write /system or /session`);
  if (`${user} ${host}`.split(' ').some((each) => each.startsWith('-')))
    wrong.push('uri has a user or a host that begins with "-", which a program would take for an option; correct it');
  return wrong;
}

function wrongParameter(
  [name, value]: readonly [string, string],
  parts: UriParts,
  rules: Rules,
  hostFiles: string | undefined,
): readonly string[] {
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (rule !== undefined) {
    const why = rule(value, hostFiles);
    return why === undefined ? [] : [`uri has "${name}" with the value "${value}", ${why}`];
  }
  const what = Object.hasOwn(never, name)
    ? (never[name] ?? '')
    : `which is no parameter of the transport ${transportOf(parts)}`;
  return [`uri has "${name}", ${what}; leave it out, ${byConfiguration}`];
}
