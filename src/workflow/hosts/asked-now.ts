/**
 * Readings of hosts on request, which are not kept: stacks of VNFCs, audits of hosts.
 */
import type { Engine } from '../../engine/engine.js';
import type { HostFacts } from '../../inventory/model.js';
import type { ClaimRecords } from '../../store/claims.js';
import type { HostRecords } from '../../store/hosts.js';
import { factsNow, type FactsPorts } from './facts/facts-now.js';
import { proofOfRelease } from './facts/release-proof.js';
import { AskedHostAudits, type HostAuditPorts } from './host-audits.js';
import { ReadStacks, type StackPorts } from '../stack/read-stack.js';

type Ports = Omit<StackPorts & HostAuditPorts, 'facts'> &
  FactsPorts & { readonly store: Pick<ClaimRecords, 'claimsOn'> & Pick<HostRecords, 'acceptedFunctions'> };

export function askedNow(ports: Ports): { readonly stacks: ReadStacks; readonly hostAudits: AskedHostAudits } {
  const facts = factsNow(ports);
  return {
    stacks: new ReadStacks({ ...ports, facts }),
    hostAudits: new AskedHostAudits({ ...ports, facts: provenFacts(ports, facts) }),
  };
}

/** With what is known from earlier readings: functions in quarantine, cards whose names were others' before. */
const provenFacts =
  ({ store, fleet }: Ports, facts: (engine: Engine) => Promise<HostFacts>) =>
  async (engine: Engine): Promise<HostFacts> => {
    const before = fleet.host(engine.hostId)?.facts;
    const { hostId } = engine;
    const proven = await proofOfRelease(
      before,
      () => store.claimsOn([hostId]),
      () => store.acceptedFunctions(hostId),
    );
    return proven(await facts(engine));
  };
