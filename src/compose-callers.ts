/**
 * What the door reaches only in the name of a caller, beside the store. There is one tenant: what a caller reaches is the
 * same for all. Where there are several, their scope begins to act here and in `stores` of compose.ts.
 */
import type { ApiParts } from './api/ports.js';
import { forTheTenant, type ForCaller } from './shared/caller.js';

type Scoped = {
  readonly [
    Name in keyof Omit<ApiParts, 'store'> as ApiParts[Name] extends ForCaller<unknown> ? Name : never
  ]: ApiParts[Name];
};
type Unscoped = { readonly [Name in keyof Scoped]: Scoped[Name] extends ForCaller<infer Part> ? Part : never };

export const forCallers = (parts: Unscoped): Scoped => ({
  files: forTheTenant(parts.files),
  packages: forTheTenant(parts.packages),
  subscriptions: forTheTenant(parts.subscriptions),
  lcm: forTheTenant(parts.lcm),
  questions: forTheTenant(parts.questions),
  fleet: forTheTenant(parts.fleet),
  hosts: forTheTenant(parts.hosts),
  backups: forTheTenant(parts.backups),
  comparison: forTheTenant(parts.comparison),
  audit: forTheTenant(parts.audit),
  background: forTheTenant(parts.background),
  stacks: forTheTenant(parts.stacks),
  hostAudits: forTheTenant(parts.hostAudits),
  hostFunctions: forTheTenant(parts.hostFunctions),
});
