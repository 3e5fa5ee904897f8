/** Metrics of the room that is left: what a background task counts of whole VNFs, and what cells have in fragments. */
import { perCell, type MetricSpec } from './spec.js';

const perFlavour = ['vnfd_id', 'product_name', 'flavour'] as const;

export const capacityMetrics = {
  vnfdCapacity: {
    type: 'gauge',
    name: 'berth_vnfd_capacity_instances',
    help: 'How many more VNF instances of the VNFD fit now, counted to 100 (docs/capacity.md).',
    labels: perFlavour,
  },
  vnfdCapacityLimit: {
    type: 'gauge',
    name: 'berth_vnfd_capacity_limit_info',
    help: 'Always 1; the constraint that refuses the next VNF instance of the VNFD, such as dedicated-cpus or hugepages.',
    labels: [...perFlavour, 'resource'],
  },
  vnfdCapacityAt: {
    type: 'gauge',
    name: 'berth_vnfd_capacity_timestamp_seconds',
    help: 'When the capacities of VNFDs were counted, Unix time.',
    labels: [],
  },
  vnfdCapacityTook: {
    type: 'gauge',
    name: 'berth_vnfd_capacity_seconds',
    help: 'How long it took to count them.',
    labels: [],
  },
  hostFreeCores: {
    type: 'gauge',
    name: 'berth_host_free_cores',
    help: 'Physical cores of the cell all of whose CPUs are free for dedicated vCPUs.',
    labels: perCell,
  },
  hostFreeSiblingPairs: {
    type: 'gauge',
    name: 'berth_host_free_sibling_pairs',
    help: 'Pairs of free CPUs of the cell that are threads of one core; 0 without SMT.',
    labels: perCell,
  },
  hostStrandedCpus: {
    type: 'gauge',
    name: 'berth_host_stranded_cpus',
    help: 'Free CPUs of the cell that are of no use as its `resource` is used up (docs/capacity.md).',
    labels: [...perCell, 'resource'],
  },
  hostStrandedMemory: {
    type: 'gauge',
    name: 'berth_host_stranded_memory_bytes',
    help: 'Free memory of the cell, hugepages included, that is of no use as its `resource` is used up (docs/capacity.md).',
    labels: [...perCell, 'resource'],
  },
} as const satisfies Record<string, MetricSpec>;
