/** Metrics of placement: what was decided, what refused it, and how long search and commit take. */
import type { MetricSpec } from './spec.js';

const searchSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] as const;

export const placementMetrics = {
  placements: {
    type: 'counter',
    name: 'berth_placements_total',
    help: 'Decisions of placement by outcome: placed, refused, or lost_race (another took what was chosen; it is placed again).',
    labels: ['operation', 'outcome'],
  },
  placementRefusals: {
    type: 'counter',
    name: 'berth_placement_refusals_total',
    help: 'Refused placements by the constraint that refused the last hosts left; no-hosts, search-budget and addresses stand for no host at all, an unfinished search and addresses in use.',
    labels: ['constraint'],
  },
  placementSearch: {
    type: 'histogram',
    name: 'berth_placement_seconds',
    help: 'How long the search for berths of one operation took.',
    labels: [],
    buckets: searchSeconds,
  },
  placementCommit: {
    type: 'histogram',
    name: 'berth_placement_commit_seconds',
    help: 'How long it took to write a plan with its claims, lost races included.',
    labels: [],
    buckets: searchSeconds,
  },
} as const satisfies Record<string, MetricSpec>;
