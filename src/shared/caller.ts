/**
 * In whose name something is asked or done. The door makes the caller of a request; what Berth does by itself has a
 * system caller with the name of that work. There is one tenant today.
 */
export const roles = ['viewer', 'operator', 'administrator'] as const;

/** Reads; changes packages and VNFs; changes what they stand on. None contains another. */
export type Role = (typeof roles)[number];

declare const tenant: unique symbol;
export type Tenant = string & { readonly [tenant]: true };

/** What is seen of the store. */
export interface Scope {
  readonly tenant: Tenant;
}

export interface Caller extends Scope {
  /** As the audit log names it. */
  readonly subject: string;
  readonly roles: readonly Role[];
}

export const theTenant = 'default' as Tenant;

/** Whoever holds Berth's token. */
export const tokenCaller: Caller = { subject: 'token', roles, tenant: theTenant };

/** What Berth does by itself, e.g. `system:notifier`. */
export const systemCaller = (work: string): Caller => ({ subject: `system:${work}`, roles, tenant: theTenant });

/** A part that is only reached in somebody's name. */
export interface ForCaller<Part> {
  for(caller: Caller): Part;
}

/** Of the one tenant: it is the same for every caller. */
export const forTheTenant = <Part>(part: Part): ForCaller<Part> => ({ for: () => part });
