/**
 * Settings as the sources give them: every one optional, checked by one schema whatever the source.
 */
import { Ajv, type ErrorObject } from 'ajv';
import { Type, type Static } from 'typebox';
import { hostSchema, simulatedHostSchema, type HostText, type SimulatedHostText } from '../inventory/host-settings.js';
import { shownUri } from '../shared/shown-uri.js';
import { ConfigError, logLevels, signaturePolicies } from './config.js';

const strict = { additionalProperties: false } as const;

/** shared/origin.ts */
const origin = Type.String({ pattern: '^https?://(\\*\\.)?(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:\\d{1,5})?$' });

const file = Type.String({ minLength: 1 });
/** Every source may bring a part; load.ts sees whether it is a whole. */
const tlsSettings = Type.Object(
  { certificate: Type.Optional(file), key: Type.Optional(file), clientCa: Type.Optional(file) },
  strict,
);

/** Exported for the chart, whose values hold settings. */
export const settingsSchema = Type.Object(
  {
    dataDir: Type.Optional(Type.String({ minLength: 1 })),
    store: Type.Optional(Type.String({ pattern: '^postgres(ql)?://' })),
    listen: Type.Optional(Type.String({ pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[^:\\[\\]]+):\\d{1,5}$' })),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535 })),
    insecureListen: Type.Optional(Type.Boolean()),
    tls: Type.Optional(tlsSettings),
    auditLog: Type.Optional(file),
    publicUrl: Type.Optional(
      Type.String({
        maxLength: 512,
        pattern: '^https?://(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:\\d{1,5})?(/[A-Za-z0-9._~-]+)*/?$',
      }),
    ),
    trustedProxies: Type.Optional(
      Type.Array(Type.String({ pattern: '^[0-9A-Fa-f:.]+(/\\d{1,3})?$' }), { maxItems: 64 }),
    ),
    token: Type.Optional(Type.String({ minLength: 16, pattern: '^[\\x21-\\x7e]+$' })),
    openMetrics: Type.Optional(Type.Boolean()),
    logLevel: Type.Optional(Type.Enum([...logLevels])),
    pageSize: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    strategy: Type.Optional(Type.Enum(['pack', 'spread'])),
    bringBack: Type.Optional(Type.Boolean()),
    hostFiles: Type.Optional(Type.String({ pattern: '^/[^/\\s]\\S*$' })),
    plainTcp: Type.Optional(Type.Array(Type.String({ pattern: '^[0-9A-Za-z:._-]+$' }), { maxItems: 1024 })),
    keepOperations: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
    keepOperationDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500 })),
    hostsPerProcess: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
    signaturePolicy: Type.Optional(Type.Enum([...signaturePolicies])),
    trustStore: Type.Optional(Type.String({ minLength: 1 })),
    revocationLists: Type.Optional(Type.String({ minLength: 1 })),
    packageGiB: Type.Optional(Type.Integer({ minimum: 1, maximum: 1024 })),
    reserveMiB: Type.Optional(Type.Integer({ minimum: 16, maximum: 1024 * 1024 })),
    uploadAllowed: Type.Optional(Type.Array(origin)),
    uploadOnlyAllowed: Type.Optional(Type.Boolean()),
    uploadSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 7 * 24 * 3600 })),
    callbackAllowed: Type.Optional(Type.Array(origin)),
    callbackOnlyAllowed: Type.Optional(Type.Boolean()),
    simulated: Type.Optional(Type.Boolean()),
    fleet: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    fleetFile: Type.Optional(Type.String({ minLength: 1 })),
    hosts: Type.Optional(Type.Array(Type.Unsafe<HostText>({ ...hostSchema }))),
  },
  strict,
);

export type Settings = Static<typeof settingsSchema>;

const ajv = new Ajv({ allErrors: true, strictTypes: false, verbose: true });
const validate = ajv.compile<Settings>(settingsSchema);
const isHost = ajv.compile<HostText>(hostSchema);
const isSimulatedHost = ajv.compile<SimulatedHostText>(simulatedHostSchema({ type: 'object' }));

/** `source` is how a message names where the value stands, e.g. `the file berth.yaml`. */
export function checkSettings(found: unknown, source: string): Settings {
  if (validate(found)) return found;
  throw new ConfigError((validate.errors ?? []).map((error) => `${source}: ${sentence(error)}`));
}

/** One host by itself, in the same words. Throws ConfigError. */
export function checkHost(found: unknown): HostText {
  if (isHost(found)) return found;
  throw new ConfigError((isHost.errors ?? []).map((error) => sentence(error, 'the host')));
}

/** The settings of a host that are each right by itself, out of some that together are not. */
export const rightSettings = (found: Readonly<Record<string, unknown>>): Partial<HostText> =>
  Object.fromEntries(
    Object.entries(found).filter(([name, value]) => isHost({ id: 'h', uri: 'qemu:///system', [name]: value })),
  );

export function checkSimulatedHost(found: unknown): SimulatedHostText {
  if (isSimulatedHost(found)) return found;
  throw new ConfigError((isSimulatedHost.errors ?? []).map((error) => sentence(error, 'the host')));
}

/** What is wrong with a value, with its key and what is allowed; `whole`: what all of it is called. */
export function sentence(
  { instancePath, keyword, params, message = '', data }: ErrorObject,
  whole = 'the configuration',
): string {
  const key = instancePath.slice(1).replaceAll('/', '.') || whole;
  const given = params as Readonly<Record<string, unknown>>;
  if (keyword === 'additionalProperties') return `${key} has no setting "${String(given['additionalProperty'])}"`;
  if (keyword === 'required') return `${key} needs "${String(given['missingProperty'])}"`;
  const form = keyword === 'pattern' ? forms[key.replace(/\.\d+/g, '').replace(/^.*\./, '')] : undefined;
  const allowed = keyword === 'enum' ? `must be one of ${String(given['allowedValues'])}` : (form ?? message);
  return `${key} is ${secret(key) ? '(hidden)' : shown(key, data)}, ${allowed}`;
}

/** What a pattern asks for, in words. */
const forms: Readonly<Record<string, string>> = {
  listen: 'which is no address with a port: write it as 127.0.0.1:9641 or [::1]:9641',
  token:
    'which no request can carry: a token has printable ASCII only, and no blank, tab or line feed, also not at its end',
  store: 'which is no address of PostgreSQL: write it as postgres://user@host/database',
  publicUrl:
    'which is no address that links can begin with: write it as https://nfv.example or https://nfv.example/berth',
  trustedProxies: 'which is neither an address nor a subnet: write it as 10.0.0.5, 10.0.0.0/24 or fd00::/64',
  uploadAllowed: 'which is no origin: write it as http://10.0.0.5:8080 or https://*.example',
  callbackAllowed: 'which is no origin: write it as http://10.0.0.5:8080 or https://*.example',
  hostFiles: 'which is no folder that can be set aside: write a path that begins with /, such as /etc/berth/host-files',
  uri: 'which is no libvirt URI: write it as qemu:///system or qemu+tls://host/system',
};

/** Without what a URI may have of a password. */
const shown = (key: string, data: unknown): string =>
  JSON.stringify(/(^|\.)uri$/.test(key) && typeof data === 'string' ? shownUri(data) : data);

const secret = (key: string): boolean => key === 'token' || key === 'store';
