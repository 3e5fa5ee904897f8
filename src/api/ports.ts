/**
 * What the door needs from the house, by injection token. The composition root binds each to its implementation.
 */
import type { PackageFiles } from '../artifacts/artifacts.js';
import type { Store } from '../store/store.js';
import type { LcmCommands, PackageCommands, PlacementQuestions, SubscriptionCommands } from '../workflow/commands.js';
import type { FleetView } from '../workflow/fleet-view.js';

export interface ApiParts {
  readonly store: Store;
  readonly files: PackageFiles;
  readonly packages: PackageCommands;
  readonly subscriptions: SubscriptionCommands;
  readonly lcm: LcmCommands;
  readonly questions: PlacementQuestions;
  readonly fleet: FleetView;
  readonly metrics: MetricsPage;
  /** What /readyz asks, in order. */
  readonly readiness: readonly ReadinessCheck[];
  readonly options: ApiOptions;
}

export interface ApiOptions {
  readonly token: string;
  /** Whether /metrics answers without a token. */
  readonly openMetrics: boolean;
  /** Resources per page of a collection. */
  readonly pageSize: number;
}

export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
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
export const METRICS = Symbol('MetricsPage');
export const READINESS = Symbol('ReadinessCheck[]');
export const OPTIONS = Symbol('ApiOptions');
