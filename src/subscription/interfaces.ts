/**
 * The interfaces that notify. Each has its versions, its filter and its event; what is asked of every one of them stands here,
 * so that one that lacks something does not compile. How subscriptions are kept and notifications delivered is the same for
 * all.
 */
import type { LifecycleEvent } from './lifecycle-event.js';
import { contradictionInLifecycle, matchesLifecycle, type LifecycleNotificationsFilter } from './lifecycle-filter.js';
import { toldOfLifecycle, type Verbosity } from './lifecycle-notification.js';
import type { PackageEvent } from './package-event.js';
import { contradictionIn, matchesPackage, type PkgmNotificationsFilter } from './package-filter.js';
import { toldOfPackage } from './package-notification.js';
import type { Addressed, Told } from './told.js';

/** By the name in their path: filter, event, and what a subscription says beside those. */
export interface NotifyingInterfaces {
  readonly vnfpkgm: { readonly filter: PkgmNotificationsFilter; readonly event: PackageEvent; readonly own: object };
  readonly vnflcm: {
    readonly filter: LifecycleNotificationsFilter;
    readonly event: LifecycleEvent;
    readonly own: Verbosity;
  };
}

export type NotifyingApi = keyof NotifyingInterfaces;
export type FilterOf<Api extends NotifyingApi = NotifyingApi> = NotifyingInterfaces[Api]['filter'];
export type EventOf<Api extends NotifyingApi = NotifyingApi> = NotifyingInterfaces[Api]['event'];

/** A major version that is served (SOL013 clause 9). */
export interface ServedMajor {
  readonly major: string;
  /** The first is told in the Version header of responses. */
  readonly versions: readonly [string, ...string[]];
  /** Clients of `v1` send no Version header, or forget it at times. */
  readonly headerNeeded: boolean;
}

interface Rules<Filter, Event, Own> {
  /** The one that new clients use comes first. */
  readonly served: readonly [ServedMajor, ...ServedMajor[]];
  matches(filter: Filter, event: Event): boolean;
  /** Why a filter cannot be used, as the end of a sentence; undefined when it can. */
  contradictionIn(filter: Filter): string | undefined;
  told(event: Event, subscription: Own & Addressed): Told;
}

const rules: {
  readonly [Api in NotifyingApi]: Rules<FilterOf<Api>, EventOf<Api>, NotifyingInterfaces[Api]['own']>;
} = {
  vnfpkgm: {
    served: [
      { major: 'v2', versions: ['2.1.0'], headerNeeded: true },
      { major: 'v1', versions: ['1.1.0'], headerNeeded: false },
    ],
    matches: matchesPackage,
    contradictionIn,
    told: toldOfPackage,
  },
  vnflcm: {
    served: [
      { major: 'v2', versions: ['2.0.0'], headerNeeded: true },
      { major: 'v1', versions: ['1.3.0'], headerNeeded: false },
    ],
    matches: matchesLifecycle,
    contradictionIn: contradictionInLifecycle,
    told: toldOfLifecycle,
  },
};

/** Filters and events of one interface are compared, never those of two. */
export const rulesOf = (api: NotifyingApi): Rules<FilterOf, EventOf, object> => rules[api];

export const notifyingApis = Object.keys(rules) as readonly NotifyingApi[];
