/**
 * The VNF: what it is, and whether it does its work.
 */
import type { StackLayer } from '../commands.js';
import type { Gathered } from './gathered.js';
import { row } from './rows.js';

export function applicationLayer({ instance, vnfc, domain, status }: Gathered): StackLayer {
  const asks = vnfc.guest.statusCommand !== undefined;
  return {
    layer: 'application',
    source: asks
      ? 'Names are of the package; the guest was asked for its health by its status command.'
      : 'Names are of the package; it has no status command, so nobody can ask for its health.',
    ...(asks && status.why !== undefined && { unknownBecause: status.why }),
    rows: [
      row('product', 'VNF', { now: `${instance.vnfProductName} by ${instance.vnfProvider}` }),
      row('version', 'Software version', { now: instance.vnfSoftwareVersion }),
      row('vnfd', 'VNFD', { now: `${instance.vnfdId}, version ${instance.vnfdVersion}` }),
      row('flavour', 'Flavour', { now: instance.instantiated?.flavourId }),
      row('vdu', 'VDU', { now: vnfc.vduId }),
      row('state', 'State', {
        now: domain.value && stateOf(domain.value.info.state),
        planned: vnfc.state,
        note: domain.value && `The domain is ${domain.value.info.state} (${domain.value.info.reason}).`,
      }),
      ...(asks ? health(status.value) : []),
    ],
  };
}

/** SOL003's term for it; a domain in another state keeps libvirt's term. */
function stateOf(state: string): string {
  if (state === 'running' || state === 'blocked') return 'STARTED';
  return state === 'shutoff' || state === 'crashed' ? 'STOPPED' : state;
}

function health(status: Gathered['status']['value']) {
  if (status === undefined) return [row('health', 'Health', { planned: 'healthy' })];
  return [
    row('health', 'Health', {
      now: status.healthy ? 'healthy' : 'not healthy',
      planned: 'healthy',
      note: status.detail,
    }),
    ...(status.role === undefined ? [] : [row('role', 'Role', { now: status.role })]),
  ];
}
