/**
 * Operations as the crash suites ask for them.
 */
import { expect } from '@jest/globals';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import type { VnfInstanceId } from '../../src/shared/ids.js';
import type { Outcome } from '../../src/shared/outcome.js';
import { instantiateRequest, valueOf, type RunningBerth } from '../builders/berth.js';

export type Ask = (berth: RunningBerth, id: VnfInstanceId) => Promise<Outcome<LcmOpOcc>>;

export const instantiate: Ask = ({ workflow }, id) => workflow.lcm.begin('INSTANTIATE', id, instantiateRequest);
export const scale =
  (type: 'SCALE_OUT' | 'SCALE_IN'): Ask =>
  ({ workflow }, id) =>
    workflow.lcm.begin('SCALE', id, { type, aspectId: 'capacity' });
export const operate =
  (changeStateTo: 'STARTED' | 'STOPPED'): Ask =>
  ({ workflow }, id) =>
    workflow.lcm.begin('OPERATE', id, { changeStateTo });
export const modify: Ask = ({ workflow }, id) =>
  workflow.lcm.begin('MODIFY_INFO', id, { vnfConfigurableProperties: { router_config: '{"forwarding":false}' } });
export const terminate: Ask = ({ workflow }, id) =>
  workflow.lcm.begin('TERMINATE', id, { terminationType: 'FORCEFUL' });

async function createVnf(berth: RunningBerth): Promise<VnfInstanceId> {
  return valueOf(await berth.workflow.lcm.create({ vnfdId: 'b1bb0ce7-ebca-4fa7-95ed-4840d70a1177' })).id;
}

/** A new VNF that has been through these operations. */
export async function reach(berth: RunningBerth, asks: readonly Ask[]): Promise<VnfInstanceId> {
  const id = await createVnf(berth);
  for (const ask of asks) {
    const occ = await berth.settled(valueOf(await ask(berth, id)).id);
    expect(occ.operationState).toBe('COMPLETED');
  }
  return id;
}
