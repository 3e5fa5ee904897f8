/**
 * What the composition root does for hosts at run time: it reads settings as it reads the configuration, and makes the
 * engine of a host.
 */
import type { Engine } from '../../engine/engine.js';
import type { HostUse } from '../../inventory/host-change.js';
import type { HostId } from '../../shared/ids.js';
import type { Outcome } from '../../shared/outcome.js';
import type { HostEntry } from '../../store/host-directory.js';
import type { HostOrigin } from '../../store/hosts.js';
import type { HostSettings } from './host-state.js';

/** A host that the configuration of this Berth names. */
export interface ConfiguredSettings extends HostSettings {
  readonly origin?: Exclude<HostOrigin, 'api'>;
  /** Where it is defined, as text: `the file /etc/berth/berth.yaml`. */
  readonly source?: string;
  readonly hypervisor?: string;
  /** Its settings as they may be shown. */
  readonly shown?: HostEntry;
}

/** Valid settings. */
export interface ReadHost {
  readonly settings: HostSettings;
  /** Settings as stored: complete, independent of other hosts of the fleet. */
  readonly entry: HostEntry;
  /** Without secrets. */
  readonly shown: HostEntry;
  /** As in NewHost. */
  readonly hypervisor?: string;
  readonly use: HostUse;
  /** Two hosts with the same text have the same engine. */
  readonly engineKey: string;
  readonly makeEngine: () => Engine;
}

export interface HostAdmission {
  /** Refuses `malformed-request`, in the words of the configuration. */
  read(entry: HostEntry): Outcome<ReadHost>;
  /** For the API: also refuses what only the configuration may contain, unless the host has it already. */
  receive(entry: HostEntry, before?: HostEntry): Outcome<ReadHost>;
  /** What VNFCs may hold of a host whose settings cannot be used, as far as it can be read. */
  held(entry: HostEntry): Partial<HostUse>;
  /** It has an engine from now on, which is not started, and the guard of the store knows its reservation. */
  admit(host: ReadHost): void;
  /** The same engine, other settings. */
  adjust(host: ReadHost): void;
  /** Replaces the engine at once; resolves when the old one has stopped. */
  readmit(host: ReadHost): Promise<void>;
  dismiss(id: HostId): Promise<void>;
}
