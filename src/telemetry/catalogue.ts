/**
 * Every metric of Berth: the only place with names, by area in `catalogue/`. `docs/metrics.md` is generated from this
 * table, dashboards and rules are checked against it. Names are snake_case in base units; counters end in `_total`,
 * nothing else does.
 */
import { capacityMetrics } from './catalogue/capacity.js';
import { deviceMetrics } from './catalogue/devices.js';
import { hostMetrics } from './catalogue/hosts.js';
import { instanceMetrics } from './catalogue/instances.js';
import { internalMetrics } from './catalogue/internals.js';
import { operationMetrics } from './catalogue/operations.js';
import { placementMetrics } from './catalogue/placement.js';
import { serverMetrics } from './catalogue/server.js';
import { perVnfc, type MetricSpec } from './catalogue/spec.js';
import { taskMetrics } from './catalogue/tasks.js';
import { vnfcMetrics } from './catalogue/vnfcs.js';

export type { MetricSpec } from './catalogue/spec.js';

export const catalogue = {
  ...serverMetrics,
  ...hostMetrics,
  ...capacityMetrics,
  ...vnfcMetrics,
  ...deviceMetrics,
  ...instanceMetrics,
  ...operationMetrics,
  ...placementMetrics,
  ...internalMetrics,
  ...taskMetrics,
} as const satisfies Record<string, MetricSpec>;

/** What guests report of themselves (docs/vnf-guest-contract.md): this prefix and the name the guest gave; `role` is its word. */
export const guestPrefix = 'berth_vnf_';
export const guestLabels = [...perVnfc, 'role'] as const;
