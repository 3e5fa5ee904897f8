/**
 * Steps on a host that was declared lost. What removes is passed over and says what may still be there; what would bring
 * something up is refused.
 */
import type { Step, StepInputs } from '../../lifecycle/model.js';
import { hostId, type HostId } from '../../shared/ids.js';
import type { StepContext } from './handler.js';

export class HostLost extends Error {
  constructor(id: HostId) {
    super(`host ${id} was declared lost; if it is back, say so with "berth host found ${id}" and retry`);
    this.name = 'HostLost';
  }
}

/** What a step that was passed over has to say. */
export interface PassedOver {
  readonly host: 'lost';
  readonly warning?: string;
}

/** Undefined: the step runs as it should. */
export async function passedOver(
  step: Step,
  { store }: StepContext,
  undoing: boolean,
): Promise<PassedOver | undefined> {
  const id = hostOf(step);
  if (id === undefined || (await store.hostAdminState(id)) !== 'lost') return undefined;
  const left = leftBy(step, id);
  if (left === undefined && !undoing) throw new HostLost(id);
  return { host: 'lost', ...(left === undefined || left === '' ? {} : { warning: left }) };
}

function hostOf({ input }: Step): HostId | undefined {
  const { hostId: id } = input as { readonly hostId?: string };
  return id === undefined ? undefined : hostId(id);
}

/** Undefined: a step that brings something up. */
function leftBy({ kind, input }: Step, id: HostId): string | undefined {
  const there = `Host ${id} is declared lost and was not touched:`;
  switch (kind) {
    case 'stop-domain':
    case 'release-claims':
      return '';
    case 'remove-domain':
      return `${there} the domain of VNFC ${(input as StepInputs['remove-domain']).vnfcId} may still run there.`;
    case 'remove-volumes': {
      const { pool, names } = input as StepInputs['remove-volumes'];
      return `${there} in pool ${pool} there may still be ${names.join(', ')}.`;
    }
    case 'remove-network':
      return `${there} network ${(input as StepInputs['remove-network']).network} may still be there.`;
    default:
      return undefined;
  }
}
