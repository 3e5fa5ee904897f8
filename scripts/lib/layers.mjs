/**
 * The layers of `src/` in one place: ESLint (purity), dependency-cruiser (imports) and their tests read them here.
 */

/** The path that data takes, in order: a later folder may import an earlier one, never the reverse. */
export const coreFolders = [
  'tosca',
  'vnfd',
  'package',
  'inventory',
  'lifecycle',
  'placement',
  'day0',
  'libvirt-xml',
  'subscription',
];

/** Interfaces that the workflow, adapters and the door meet at. */
export const portFiles = [
  'engine/engine.ts',
  'engine/engines.ts',
  'store/store.ts',
  'store/claims.ts',
  'store/connection.ts',
  'store/figures.ts',
  'store/host-directory.ts',
  'store/hosts.ts',
  'store/instances.ts',
  'store/lease.ts',
  'store/operations.ts',
  'store/ownership.ts',
  'store/packages.ts',
  'store/page.ts',
  'store/retention.ts',
  'store/sbom.ts',
  'store/subscriptions.ts',
  'store/trouble.ts',
  'notify/notify.ts',
  'artifacts/artifacts.ts',
  'workflow/hosts/fleet-view.ts',
  'workflow/audit/audit-view.ts',
  'workflow/background/background-view.ts',
  'workflow/capacity/capacity-view.ts',
];
