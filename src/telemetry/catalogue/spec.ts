/** The shape of a metric in the catalogue, and the labels that several have. */
export interface MetricSpec {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, seconds. */
  readonly buckets?: readonly number[];
}

export const perHost = ['host'] as const;
export const perCell = ['host', 'cell'] as const;
export const perCard = [...perCell, 'card', 'device', 'physical_network'] as const;
export const perVnfc = ['host', 'vnf_instance_id', 'vnfc_id', 'vdu'] as const;
export const perDisk = [...perVnfc, 'device'] as const;
export const perInterface = [...perVnfc, 'cpd', 'mac'] as const;

export const callSeconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300] as const;
