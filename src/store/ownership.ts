/**
 * Whose things are: the name of the database, and what it says of things that are met on hosts and in the data
 * directory. They are asked for by their ids, never by reading a whole table.
 */
import type { HostId, InstallationId, VnfcId, VnfPkgId } from '../shared/ids.js';

/** Who this database is. */
export interface Installation {
  readonly id: InstallationId;
  /** Grows with every start and stop of a Berth on it. */
  readonly tick: number;
}

/** `held`: in use or about to be; `ended`: was, and is no longer; `known`: its instance is ours, and does not use it. */
export type Standing = 'held' | 'known' | 'ended';

/** A network met on a host, with what its name says of the id of its VNF instance. */
export interface NetworkSighting {
  readonly hostId: HostId;
  readonly network: string;
  readonly instancePrefix: string;
}

export interface Ownership {
  /** Who this database is, once it has been named. `isEmpty`: nothing of anybody was ever kept in it. */
  installation(): Promise<Partial<Installation> & { readonly isEmpty: boolean }>;
  /** Names the database unless it has a name, and moves its tick on: to above `atLeast`, too. */
  tickInstallation(wanted: InstallationId, atLeast: number): Promise<Installation>;

  /** What is not in these maps was never known to this database. */
  vnfcStanding(ids: readonly VnfcId[]): Promise<ReadonlyMap<VnfcId, Standing>>;
  /** Of software images, by SHA-256. */
  imageStanding(sha256s: readonly string[]): Promise<ReadonlyMap<string, Standing>>;
  packageStanding(ids: readonly VnfPkgId[]): Promise<ReadonlyMap<VnfPkgId, Standing>>;
  /** By name; the sightings are of one host. */
  networkStanding(sightings: readonly NetworkSighting[]): Promise<ReadonlyMap<string, Standing>>;
}
