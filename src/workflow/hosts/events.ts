/**
 * Typed events of hosts, for the fleet view, the comparison with the record, and later alarms and healing.
 */
import type { FunctionChange } from '../../inventory/release-proof.js';
import type { DomainState, EngineEvent } from '../../engine/engine.js';
import type { HostId, VnfcId } from '../../shared/ids.js';

/**
 * `crashed`: the hypervisor process ended by itself, or the domain could not go on. `panicked`: its guest says so.
 * `shutting-down`: its guest goes down, and the domain will stop. `changed`: an event that none of these names fits.
 */
export type DomainChange =
  | 'defined'
  | 'undefined'
  | 'started'
  | 'resumed'
  | 'suspended'
  | 'shutting-down'
  | 'stopped'
  | 'crashed'
  | 'panicked'
  | 'changed';

/** In the words of libvirt. */
export interface DomainEvent {
  readonly type: 'domain';
  readonly hostId: HostId;
  /** UUID of the domain, which is a VNFC's if Berth made it. */
  readonly vnfcId: VnfcId;
  readonly change: DomainChange;
  /** `unknown`: the event says nothing about it. */
  readonly state: DomainState;
  readonly detail: string;
}

export type HostEvent =
  /** There is a connection; nothing was read yet. */
  | { readonly type: 'connected'; readonly hostId: HostId }
  | { readonly type: 'disconnected'; readonly hostId: HostId; readonly reason: string }
  /** Connected, and read after that. */
  | { readonly type: 'reached'; readonly hostId: HostId }
  /** A reachable host became unreachable, or was removed. */
  | { readonly type: 'lost'; readonly hostId: HostId }
  /** Facts and domains were read; `isFirst` since it was out of reach. */
  | { readonly type: 'read'; readonly hostId: HostId; readonly isFirst: boolean }
  /** It left the fleet. */
  | { readonly type: 'removed'; readonly hostId: HostId }
  | DomainEvent
  /** The agent of a guest connected or disconnected. */
  | { readonly type: 'agent'; readonly hostId: HostId; readonly vnfcId: VnfcId; readonly isConnected: boolean }
  /** The hypervisor process of a domain that libvirt calls running. */
  | { readonly type: 'hypervisor'; readonly hostId: HostId; readonly vnfcId: VnfcId; readonly answers: boolean }
  /** A PCI function that a VNFC holds is not on the host any more. */
  | { readonly type: 'device-gone'; readonly hostId: HostId; readonly vnfcId: VnfcId; readonly address: string }
  /** Devices of the host were added or removed; nothing was read yet. */
  | { readonly type: 'devices'; readonly hostId: HostId }
  /** It is connected, and refuses to tell when devices come or go: they are seen when it is read. */
  | { readonly type: 'no-device-events'; readonly hostId: HostId; readonly reason: string }
  /** A PCI function is not as it should be, or is again. */
  | { readonly type: 'device-changed'; readonly hostId: HostId; readonly change: FunctionChange };

/** Events of a host were dropped for a subscriber that did not keep up: it must read the fleet view instead. */
interface Missed {
  readonly type: 'missed';
  readonly hostId: HostId;
  readonly count: number;
}

export type HeardEvent = HostEvent | Missed;

/** An event is over for a subscriber when its promise is; the next one of that host comes then. */
export type HostSubscriber = (event: HeardEvent) => void | Promise<void>;

export interface HostEvents {
  /** `name` identifies it in the log. Returns the function that unsubscribes. */
  subscribe(name: string, subscriber: HostSubscriber): () => void;
}

export function hostEventOf(event: EngineEvent): HostEvent {
  const { hostId } = event;
  switch (event.type) {
    case 'connected':
      return { type: 'connected', hostId };
    case 'devices':
      return { type: 'devices', hostId };
    case 'no-device-events':
      return { type: 'no-device-events', hostId, reason: event.reason };
    case 'disconnected':
      return { type: 'disconnected', hostId, reason: event.reason };
    case 'agent':
      return { type: 'agent', hostId, vnfcId: event.uuid, isConnected: event.connected };
    case 'domain': {
      const { uuid, state, detail } = event;
      return { type: 'domain', hostId, vnfcId: uuid, change: changeOf(event.event, detail), state, detail };
    }
  }
}

const changes: Readonly<Record<string, DomainChange>> = {
  defined: 'defined',
  undefined: 'undefined',
  started: 'started',
  resumed: 'resumed',
  suspended: 'suspended',
  pmsuspended: 'suspended',
  shutdown: 'shutting-down',
  stopped: 'stopped',
  crashed: 'panicked',
};

function changeOf(event: string, detail: string): DomainChange {
  if (event === 'stopped' && (detail === 'crashed' || detail === 'failed')) return 'crashed';
  return changes[event] ?? 'changed';
}
