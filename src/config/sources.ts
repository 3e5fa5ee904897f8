/**
 * Flags, environment and file as settings. Text becomes numbers and truth values here; what is allowed is the schema's
 * to say.
 */
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { errorText } from '../shared/error-text.js';
import { ConfigError } from './config.js';
import { checkSettings, type Settings } from './settings.js';

export const usage = `Usage: berth-server [options]

  --config FILE        settings as YAML or JSON
  --data-dir DIR       where Berth keeps its data
  --adopt-data-dir     go on, this once, with a database and a data directory that do not match
  --listen HOST:PORT   default 127.0.0.1:9641; beyond loopback only with TLS, or with --insecure-listen
  --port PORT          another port on the same address; 0: any free one
  --insecure-listen    listen beyond loopback without TLS: the token goes over the network as it is
  --tls-certificate F  PEM file with the certificate of the listener, and with those between it and its root
  --tls-key F          PEM file with its key
  --tls-client-ca F    PEM file with certificates; clients must show one that these have signed
  --audit-log FILE     append a line for every change that is asked for, and for every refused token
  --public-url URL     where clients find Berth, such as https://nfv.example/berth
  --trusted-proxy A    address or subnet of a proxy whose X-Forwarded headers are taken; may be repeated
  --simulated          simulated hosts instead of real ones
  --fleet N            how many simulated hosts (implies --simulated)
  --fleet-file FILE    simulated hosts as a file describes them (implies --simulated)
  --log-level LEVEL    trace, debug, info, warn, error, fatal or silent
  --signature-policy P require (default), warn or off: whether packages must be signed
  --upload-allowed URL an origin that packages may be fetched from, http://10.0.0.5:8080; may be repeated
  --help

Every setting, its environment variable and its default: docs/configuration.md
`;

export interface Flags {
  readonly help: boolean;
  readonly config: string | undefined;
  readonly adoptDataDir: boolean;
  readonly settings: Settings;
}

export function readFlags(argv: readonly string[]): Flags {
  const { help, config, 'adopt-data-dir': adoptDataDir = false, ...values } = parseFlags(argv);
  const settings = {
    dataDir: values['data-dir'],
    listen: values.listen,
    port: numeric(values.port),
    insecureListen: values['insecure-listen'],
    tls: givenOf({
      certificate: values['tls-certificate'],
      key: values['tls-key'],
      clientCa: values['tls-client-ca'],
    }),
    auditLog: values['audit-log'],
    publicUrl: values['public-url'],
    trustedProxies: values['trusted-proxy'],
    simulated: values.simulated,
    fleet: numeric(values.fleet),
    fleetFile: values['fleet-file'],
    logLevel: values['log-level'],
    signaturePolicy: values['signature-policy'],
    uploadAllowed: values['upload-allowed'],
  };
  return { help: help ?? false, config, adoptDataDir, settings: checkSettings(given(settings), 'the command line') };
}

const option = { type: 'string' } as const;

