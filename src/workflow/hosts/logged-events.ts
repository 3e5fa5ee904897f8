/**
 * Logs events of hosts.
 */
import type { Log } from '../../shared/log.js';
import type { HeardEvent, HostSubscriber } from './events.js';

export const loggedEvents =
  (log: Log): HostSubscriber =>
  (event) => {
    const { hostId } = event;
    switch (event.type) {
      case 'connected':
        log.info({ hostId }, 'the host is connected');
        return;
      case 'disconnected':
        log.warn({ hostId, reason: event.reason }, 'the host is out of reach');
        return;
      case 'no-device-events':
        log.warn(
          { hostId, reason: event.reason },
          'the host does not tell when its devices come or go: changes are seen when it is read, every half minute; see whether its virtnodedevd runs, and connect again',
        );
        return;
      case 'hypervisor':
        logHypervisor(log, event);
        return;
      case 'device-gone':
        log.warn(
          { hostId, vnfcId: event.vnfcId, address: event.address },
          'a PCI function that a VNFC holds is gone from the host',
        );
        return;
      case 'device-changed':
        logFunction(log, event);
        return;
      case 'domain':
        if (event.change !== 'crashed' && event.change !== 'panicked') return;
        log.warn({ hostId, domain: event.vnfcId, detail: event.detail }, `a domain of the host ${event.change}`);
        return;
      case 'reached':
      case 'lost':
      case 'read':
      case 'removed':
      case 'agent':
      case 'devices':
      case 'missed':
        return;
    }
  };

function logFunction(log: Log, { hostId, change }: Extract<HeardEvent, { type: 'device-changed' }>): void {
  const { what, ...fields } = change;
  const said = { hostId, ...fields };
  switch (what) {
    case 'quarantined':
      log.warn(said, 'a PCI function is not as it was before its VNFC had it: it is not assigned until it is repaired');
      return;
    case 'returned':
      log.info(said, 'a PCI function is out of quarantine, and may be given to VNFCs');
      return;
    case 'card-down':
      log.warn(said, 'a card lost its link: its functions pass no traffic and are not assigned until it is up');
      return;
    case 'card-up':
      log.info(said, 'a card has its link again');
      return;
    case 'other-card':
      log.warn(said, 'a card or function is another one than before under the same name');
      return;
    case 'unbound':
      log.warn(said, 'a PCI function lost the driver under which a running guest has it: the guest may have lost it');
      return;
  }
}

function logHypervisor(log: Log, { hostId, vnfcId, answers }: Extract<HeardEvent, { type: 'hypervisor' }>): void {
  if (answers) log.info({ hostId, vnfcId }, 'the hypervisor process answers again');
  else log.warn({ hostId, vnfcId }, 'the hypervisor process of the domain does not answer; see it on the host');
}
