/** Metrics of VNF instances and VNF packages. */
import type { MetricSpec } from './spec.js';

export const instanceMetrics = {
  instances: {
    type: 'gauge',
    name: 'berth_instances',
    help: 'VNF instances by state: NOT_INSTANTIATED, STARTED or STOPPED.',
    labels: ['state'],
  },
  instanceInfo: {
    type: 'gauge',
    name: 'berth_instance_info',
    help: 'Always 1; what an instantiated VNF is. Of a very large fleet 10,000 are shown. state: STARTED or STOPPED.',
    labels: ['vnf_instance_id', 'name', 'product_name', 'software_version', 'vnfd_id', 'flavour', 'state'],
  },

  packages: {
    type: 'gauge',
    name: 'berth_packages',
    help: 'VNF packages by onboarding state: CREATED, UPLOADING, PROCESSING, ONBOARDED or ERROR.',
    labels: ['state'],
  },
  onboardings: {
    type: 'counter',
    name: 'berth_package_onboardings_total',
    help: 'VNF packages whose onboarding ended here, by outcome: onboarded, refused (read and not accepted) or broken (the upload did not arrive); and put_off: could not be read yet, is tried again.',
    labels: ['outcome'],
  },
  onboarding: {
    type: 'histogram',
    name: 'berth_package_onboarding_seconds',
    help: 'How long reading an uploaded VNF package took, until it was onboarded or refused.',
    labels: ['outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
  },
} as const satisfies Record<string, MetricSpec>;
