/**
 * What of the events of hosts goes to the log.
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
      case 'hypervisor':
        logHypervisor(log, event);
        return;
      case 'device-gone':
        log.warn(
          { hostId, vnfcId: event.vnfcId, address: event.address },
          'a PCI function that a VNFC holds is gone from the host',
        );
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
      case 'missed':
        return;
    }
  };

function logHypervisor(log: Log, { hostId, vnfcId, answers }: Extract<HeardEvent, { type: 'hypervisor' }>): void {
  if (answers) log.info({ hostId, vnfcId }, 'the hypervisor process answers again');
  else log.warn({ hostId, vnfcId }, 'the hypervisor process of the domain does not answer; see it on the host');
}
