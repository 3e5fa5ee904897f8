/**
 * What the door needs from the house, by injection token. The composition root binds each to its implementation.
 */
import type { PackageFiles } from '../artifacts/artifacts.js';
import type { SteadyClock } from '../shared/clock.js';
import type { ForCaller } from '../shared/caller.js';
import type { Outcome } from '../shared/outcome.js';
import type { BackgroundView } from '../workflow/background/background-view.js';
import type { AuditView } from '../workflow/audit/audit-view.js';
import type { Store } from '../store/store.js';
import type {
  Comparison,
  HostAudits,
  HostCommands,
  HostFunctions,
  LcmCommands,
  PackageCommands,
  PlacementQuestions,
  Stacks,
  SubscriptionCommands,
} from '../workflow/commands.js';
import type { FleetView } from '../workflow/hosts/fleet-view.js';
import type { Credential } from './http/auth.js';

export interface ApiParts {
  readonly store: ForCaller<Store>;
  readonly files: ForCaller<PackageFiles>;
  readonly packages: ForCaller<PackageCommands>;
  readonly subscriptions: ForCaller<SubscriptionCommands>;
  readonly lcm: ForCaller<LcmCommands>;
  readonly questions: ForCaller<PlacementQuestions>;
  readonly fleet: ForCaller<FleetView>;
  readonly hosts: ForCaller<HostCommands>;
  readonly metrics: MetricsPage;
  readonly backups: ForCaller<Backups>;
  readonly comparison: ForCaller<Comparison>;
  readonly audit: ForCaller<AuditView>;
  readonly background: ForCaller<BackgroundView>;
  readonly stacks: ForCaller<Stacks>;
  readonly hostAudits: ForCaller<HostAudits>;
  readonly hostFunctions: ForCaller<HostFunctions>;
  /** What /readyz asks, in order. */
  readonly readiness: readonly ReadinessCheck[];
  readonly options: ApiOptions;
}

export interface ApiOptions {
  readonly credentials: readonly Credential[];
  /** Whether /metrics answers without a token. */
  readonly openMetrics: boolean;
  /** Resources per page of a collection. */
  readonly pageSize: number;
  readonly clock: Pick<SteadyClock, 'elapsedMs'>;
  /** Berth's own. */
  readonly version: string;
  /** Links begin with it, whatever name a client used. */
  readonly publicUrl?: string | undefined;
  /** Addresses and subnets of proxies whose word on the client is taken. */
  readonly trustedProxies?: readonly string[] | undefined;
}

export interface Backups {
  /** Refuses `wrong-state` while one is taken, `task-not-supported` when the database is not Berth's to copy. */
  take(): Promise<Outcome<Backup>>;
}

export interface Backup {
  readonly sizeBytes: number;
  read(): AsyncIterable<Uint8Array>;
  /** Whoever took it says that it is sent, or that nobody wants it any more. */
  remove(): Promise<void>;
}

export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<Uint8Array>;
  /** Every answered request; `route` is the pattern, not the path. */
  requestFinished(method: string, route: string, status: number, seconds: number): void;
}

export interface ReadinessCheck {
  readonly name: string;
  /** Undefined: ready. Else a sentence that says what is missing. */
  check(): Promise<string | undefined>;
}

export const STORE = Symbol('Store');
export const FILES = Symbol('PackageFiles');
export const PACKAGES = Symbol('PackageCommands');
export const SUBSCRIPTIONS = Symbol('SubscriptionCommands');
export const LCM = Symbol('LcmCommands');
export const QUESTIONS = Symbol('PlacementQuestions');
export const FLEET = Symbol('FleetView');
export const HOSTS = Symbol('HostCommands');
export const METRICS = Symbol('MetricsPage');
export const BACKUPS = Symbol('Backups');
export const AUDIT = Symbol('AuditView');
export const BACKGROUND = Symbol('BackgroundView');
export const COMPARISON = Symbol('Comparison');
export const STACKS = Symbol('Stacks');
export const HOST_AUDITS = Symbol('HostAudits');
export const HOST_FUNCTIONS = Symbol('HostFunctions');
export const READINESS = Symbol('ReadinessCheck[]');
export const OPTIONS = Symbol('ApiOptions');
