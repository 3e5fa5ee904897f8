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
const dynamic = (subnetId: string) => ({
  cpProtocolData: [
    {
      layerProtocol: 'IP_OVER_ETHERNET' as const,
      ipOverEthernet: { ipAddresses: [{ type: 'IPV4' as const, numDynamicAddresses: 1, subnetId }] },
    },
  ],
});
/** West goes over to the network of east, with other addresses, and east leaves it. */
export const crossOver: Ask = ({ workflow }, id) =>
  workflow.lcm.begin('CHANGE_EXT_CONN', id, {
    extVirtualLinks: [
      { id: 'other', resourceId: 'berth-east', extCps: [{ cpdId: 'west', cpConfig: { one: dynamic('10.9.0.0/24') } }] },
      { id: 'ext-east', resourceId: 'berth-east', extCps: [{ cpdId: 'east', cpConfig: { one: null } }] },
    ],
  });
/** Back to where INSTANTIATE put them. */
export const crossBack: Ask = ({ workflow }, id) =>
  workflow.lcm.begin('CHANGE_EXT_CONN', id, {
    extVirtualLinks: [
      {
        id: 'ext-west',
        resourceId: 'berth-west',
        extCps: [{ cpdId: 'west', cpConfig: { one: dynamic('10.1.0.0/24') } }],
      },
      {
        id: 'ext-east',
        resourceId: 'berth-east',
        extCps: [{ cpdId: 'east', cpConfig: { one: dynamic('10.2.0.0/24') } }],
      },
    ],
  });
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
