/**
 * The HTTP server on a free loopback port with parts made by hand: each test says which part answers what, and any
 * other call fails the request with a fault.
 */
import { pino } from 'pino';
import type { ApiOptions, ApiParts } from '../../src/api/ports.js';
import { createServer } from '../../src/api/server.js';
import { AppModule } from '../../src/app.module.js';
import { forTheTenant, tokenCaller, type ForCaller } from '../../src/shared/caller.js';
import { systemClock } from '../../src/system.js';

/** What Nest and promises look for on every object. */
const hooks = new Set([
  'then',
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
]);

/** Only these members are there; touching another is a fault that names it. */
export function partly<T extends object>(name: string, members: Partial<T>): T {
  return new Proxy(members as T, {
    get: (target, key) => {
      if (key in target || typeof key === 'symbol' || hooks.has(key)) return Reflect.get(target, key) as unknown;
      throw new Error(`this test has no ${name}.${key}`);
    },
  });
}

export const token = 'a-token-for-tests';

type PartOf<Name extends keyof ApiParts> = ApiParts[Name] extends ForCaller<infer Part> ? Part : never;

interface Parts {
  readonly store?: Partial<PartOf<'store'>>;
  /** How a caller comes to the store; each to the same unless said. */
  readonly scoped?: (store: PartOf<'store'>) => ApiParts['store'];
  readonly files?: Partial<PartOf<'files'>>;
  readonly packages?: Partial<PartOf<'packages'>>;
  readonly subscriptions?: Partial<PartOf<'subscriptions'>>;
  readonly lcm?: Partial<PartOf<'lcm'>>;
  readonly questions?: Partial<PartOf<'questions'>>;
  readonly fleet?: Partial<PartOf<'fleet'>>;
  readonly hosts?: Partial<PartOf<'hosts'>>;
  readonly metrics?: Partial<ApiParts['metrics']>;
  readonly backups?: Partial<PartOf<'backups'>>;
  readonly audit?: Partial<PartOf<'audit'>>;
  readonly background?: Partial<PartOf<'background'>>;
  readonly stacks?: Partial<PartOf<'stacks'>>;
  readonly hostAudits?: Partial<PartOf<'hostAudits'>>;
  readonly hostFunctions?: Partial<PartOf<'hostFunctions'>>;
  readonly comparison?: Partial<PartOf<'comparison'>>;
  readonly readiness?: ApiParts['readiness'];
  readonly options?: Partial<ApiOptions>;
}

export interface Client {
  readonly origin: string;
  /** With the token and the Version header of the path, unless `headers` says otherwise (`''` leaves one out). */
  readonly ask: (path: string, init?: RequestInit & { readonly headers?: Record<string, string> }) => Promise<Response>;
  /** The same with a JSON body. */
  readonly send: (method: string, path: string, body: unknown, headers?: Record<string, string>) => Promise<Response>;
}

export interface Door extends Client {
  readonly log: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openDoor(parts: Parts): Promise<Door> {
  const log: string[] = [];
  const credentials = [{ token, caller: tokenCaller }];
  const options: ApiOptions = {
    credentials,
    openMetrics: false,
    pageSize: 100,
    clock: systemClock,
    version: '1.2.3',
    ...parts.options,
  };
  const metrics = { contentType: 'text/plain', requestFinished: () => undefined, ...parts.metrics };
  const whole: ApiParts = {
    store: (parts.scoped ?? forTheTenant)(partly('store', parts.store ?? {})),
    files: forTheTenant(partly('files', parts.files ?? {})),
    packages: forTheTenant(partly('packages', parts.packages ?? {})),
    subscriptions: forTheTenant(partly('subscriptions', parts.subscriptions ?? {})),
    lcm: forTheTenant(partly('lcm', parts.lcm ?? {})),
    questions: forTheTenant(partly('questions', parts.questions ?? {})),
    fleet: forTheTenant(
      partly('fleet', {
        hosts: () => [],
        host: (id) => parts.fleet?.hosts?.().find((host) => host.id === id),
        domain: () => undefined,
        isSeen: () => false,
        isConfigured: () => true,
        waitsFor: () => undefined,
        drift: () => [],
        ...parts.fleet,
      }),
    ),
    hosts: forTheTenant(partly('hosts', { told: () => undefined, ...parts.hosts })),
    metrics: partly('metrics', metrics),
    backups: forTheTenant(partly('backups', parts.backups ?? {})),
    audit: forTheTenant(partly('audit', parts.audit ?? {})),
    background: forTheTenant(partly('background', parts.background ?? {})),
    stacks: forTheTenant(partly('stacks', parts.stacks ?? {})),
    hostAudits: forTheTenant(partly('hostAudits', parts.hostAudits ?? {})),
    hostFunctions: forTheTenant(partly('hostFunctions', parts.hostFunctions ?? {})),
    comparison: forTheTenant(partly('comparison', parts.comparison ?? {})),
    readiness: parts.readiness ?? [],
    options,
  };
  const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(line) });
  const app = await createServer(AppModule.of(whole), {
    api: options,
    metrics: whole.metrics,
    log: logger,
    clock: systemClock,
  });
  await app.listen(0, '127.0.0.1');
  const origin = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  return { ...clientOf(origin), log, close: () => app.close() };
}

/** Paths are below `origin`; whole URIs, as in Location, are taken as they are. */
export function clientOf(origin: string): Client {
  const at = (path: string): URL => new URL(path, origin);
  const ask: Client['ask'] = (path, init = {}) =>
    fetch(at(path), { ...init, headers: headersOf(at(path).pathname, init.headers ?? {}) });
  const send: Client['send'] = (method, path, body, headers = {}) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return ask(path, { method, body: JSON.stringify(body), headers: { 'content-type': type, ...headers } });
  };
  return { origin, ask, send };
}

function headersOf(path: string, own: Record<string, string>): Record<string, string> {
  const version = path.startsWith('/vnflcm/v2') ? '2.0.0' : path.startsWith('/vnfpkgm/v2') ? '2.1.0' : '';
  const all = { authorization: `Bearer ${token}`, version, ...own };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** The body of an answer, as a test looks into it. */
export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

export async function listOf(response: Response): Promise<readonly Record<string, unknown>[]> {
  return (await response.json()) as readonly Record<string, unknown>[];
}