function parseFlags(argv: readonly string[]) {
  try {
    const options = {
      config: option,
      'data-dir': option,
      'adopt-data-dir': { type: 'boolean' },
      listen: option,
      port: option,
      'insecure-listen': { type: 'boolean' },
      'tls-certificate': option,
      'tls-key': option,
      'tls-client-ca': option,
      'audit-log': option,
      'public-url': option,
      'trusted-proxy': { type: 'string', multiple: true },
      simulated: { type: 'boolean' },
      fleet: option,
      'fleet-file': option,
      'log-level': option,
      'signature-policy': option,
      'upload-allowed': { type: 'string', multiple: true },
      help: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new ConfigError([`the command line: ${errorText(error)}`]);
  }
}

/** Variable -> setting. */
export const variables = {
  BERTH_DATA_DIR: 'dataDir',
  BERTH_STORE: 'store',
  BERTH_LISTEN: 'listen',
  BERTH_PORT: 'port',
  BERTH_INSECURE_LISTEN: 'insecureListen',
  BERTH_TLS_CERTIFICATE: 'tls.certificate',
  BERTH_TLS_KEY: 'tls.key',
  BERTH_TLS_CLIENT_CA: 'tls.clientCa',
  BERTH_AUDIT_LOG: 'auditLog',
  BERTH_PUBLIC_URL: 'publicUrl',
  BERTH_TRUSTED_PROXIES: 'trustedProxies',
  BERTH_TOKEN: 'token',
  BERTH_OPEN_METRICS: 'openMetrics',
  BERTH_LOG_LEVEL: 'logLevel',
  BERTH_PAGE_SIZE: 'pageSize',
  BERTH_STRATEGY: 'strategy',
  BERTH_BRING_BACK: 'bringBack',
  BERTH_HOST_FILES: 'hostFiles',
  BERTH_PLAIN_TCP: 'plainTcp',
  BERTH_KEEP_OPERATIONS: 'keepOperations',
  BERTH_KEEP_OPERATION_DAYS: 'keepOperationDays',
  BERTH_HOSTS_PER_PROCESS: 'hostsPerProcess',
  BERTH_SIGNATURE_POLICY: 'signaturePolicy',
  BERTH_TRUST_STORE: 'trustStore',
  BERTH_REVOCATION_LISTS: 'revocationLists',
  BERTH_PACKAGE_GIB: 'packageGiB',
  BERTH_RESERVE_MIB: 'reserveMiB',
  BERTH_UPLOAD_ALLOWED: 'uploadAllowed',
  BERTH_UPLOAD_ONLY_ALLOWED: 'uploadOnlyAllowed',
  BERTH_UPLOAD_SECONDS: 'uploadSeconds',
  BERTH_CALLBACK_ALLOWED: 'callbackAllowed',
  BERTH_CALLBACK_ONLY_ALLOWED: 'callbackOnlyAllowed',
  BERTH_SIMULATED: 'simulated',
  BERTH_FLEET: 'fleet',
  BERTH_FLEET_FILE: 'fleetFile',
} as const satisfies Record<string, keyof Settings | `tls.${keyof NonNullable<Settings['tls']>}`>;

const numbers: readonly string[] = [
  ...['port', 'pageSize', 'fleet', 'packageGiB', 'reserveMiB', 'uploadSeconds'],
  ...['keepOperations', 'keepOperationDays', 'hostsPerProcess'],
];
const truths: readonly string[] = [
  ...['openMetrics', 'bringBack', 'simulated', 'uploadOnlyAllowed', 'callbackOnlyAllowed', 'insecureListen'],
];
const lists: readonly string[] = ['plainTcp', 'uploadAllowed', 'callbackAllowed', 'trustedProxies'];

export function readEnvironment(environment: Readonly<Record<string, string | undefined>>): Settings {
  const entries = Object.entries(variables).map(([variable, key]) => {
    const text = environment[variable];
    if (numbers.includes(key)) return [key, numeric(text)] as const;
    if (lists.includes(key)) return [key, list(text)] as const;
    return [key, truths.includes(key) ? truth(text) : text] as const;
  });
  const inTls = entries.flatMap(([key, value]) => (key.startsWith('tls.') ? [[key.slice(4), value] as const] : []));
  const others = entries.filter(([key]) => !key.startsWith('tls.'));
  const settings = { ...Object.fromEntries(others), tls: givenOf(Object.fromEntries(inTls)) };
  return checkSettings(given(settings), 'the environment');
}

/** YAML, of which JSON is a part. */
export function readFileSettings(text: string, file: string): Settings {
  return checkSettings(parsed(text, file) ?? {}, `the file ${file}`);
}

function parsed(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ConfigError([`the file ${file} is not YAML: ${errorText(error)}`]);
  }
}

/** What is not a number stays as it is, for the schema to refuse with the text that was given. */
function numeric(text: string | undefined): unknown {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

/** `a, b`; an empty text is no setting at all. */
const list = (text: string | undefined): unknown => (text ? text.split(',').map((each) => each.trim()) : undefined);

function truth(text: string | undefined): unknown {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : text;
}

/** Undefined when nothing of a group is given. */
function givenOf(group: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const found = given(group);
  return Object.keys(found).length === 0 ? undefined : found;
}

const given = (settings: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== ''));
