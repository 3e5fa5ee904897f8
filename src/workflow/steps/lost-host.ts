/**
 * Steps on a host that was declared lost. Steps that remove are skipped, and report what may still be there; steps that
 * create or start are refused. Each handler declares which it is (`onLostHost`).
 */
import type { StepInputs } from '../../lifecycle/step-inputs.js';
import type { StepKind } from '../../lifecycle/model.js';
import type { HostId } from '../../shared/ids.js';
import type { OnLostHost, StepContext } from './handler.js';

export class HostLost extends Error {
  constructor(id: HostId) {
    super(`host ${id} was declared lost; if it is back, say so with "berth host found ${id}" and retry`);
    this.name = 'HostLost';
  }
}

/** The report of a skipped step. */
export interface PassedOver {
  readonly host: 'lost';
  readonly warning?: string;
}

/** Undefined: the step runs as it should. */
export async function passedOver<K extends StepKind>(
  input: StepInputs[K],
  onLostHost: OnLostHost<K>,
  { store }: StepContext,
  undoing: boolean,
): Promise<PassedOver | undefined> {
  const id = hostIn(input);
  if (id === undefined || (await store.hostAdminState(id)) !== 'lost') return undefined;
  if (onLostHost === 'refuse' && !undoing) throw new HostLost(id);
  if (typeof onLostHost === 'string') return { host: 'lost' };
  return { host: 'lost', warning: `Host ${id} is declared lost and was not touched: ${onLostHost(input)}.` };
}

const hostIn = (input: StepInputs[StepKind]): HostId | undefined => ('hostId' in input ? input.hostId : undefined);
