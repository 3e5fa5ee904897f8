/**
 * The interfaces that notify. Each has its filter and its event; what is asked of every one of them stands here, so that one
 * that lacks something does not compile. How subscriptions are kept and notifications delivered is the same for all.
 */
import type { LifecycleEvent } from './lifecycle-event.js';
import { contradictionInLifecycle, matchesLifecycle, type LifecycleNotificationsFilter } from './lifecycle-filter.js';
import type { PackageEvent } from './package-event.js';
import { contradictionIn, matchesPackage, type PkgmNotificationsFilter } from './package-filter.js';

/** By the name in their path: filter, event, and what a subscription says beside those. */
export interface NotifyingInterfaces {
  readonly vnfpkgm: { readonly filter: PkgmNotificationsFilter; readonly event: PackageEvent; readonly own: object };
  readonly vnflcm: {
    readonly filter: LifecycleNotificationsFilter;
    readonly event: LifecycleEvent;
    /** SHORT leaves out what changed (SOL003 clause 5.5.3.23). */
    readonly own: { readonly verbosity: 'FULL' | 'SHORT' };
  };
}

export type NotifyingApi = keyof NotifyingInterfaces;
export type FilterOf<Api extends NotifyingApi = NotifyingApi> = NotifyingInterfaces[Api]['filter'];
export type EventOf<Api extends NotifyingApi = NotifyingApi> = NotifyingInterfaces[Api]['event'];

interface FilterRules<Filter, Event> {
  matches(filter: Filter, event: Event): boolean;
  /** Why a filter cannot be used, as the end of a sentence; undefined when it can. */
  contradictionIn(filter: Filter): string | undefined;
}

const rules: { readonly [Api in NotifyingApi]: FilterRules<FilterOf<Api>, EventOf<Api>> } = {
  vnfpkgm: { matches: matchesPackage, contradictionIn },
  vnflcm: { matches: matchesLifecycle, contradictionIn: contradictionInLifecycle },
};

/** Filters and events of one interface are compared, never those of two. */
export const rulesOf = (api: NotifyingApi): FilterRules<FilterOf, EventOf> => rules[api];
