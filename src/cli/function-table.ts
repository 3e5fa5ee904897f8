/**
 * PCI functions of a host as people read them: who has each, or why nobody gets it.
 */
import { table } from './text.js';

export interface ShownFunction {
  readonly address: string;
  readonly kind: string;
  readonly cell?: number;
  readonly physicalNetwork?: string;
  readonly netdev?: string;
  readonly linkMbps?: { readonly free: number; readonly total: number };
  readonly available: boolean;
  readonly state: string;
  readonly mac?: string;
  readonly unavailableBecause?: string;
  readonly vnfcId?: string;
}

/** Nothing where a host has none. */
export function functionTable(all: readonly ShownFunction[] = []): readonly string[] {
  if (all.length === 0) return [];
  return [
    table(
      ['FUNCTION', 'KIND', 'CELL', 'NETWORK', 'DEVICE', 'MAC', 'FREE Mbit/s', 'STATE', 'VNFC', 'WHY'],
      all.map((one) => [
        one.address,
        one.kind,
        one.cell,
        one.physicalNetwork,
        one.netdev,
        one.mac,
        one.linkMbps && `${one.linkMbps.free} of ${one.linkMbps.total}`,
        one.state,
        one.vnfcId,
        one.available ? '' : one.unavailableBecause,
      ]),
    ),
  ];
}
