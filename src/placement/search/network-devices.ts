/**
 * Devices of the host that networks give to one guest each: what a VNFC takes of them.
 */
import type { FreeHost } from '../../inventory/free.js';
import type { VnfcDemand } from '../model.js';

export interface DevicesTaken {
  readonly network: string;
  readonly needs: number;
  /** Left for new guests. */
  readonly has: number;
}

/** Of each network on this host that gives devices away one by one. */
export const devicesTaken = ({ host, devices }: FreeHost, demand: VnfcDemand): readonly DevicesTaken[] =>
  demand.networks.flatMap((network) => {
    const at = host.facts.networks.findIndex(({ name }) => name === network);
    const has = devices[at] ?? Infinity;
    return has === Infinity ? [] : [{ network, needs: demand.networkJoins?.[network] ?? 1, has }];
  });
