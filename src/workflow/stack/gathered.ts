/**
 * The readings of one stack. Absent parts could not be read.
 */
import type { DomainInfo, GuestOs } from '../../engine/engine.js';
import type { HostFacts } from '../../inventory/model.js';
import type { Vnfc, VnfInstance } from '../../lifecycle/model.js';
import type { DomainReading } from '../../libvirt-xml/domain-reading.js';
import type { VirtualHardware } from '../../libvirt-xml/read-hardware.js';
import type { GuestStatus } from '../hosts/fleet-view.js';
import type { Read } from '../time-limit.js';

export interface DomainForm {
  readonly reading: DomainReading;
  readonly hardware: VirtualHardware;
}

export interface SeenDomain extends DomainForm {
  readonly info: DomainInfo;
  /** It runs, so that its XML says how it runs. */
  readonly runs: boolean;
}

export interface Gathered {
  readonly instance: VnfInstance;
  readonly vnfc: Vnfc;
  readonly domain: Read<SeenDomain>;
  readonly facts: Read<HostFacts>;
  readonly guestOs: Read<GuestOs>;
  readonly status: Read<GuestStatus>;
  /** Absent: its package is gone, or too little is known of its host. */
  readonly planned?: DomainForm;
}
